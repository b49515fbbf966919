//! No mail goes to clients after a restore until a person has looked whose mailbox must
//! get none: what was agreed after the copy was made is not in it (RULES V6).

use latchkey_protocol::UnixMillis;
use sqlx::{Row, SqliteConnection};

use super::begin::move_open_requests;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};

/// Since when, and what is known of what is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// When the newest epoch began.
    pub since: UnixMillis,
    /// The last moment the database knows.
    pub lost_from: Option<UnixMillis>,
    /// The last moment of what is lost, where that is known.
    pub lost_until: Option<UnixMillis>,
    /// The file name of the database that was replaced.
    pub replaced: Option<String>,
}

/// Whether mail to clients is held back.
pub async fn held(conn: &mut SqliteConnection) -> sqlx::Result<Option<Held>> {
    let rows = sqlx::query("SELECT * FROM epoch WHERE confirmed_at IS NULL ORDER BY number")
        .fetch_all(conn)
        .await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(None);
    };
    let moment = |millis: Option<i64>| millis.map(UnixMillis);
    let mut until: Option<i64> = None;
    for row in &rows {
        until = until.max(row.try_get("lost_until")?);
    }
    Ok(Some(Held {
        since: UnixMillis(last.try_get("began_at")?),
        lost_from: moment(first.try_get("lost_from")?),
        lost_until: moment(until),
        replaced: last.try_get("replaced")?,
    }))
}

/// An admin has looked: mail goes out again. False where nothing was held back.
pub async fn confirm(tx: &mut Tx) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let confirmed = sqlx::query("UPDATE epoch SET confirmed_at = $1 WHERE confirmed_at IS NULL")
        .bind(now)
        .execute(tx.conn())
        .await?;
    if confirmed.rows_affected() == 0 {
        return Ok(false);
    }
    tx.append(Event::new(Kind::ContactPlansConfirmed, Actor::Operator))
        .await?;
    move_open_requests(tx).await?;
    Ok(true)
}
