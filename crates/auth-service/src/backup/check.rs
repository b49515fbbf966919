//! Whether a file is a database of this service, and whole.

use sqlx::{Row, SqliteConnection};

use crate::db::newest_schema;
use crate::event::{self, Broken};
use crate::keys::Keys;

/// Why it is not to be used.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// SQLite cannot read it.
    #[error("it is not a database, or a damaged one: {0}")]
    Unreadable(#[from] sqlx::Error),
    /// It has other tables.
    #[error("it is a database, but not one of latchkey-auth")]
    Foreign,
    /// From a newer version (RULES X1).
    #[error(
        "it was made by a newer latchkey-auth (it has change {0}, this program knows {1}); update this program first"
    )]
    Newer(i64, i64),
    /// SQLite found damage.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Rows point to rows that are not there.
    #[error("it is damaged: rows of {0} point to rows that are missing")]
    Torn(String),
    /// The event log.
    #[error("its log of what happened is broken: {0}")]
    Log(#[from] Broken),
}

/// The number of the newest change it has.
pub async fn schema(conn: &mut SqliteConnection) -> Result<i64, Unfit> {
    let ours = "SELECT COUNT(*) FROM sqlite_master
                WHERE type = 'table' AND name IN ('_sqlx_migrations', 'event', 'event_head')";
    if sqlx::query_scalar::<_, i64>(ours)
        .fetch_one(&mut *conn)
        .await?
        != 3
    {
        return Err(Unfit::Foreign);
    }
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(conn)
            .await?;
    match newest.unwrap_or_default() {
        0 => Err(Unfit::Foreign),
        newest if newest > newest_schema() => Err(Unfit::Newer(newest, newest_schema())),
        newest => Ok(newest),
    }
}

/// Every page and every reference.
pub async fn pages(conn: &mut SqliteConnection) -> Result<(), Unfit> {
    let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(3)")
        .fetch_all(&mut *conn)
        .await?;
    if said != ["ok"] {
        return Err(Unfit::Damaged(said.join("; ")));
    }
    let torn = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(conn)
        .await?;
    match torn {
        Some(row) => Err(Unfit::Torn(row.try_get(0)?)),
        None => Ok(()),
    }
}

/// Everything, for a database of the newest schema. Gives the number of events.
pub async fn check(conn: &mut SqliteConnection, keys: &Keys) -> Result<i64, Unfit> {
    schema(conn).await?;
    pages(conn).await?;
    Ok(event::verify(conn, keys).await?)
}
