//! What an operation of the writer works with.

use std::sync::Arc;

use latchkey_protocol::{Position, UnixMillis};
use sqlx::SqliteConnection;

use crate::event::{Event, Head};
use crate::keys::Keys;
use crate::random::Random;

/// One operation's transaction: its changes and its events stand or fall together.
pub struct Tx {
    pub(super) conn: SqliteConnection,
    pub(super) now: UnixMillis,
    pub(super) head: Head,
    pub(super) random: Arc<dyn Random>,
    pub(super) keys: Arc<Keys>,
}

impl Tx {
    /// Now; never before the last event.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.now
    }

    /// Randomness.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The connection, for SQL.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> String {
        self.random.id(self.now).to_string()
    }

    /// The newest event's position.
    #[must_use]
    pub fn position(&self) -> Position {
        self.head.position
    }

    /// Writes an event and moves the help requests it belongs to.
    pub async fn append(&mut self, event: Event) -> sqlx::Result<Position> {
        self.head = self
            .head
            .append(&mut self.conn, &*self.random, self.now, event)
            .await?;
        Ok(self.head.position)
    }
}
