-- Addresses that get no mail any more, since their mailbox is gone or somebody complained,
-- until staff lift it.
CREATE TABLE suppression (
    id         TEXT PRIMARY KEY NOT NULL,
    address_id TEXT NOT NULL REFERENCES address (id),
    cause      TEXT NOT NULL,
    -- What came back was about this mail.
    mail_id    TEXT NOT NULL,
    since      BIGINT NOT NULL,
    lifted_at  BIGINT,
    lifted_by  TEXT REFERENCES staff (id)
);
CREATE UNIQUE INDEX suppression_live ON suppression (address_id) WHERE lifted_at IS NULL;
