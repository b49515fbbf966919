-- A client's new mail address: it gets nothing until it is confirmed (RULES P1). The text
-- is gone once the change is over.
CREATE TABLE address_change (
    id             TEXT PRIMARY KEY NOT NULL,
    client_id      TEXT NOT NULL REFERENCES client (id),
    -- Where staff typed it; an import has no request.
    request_id     TEXT REFERENCES help_request (id),
    address        TEXT,
    -- self, parent, partner, other
    holder         TEXT NOT NULL,
    -- The one whose place it takes; a client may have none yet.
    old_address_id TEXT REFERENCES address (id),
    -- Nobody: an import.
    by_staff       TEXT REFERENCES staff (id),
    created_at     BIGINT NOT NULL,
    ended_at       BIGINT,
    -- corrected, replaced
    ended_how      TEXT,
    -- Who confirmed it, where staff did.
    confirmed_by   TEXT REFERENCES staff (id)
);
CREATE INDEX address_change_waiting ON address_change (client_id) WHERE ended_at IS NULL;

-- A call to the number on file proves a new address, once the number is there for 7 days:
-- when it changed last, an address that changed beside it left aside.
ALTER TABLE client ADD COLUMN phone_changed_at BIGINT;
UPDATE client SET phone_changed_at = contact_changed_at;
