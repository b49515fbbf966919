-- What staff and a signed-in client write to each other (RULES P5). The texts lie beside the log.
CREATE TABLE message (
    position   BIGINT PRIMARY KEY NOT NULL,
    -- Drawn by whoever wrote: the same one twice is one message.
    id         TEXT NOT NULL,
    request_id TEXT NOT NULL REFERENCES help_request (id),
    client_id  TEXT NOT NULL REFERENCES client (id),
    -- Nobody: the client wrote.
    staff_id   TEXT REFERENCES staff (id),
    at         BIGINT NOT NULL,
    -- When the client read it, where staff wrote.
    read_at    BIGINT
);
CREATE INDEX message_client ON message (client_id, position);
CREATE INDEX message_request ON message (request_id, position);

-- The client wrote, and the practice has neither answered nor closed it since.
ALTER TABLE help_request ADD COLUMN waits_since BIGINT;
