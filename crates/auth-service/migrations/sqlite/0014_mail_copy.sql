-- Those whose desktops could not ring were written to, once.
ALTER TABLE help_request ADD COLUMN copied_at BIGINT;
