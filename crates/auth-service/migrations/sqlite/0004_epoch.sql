-- One row for each time this database was found to be an older copy of itself (RULES V6),
-- and one for the beginning. While one is not confirmed, no mail goes to clients.
CREATE TABLE epoch (
    number       BIGINT PRIMARY KEY NOT NULL,
    began_at     BIGINT NOT NULL,
    -- The event that began it: what the feed gave out before is another history's.
    position     BIGINT NOT NULL,
    why          TEXT NOT NULL,
    -- Between these two moments lies what is lost, where that is known.
    lost_from    BIGINT,
    lost_until   BIGINT,
    -- The file name of the database that was replaced, beside this one.
    replaced     TEXT,
    confirmed_at BIGINT
);
-- Each event is sealed by itself since, so that a chain which somebody made anew without
-- the key is found at its first row. Older rows have none.
ALTER TABLE event ADD COLUMN seal BLOB;
