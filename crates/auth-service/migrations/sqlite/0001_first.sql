-- Portable types only: TEXT, BIGINT, BLOB. Times are unix milliseconds, ids UUIDv7 text.

-- What happened, in order: the timeline, the audit log and the feed are read from it.
CREATE TABLE event (
    position   BIGINT PRIMARY KEY NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   TEXT,
    client_id  TEXT,
    request_id TEXT,
    address_id TEXT,
    browser_id TEXT,
    subject_id TEXT,
    body       TEXT NOT NULL,
    prev_hash  BLOB NOT NULL,
    hash       BLOB NOT NULL
);
CREATE INDEX event_client ON event (client_id, position);
CREATE INDEX event_request ON event (request_id, position);
CREATE INDEX event_address ON event (address_id, position);
CREATE INDEX event_browser ON event (browser_id, position);
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

-- Personal values beside the chain: they can be corrected and erased without breaking it.
CREATE TABLE event_personal (
    position BIGINT NOT NULL REFERENCES event (position),
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    salt     BLOB NOT NULL,
    PRIMARY KEY (position, name)
);

CREATE TABLE event_head (
    id       BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    position BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    hash     BLOB NOT NULL,
    mac      BLOB NOT NULL
);

CREATE TABLE practice (
    id             BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    name           TEXT NOT NULL,
    short_name     TEXT NOT NULL,
    phone          TEXT NOT NULL,
    hours          TEXT NOT NULL,
    time_zone      TEXT NOT NULL,
    emergency_text TEXT NOT NULL,
    exit_url       TEXT NOT NULL,
    mail_from      TEXT NOT NULL,
    home_url       TEXT,
    created_at     BIGINT NOT NULL
);

