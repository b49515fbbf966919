-- What kept the client out, as it was diagnosed when the request stood at that position: it is
-- counted without reading each timeline again. The service fills it in by itself.
ALTER TABLE help_request ADD COLUMN tally_cause TEXT;
ALTER TABLE help_request ADD COLUMN tally_position BIGINT NOT NULL DEFAULT 0;
CREATE INDEX help_request_untallied ON help_request (id) WHERE tally_position < position;
CREATE INDEX help_request_created ON help_request (created_at);
CREATE INDEX event_signed_in ON event (at) WHERE kind = 'signed_in';
CREATE INDEX mail_created ON mail (created_at);
