-- When clients have their sessions, as the practice's calendar says: no titles, no notes.
CREATE TABLE appointment (
    client_id TEXT NOT NULL REFERENCES client (id),
    staff_id  TEXT NOT NULL REFERENCES staff (id),
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    PRIMARY KEY (client_id, starts_at, staff_id)
);
CREATE INDEX appointment_end ON appointment (ends_at);