CREATE TABLE staff (
    id          TEXT PRIMARY KEY NOT NULL,
    email       TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE staff_invite (
    token_hash BLOB PRIMARY KEY NOT NULL,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE TABLE staff_browser (
    token_hash BLOB PRIMARY KEY NOT NULL,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE TABLE device (
    id           TEXT PRIMARY KEY NOT NULL,
    staff_id     TEXT NOT NULL REFERENCES staff (id),
    name         TEXT NOT NULL,
    jkt          TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    revoked_at   BIGINT,
    revoked_why  TEXT
);
CREATE INDEX device_staff ON device (staff_id);
CREATE TABLE authorization_code (
    code_hash      BLOB PRIMARY KEY NOT NULL,
    staff_id       TEXT NOT NULL REFERENCES staff (id),
    device_name    TEXT NOT NULL,
    redirect_uri   TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    dpop_jkt       TEXT,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    used_at        BIGINT,
    device_id      TEXT REFERENCES device (id)
);
CREATE TABLE refresh_token (
    token_hash   BLOB PRIMARY KEY NOT NULL,
    device_id    TEXT NOT NULL REFERENCES device (id),
    parent_hash  BLOB,
    state        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    repeated_at  BIGINT
);
CREATE INDEX refresh_token_device ON refresh_token (device_id);
CREATE INDEX refresh_token_parent ON refresh_token (parent_hash);
CREATE TABLE access_token (
    token_hash BLOB PRIMARY KEY NOT NULL,
    device_id  TEXT NOT NULL REFERENCES device (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_token_device ON access_token (device_id);
CREATE TABLE idempotency (
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    key        TEXT NOT NULL,
    call_hash  BLOB NOT NULL,
    status     BIGINT NOT NULL,
    answer     TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (staff_id, key)
);

CREATE TABLE client (
    id                 TEXT PRIMARY KEY NOT NULL,
    external_id        TEXT UNIQUE,
    first_name         TEXT NOT NULL,
    last_name          TEXT NOT NULL,
    preferred_name     TEXT,
    phone              TEXT,
    birth_date         TEXT,
    language           TEXT,
    no_mail            BIGINT NOT NULL DEFAULT 0,
    disabled_at        BIGINT,
    contact_changed_at BIGINT,
    created_at         BIGINT NOT NULL
);
CREATE TABLE caseload (
    client_id TEXT NOT NULL REFERENCES client (id),
    staff_id  TEXT NOT NULL REFERENCES staff (id),
    since     BIGINT NOT NULL,
    PRIMARY KEY (client_id, staff_id)
);
CREATE INDEX caseload_staff ON caseload (staff_id);
CREATE TABLE address (
    id          TEXT PRIMARY KEY NOT NULL,
    address     TEXT NOT NULL UNIQUE,
    address_key BLOB NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);
CREATE TABLE client_address (
    client_id  TEXT NOT NULL REFERENCES client (id),
    address_id TEXT NOT NULL REFERENCES address (id),
    holder     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, address_id)
);
CREATE INDEX client_address_address ON client_address (address_id);

-- An anonymous browser, named by the hash of its cookie's 256-bit value.
CREATE TABLE browser (
    id              TEXT PRIMARY KEY NOT NULL,
    token_hash      BLOB NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL,
    last_waiting_at BIGINT
);

CREATE TABLE mail (
    id             TEXT PRIMARY KEY NOT NULL,
    kind           TEXT NOT NULL,
    link_id        TEXT,
    client_id      TEXT,
    -- NULL in the rows that an address not on file leaves, so that it takes as long (RULES A1).
    address_id     TEXT REFERENCES address (id),
    -- Mails to staff go to a staff member, about a desktop, and to no client's address.
    staff_id       TEXT REFERENCES staff (id),
    device_id      TEXT REFERENCES device (id),
    state          TEXT NOT NULL,
    attempts       BIGINT NOT NULL DEFAULT 0,
    next_at        BIGINT,
    sealed_body    BLOB,
    key_id         TEXT NOT NULL,
    reply_code     BIGINT,
    reply_enhanced TEXT,
    reply_words    TEXT,
    message_id     TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    ended_at       BIGINT
);
CREATE INDEX mail_next ON mail (next_at) WHERE ended_at IS NULL;
CREATE INDEX mail_address ON mail (address_id, created_at);

CREATE TABLE link (
    id                  TEXT PRIMARY KEY NOT NULL,
    address_id          TEXT REFERENCES address (id),
    client_id           TEXT REFERENCES client (id),
    token_hash          BLOB NOT NULL UNIQUE,
    browser_id          TEXT REFERENCES browser (id),
    state               TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL,
    opened_at           BIGINT,
    opened_same_browser BIGINT,
    used_at             BIGINT,
    used_by_browser     TEXT,
    replaced_at         BIGINT,
    mail_id             TEXT REFERENCES mail (id)
);
CREATE INDEX link_address ON link (address_id, created_at);

-- What strangers typed is kept as a keyed hash only.
CREATE TABLE ask (
    id          TEXT PRIMARY KEY NOT NULL,
    address_key BLOB NOT NULL,
    address_id  TEXT,
    browser_id  TEXT NOT NULL REFERENCES browser (id),
    at          BIGINT NOT NULL,
    outcome     TEXT NOT NULL
);
CREATE INDEX ask_address ON ask (address_key, at);
CREATE INDEX ask_browser ON ask (browser_id, at);

CREATE TABLE help_request (
    id              TEXT PRIMARY KEY NOT NULL,
    state           TEXT NOT NULL,
    cause           TEXT,
    client_id       TEXT REFERENCES client (id),
    address_id      TEXT REFERENCES address (id),
    address_key     BLOB NOT NULL,
    typed           TEXT NOT NULL,
    message         TEXT,
    browser_id      TEXT NOT NULL REFERENCES browser (id),
    word1           TEXT NOT NULL,
    word2           TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    seen_at         BIGINT,
    seen_by         TEXT REFERENCES staff (id),
    position        BIGINT NOT NULL,
    second_by       TEXT REFERENCES staff (id),
    second_at       BIGINT,
    second_evidence TEXT,
    solved_at       BIGINT,
    solved_how      TEXT,
    solved_by       TEXT
);
-- What is looked at every other second for what time alone changes.
CREATE INDEX help_request_open ON help_request (id) WHERE state <> 'solved';
CREATE INDEX help_request_position ON help_request (position);
CREATE INDEX help_request_client ON help_request (client_id);
CREATE INDEX help_request_address ON help_request (address_key);
CREATE INDEX help_request_browser ON help_request (browser_id);
CREATE TABLE request_reply (
    id         TEXT PRIMARY KEY NOT NULL,
    request_id TEXT NOT NULL REFERENCES help_request (id),
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    at         BIGINT NOT NULL,
    phrase     TEXT NOT NULL,
    phrase_at  BIGINT
);
CREATE INDEX request_reply_request ON request_reply (request_id, at);
-- Who lost sight of a request at which position: the feed sends them "gone".
CREATE TABLE request_lost (
    request_id TEXT NOT NULL REFERENCES help_request (id),
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    position   BIGINT NOT NULL,
    PRIMARY KEY (request_id, staff_id)
);
CREATE INDEX request_lost_staff ON request_lost (staff_id, position);

-- Who may see which request now. Rights are decided when something is sent (RULES V2).
CREATE VIEW sight AS
SELECT s.id AS staff_id, r.id AS request_id, r.position AS position
FROM staff s, help_request r
WHERE s.disabled_at IS NULL
  AND (s.role IN ('front-desk', 'admin')
       OR EXISTS (SELECT 1 FROM caseload c
                  WHERE c.client_id = r.client_id AND c.staff_id = s.id)
       OR (r.client_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM staff f
                           WHERE f.role = 'front-desk' AND f.disabled_at IS NULL)));

CREATE TABLE pin (
    id              TEXT PRIMARY KEY NOT NULL,
    client_id       TEXT NOT NULL REFERENCES client (id),
    request_id      TEXT NOT NULL REFERENCES help_request (id),
    browser_id      TEXT NOT NULL REFERENCES browser (id),
    sealed_hash     BLOB,
    key_id          TEXT NOT NULL,
    state           TEXT NOT NULL,
    issued_by       TEXT NOT NULL REFERENCES staff (id),
    evidence        TEXT NOT NULL,
    issued_at       BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    idempotency_key TEXT
);
CREATE INDEX pin_client ON pin (client_id, issued_at);
CREATE INDEX pin_request ON pin (request_id, issued_at);
CREATE INDEX pin_browser ON pin (browser_id, issued_at);
CREATE INDEX pin_live ON pin (expires_at) WHERE state = 'live';
CREATE TABLE pin_failure (
    id         TEXT PRIMARY KEY NOT NULL,
    client_id  TEXT NOT NULL REFERENCES client (id),
    at         BIGINT NOT NULL,
    pin_id     TEXT NOT NULL REFERENCES pin (id),
    browser_id TEXT NOT NULL
);
CREATE INDEX pin_failure_client ON pin_failure (client_id, at);

CREATE TABLE client_session (
    token_hash BLOB PRIMARY KEY NOT NULL,
    client_id  TEXT NOT NULL REFERENCES client (id),
    browser_id TEXT NOT NULL REFERENCES browser (id),
    method     TEXT NOT NULL,
    kept       BIGINT NOT NULL,
    link_id    TEXT REFERENCES link (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX client_session_client ON client_session (client_id);
CREATE INDEX client_session_browser ON client_session (browser_id);
