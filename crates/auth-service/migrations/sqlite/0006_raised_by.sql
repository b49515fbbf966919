-- Who raised a request: the client in a browser, or the service for somebody who seems stuck.
-- The browser is told of its own only (RULES A1).
ALTER TABLE help_request ADD COLUMN raised_by TEXT NOT NULL DEFAULT 'client';

-- Who asked lately and is not in is looked for every few seconds.
CREATE INDEX ask_at ON ask (at);
