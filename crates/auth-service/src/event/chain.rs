//! The hash chain: each event's hash covers the one before it.

use latchkey_protocol::{Position, UnixMillis};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Event, Kind};
use crate::keys::{Keys, Purpose};
use crate::random::Random;

/// What stands before the first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the newest event; 0 where there is none.
    pub position: Position,
    /// Its time.
    pub at: UnixMillis,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Head {
    pub(crate) const EMPTY: Self = Self {
        position: Position(0),
        at: UnixMillis(0),
        hash: GENESIS,
    };

    fn message(&self) -> Vec<u8> {
        [self.position.0.to_be_bytes().as_slice(), &self.hash].concat()
    }

    /// The head, and whether it carries the seal of these keys. The start of a new
    /// log needs none.
    pub(crate) async fn sealed(
        conn: &mut SqliteConnection,
        keys: &Keys,
    ) -> sqlx::Result<(Self, bool)> {
        let row = sqlx::query("SELECT position, at, hash, mac FROM event_head WHERE id = 1")
            .fetch_optional(conn)
            .await?;
        let Some(row) = row else {
            return Ok((Self::EMPTY, true));
        };
        let head = Self {
            position: Position(row.try_get("position")?),
            at: UnixMillis(row.try_get("at")?),
            hash: hash_of(&row, "hash")?,
        };
        let mac: Vec<u8> = row.try_get("mac")?;
        let ours = keys.is_mac(Purpose::Audit, &head.message(), &mac);
        Ok((head, ours))
    }

    /// The head to write after. One without our seal is refused: sealing what comes
    /// next would make somebody's forgery ours.
    pub(crate) async fn load(conn: &mut SqliteConnection, keys: &Keys) -> sqlx::Result<Self> {
        match Self::sealed(conn, keys).await? {
            (head, true) => Ok(head),
            (_, false) => Err(sqlx::Error::Decode(
                "the end of the event log does not carry this key's seal; \
                 `latchkey-auth audit verify` says more"
                    .into(),
            )),
        }
    }

    pub(crate) async fn store(&self, conn: &mut SqliteConnection, keys: &Keys) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO event_head (id, position, at, hash, mac) VALUES (1, $1, $2, $3, $4)
             ON CONFLICT (id) DO UPDATE SET position = $1, at = $2, hash = $3, mac = $4",
        )
        .bind(self.position.0)
        .bind(self.at.0)
        .bind(self.hash.as_slice())
        .bind(keys.mac(Purpose::Audit, &self.message()).as_slice())
        .execute(conn)
        .await?;
        Ok(())
    }

    /// Writes `event` after this head and gives the new head.
    pub(crate) async fn append(
        self,
        conn: &mut SqliteConnection,
        keys: &Keys,
        random: &dyn Random,
        now: UnixMillis,
        event: Event,
    ) -> sqlx::Result<Self> {
        let position = Position(self.position.0 + 1);
        let mut body = event.body;
        let mut beside = Vec::new();
        for (name, value) in event.personal {
            let salt: [u8; 16] = random.bytes();
            body.insert(format!("{name}_commitment"), commitment(&salt, &value));
            beside.push((name, value, salt));
        }
        let row = Written {
            position: position.0,
            at: now.0,
            kind: event.kind.as_str().to_owned(),
            actor_kind: event.actor.kind().to_owned(),
            actor_id: event.actor.id().map(str::to_owned),
            client_id: event.client,
            request_id: event.request,
            address_id: event.address,
            browser_id: event.browser,
            subject_id: event.subject,
            body: Value::Object(body).to_string(),
        };
        let hash = row.hash(&self.hash);
        let seal = keys.mac(Purpose::Audit, &sealed(position, &hash));
        row.insert(conn, &self.hash, &hash, &seal).await?;
        for (name, value, salt) in beside {
            sqlx::query(
                "INSERT INTO event_personal (position, name, value, salt) VALUES ($1, $2, $3, $4)",
            )
            .bind(position.0)
            .bind(name)
            .bind(value)
            .bind(salt.as_slice())
            .execute(&mut *conn)
            .await?;
        }
        // Who reads changes nothing for those who read.
        if event.kind != Kind::TimelineRead {
            row.touch(conn).await?;
        }
        Ok(Self {
            position,
            at: now,
            hash,
        })
    }
}

