//! The database: one writer, a small pool of readers.

mod open;
mod tx;
mod writer;

pub use open::{OpenError, Reader, Store, alone, look};
pub(crate) use open::{connect, migrated, newest_schema, still};
pub use tx::Tx;
pub use writer::{OnFatal, Operation, Writer};

/// The database could not do it now; nothing was changed. What went wrong is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the database could not do it now; nothing was changed")]
pub struct Unavailable;

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        // SQLite's messages name tables and columns, never values.
        tracing::error!(%error, "database");
        Self
    }
}
