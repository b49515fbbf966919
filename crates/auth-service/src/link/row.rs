//! A link as it lies in the database.

use latchkey_protocol::{ClientId, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::state::{Link, LinkState};

/// A link with what belongs to it.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Id.
    pub id: String,
    /// The address on file it was mailed to.
    pub address: String,
    /// The one client it is for, where staff sent it for one.
    pub client: Option<ClientId>,
    /// Its life.
    pub link: Link,
    /// When a newer one was queued.
    pub replaced_at: Option<UnixMillis>,
}

/// Finds a link by the hash of its token. A link that was never mailed is none.
pub async fn find(conn: &mut SqliteConnection, hash: &[u8; 32]) -> sqlx::Result<Option<LinkRow>> {
    sqlx::query("SELECT * FROM link WHERE token_hash = $1 AND address_id IS NOT NULL")
        .bind(hash.as_slice())
        .fetch_optional(conn)
        .await?
        .map(|row| read(&row))
        .transpose()
}

fn read(row: &SqliteRow) -> sqlx::Result<LinkRow> {
    let moment = |name: &str| -> sqlx::Result<Option<UnixMillis>> {
        Ok(row.try_get::<Option<i64>, _>(name)?.map(UnixMillis))
    };
    Ok(LinkRow {
        id: row.try_get("id")?,
        address: row.try_get("address_id")?,
        client: row.try_get::<Option<String>, _>("client_id")?.map(ClientId),
        link: Link {
            state: LinkState::read(row.try_get("state")?),
            created_at: UnixMillis(row.try_get("created_at")?),
            asked_by: row.try_get("browser_id")?,
            used_at: moment("used_at")?,
            used_by: row.try_get("used_by_browser")?,
        },
        replaced_at: moment("replaced_at")?,
    })
}
