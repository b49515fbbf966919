-- What was said to the mail server, and what it said, in the newest tries of each mail.
CREATE TABLE mail_try (
    mail_id TEXT NOT NULL REFERENCES mail (id),
    attempt BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    -- JSON: who said what, in order.
    lines   TEXT NOT NULL,
    PRIMARY KEY (mail_id, attempt)
);
CREATE INDEX mail_try_at ON mail_try (at);

-- By which ways something was heard of mails that had left: one row a way.
CREATE TABLE mail_news (
    way      TEXT PRIMARY KEY NOT NULL,
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    count    BIGINT NOT NULL
);

-- When a mail is known to have reached the client's own server; what comes in late does
-- not set it back on its way.
ALTER TABLE mail ADD COLUMN arrived_at BIGINT;
