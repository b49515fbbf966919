-- "Not my client": nothing more is done with this request, and its browser gets nowhere, until
-- an admin lifts that.
ALTER TABLE help_request ADD COLUMN frozen_at BIGINT;
ALTER TABLE help_request ADD COLUMN frozen_by TEXT REFERENCES staff (id);
CREATE INDEX help_request_frozen ON help_request (browser_id) WHERE frozen_at IS NOT NULL;
