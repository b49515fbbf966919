-- Where the log begins once its oldest events are past their time: the last one that was
-- let go, sealed like the end. Only what lies before it may be deleted.
CREATE TABLE event_start (
    id       BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    position BIGINT NOT NULL,
    hash     BLOB NOT NULL,
    mac      BLOB NOT NULL
);
DROP TRIGGER event_is_not_deleted;
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
WHEN OLD.position > COALESCE((SELECT position FROM event_start), 0)
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
