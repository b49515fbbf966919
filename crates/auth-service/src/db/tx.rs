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
    /// Over a connection that nobody else has; its end is read within a transaction.
    pub(crate) fn over(
        conn: SqliteConnection,
        now: UnixMillis,
        random: Arc<dyn Random>,
        keys: Arc<Keys>,
    ) -> Self {
        Self {
            conn,
            now,
            head: Head::EMPTY,
            random,
            keys,
        }
    }

    /// The connection, when all is done.
    pub(crate) fn into_conn(self) -> SqliteConnection {
        self.conn
    }

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

    /// The newest event.
    pub(crate) fn last(&self) -> Head {
        self.head
    }

    /// The next event gets this position: those between belong to a lost history.
    pub(crate) fn leap(&mut self, position: Position) {
        self.head.position = Position(position.0 - 1);
    }

    /// Time has come this far already.
    pub(crate) fn not_before(&mut self, at: UnixMillis) {
        self.now = self.now.max(at);
    }

    /// Reads the end of the log anew, within a transaction.
    pub(crate) async fn reload(&mut self) -> sqlx::Result<()> {
        self.head = Head::load(&mut self.conn, &self.keys).await?;
        self.not_before(self.head.at);
        Ok(())
    }

    /// Seals the end of the log as it is now, before the COMMIT.
    pub(crate) async fn seal(&mut self) -> sqlx::Result<()> {
        self.head.store(&mut self.conn, &self.keys).await
    }

    /// Writes an event and moves the help requests it belongs to.
    pub async fn append(&mut self, event: Event) -> sqlx::Result<Position> {
        self.head = self
            .head
            .append(&mut self.conn, &self.keys, &*self.random, self.now, event)
            .await?;
        Ok(self.head.position)
    }
}