/// What an event's own seal is over; it passes neither for the end's nor for the start's.
pub(super) fn sealed(position: Position, hash: &[u8; 32]) -> Vec<u8> {
    [b"event".as_slice(), &position.0.to_be_bytes(), hash].concat()
}

/// What stands in the chain for a personal value.
pub(super) fn commitment(salt: &[u8], value: &str) -> Value {
    let digest = Sha256::new()
        .chain_update(salt)
        .chain_update(value.as_bytes())
        .finalize();
    Value::String(hex(&digest))
}

/// Lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn hash_of(row: &SqliteRow, column: &str) -> sqlx::Result<[u8; 32]> {
    let bytes: Vec<u8> = row.try_get(column)?;
    bytes
        .try_into()
        .map_err(|_| sqlx::Error::Decode("a hash that is not 32 bytes".into()))
}

/// An event as it stands in its row.
pub(super) struct Written {
    pub(super) position: i64,
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) address_id: Option<String>,
    pub(super) browser_id: Option<String>,
    pub(super) subject_id: Option<String>,
    pub(super) body: String,
}

impl Written {
    pub(super) fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            position: row.try_get("position")?,
            at: row.try_get("at")?,
            kind: row.try_get("kind")?,
            actor_kind: row.try_get("actor_kind")?,
            actor_id: row.try_get("actor_id")?,
            client_id: row.try_get("client_id")?,
            request_id: row.try_get("request_id")?,
            address_id: row.try_get("address_id")?,
            browser_id: row.try_get("browser_id")?,
            subject_id: row.try_get("subject_id")?,
            body: row.try_get("body")?,
        })
    }

    /// Every field with its length before it, so that no two events give the same bytes.
    pub(super) fn hash(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut sha = Sha256::new();
        sha.update(previous);
        sha.update(self.position.to_be_bytes());
        sha.update(self.at.to_be_bytes());
        for field in [
            Some(&self.kind),
            Some(&self.actor_kind),
            self.actor_id.as_ref(),
            self.client_id.as_ref(),
            self.request_id.as_ref(),
            self.address_id.as_ref(),
            self.browser_id.as_ref(),
            self.subject_id.as_ref(),
            Some(&self.body),
        ] {
            match field {
                None => sha.update([0]),
                Some(text) => {
                    sha.update([1]);
                    sha.update((text.len() as u64).to_be_bytes());
                    sha.update(text.as_bytes());
                }
            }
        }
        sha.finalize().into()
    }

    async fn insert(
        &self,
        conn: &mut SqliteConnection,
        previous: &[u8; 32],
        hash: &[u8; 32],
        seal: &[u8; 32],
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO event (position, at, kind, actor_kind, actor_id, client_id, request_id,
                                address_id, browser_id, subject_id, body, prev_hash, hash, seal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(self.position)
        .bind(self.at)
        .bind(&self.kind)
        .bind(&self.actor_kind)
        .bind(&self.actor_id)
        .bind(&self.client_id)
        .bind(&self.request_id)
        .bind(&self.address_id)
        .bind(&self.browser_id)
        .bind(&self.subject_id)
        .bind(&self.body)
        .bind(previous.as_slice())
        .bind(hash.as_slice())
        .bind(seal.as_slice())
        .execute(conn)
        .await?;
        Ok(())
    }

    /// A request whose story this event belongs to goes out again, whole: its
    /// position is that of the newest event in its timeline. A solved request
    /// is closed; only what names it moves it.
    async fn touch(&self, conn: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE help_request SET position = $1
             WHERE id = $2
                OR (state <> 'solved' AND client_id = $3)
                OR (state <> 'solved' AND address_id = $4)
                OR (state <> 'solved' AND (client_id IS NULL OR picked_at IS NOT NULL)
                    AND browser_id = $5)",
        )
        .bind(self.position)
        .bind(&self.request_id)
        .bind(&self.client_id)
        .bind(&self.address_id)
        .bind(&self.browser_id)
        .execute(conn)
        .await?;
        Ok(())
    }
}
