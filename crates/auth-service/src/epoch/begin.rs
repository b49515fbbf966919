//! A new epoch begins: what an older database brought back to life ends at once.

use latchkey_protocol::Position;

use super::judge::Why;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::{pin, staff};

/// Positions that no history before this can have given out are left out at each epoch,
/// so that no desktop takes one of the new history for one it has read.
const LEAP: i64 = 1_000_000_000;

/// Sessions, invites, codes, links, and the mails that wait. What belongs to a desktop
/// ends with it.
const ENDS: [&str; 6] = [
    "UPDATE client_session SET ended_at = $1 WHERE ended_at IS NULL",
    "UPDATE staff_browser SET ended_at = $1 WHERE ended_at IS NULL",
    "UPDATE staff_invite SET used_at = $1 WHERE used_at IS NULL",
    "UPDATE authorization_code SET used_at = $1 WHERE used_at IS NULL",
    "UPDATE link SET state = 'voided', replaced_at = $1 WHERE state = 'live'",
    "UPDATE mail SET state = 'not_sent', sealed_body = NULL, next_at = NULL, changed_at = $1,
                     ended_at = $1
     WHERE ended_at IS NULL",
];

/// What is known of what is lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost {
    /// How far the lost history had come, at least.
    pub position: Position,
    /// Its last moment.
    pub until: Option<i64>,
    /// The file name of the database that was replaced.
    pub replaced: Option<String>,
}

/// Begins it, in the caller's transaction.
pub(super) async fn begin(tx: &mut Tx, number: i64, why: Why, lost: Lost) -> sqlx::Result<()> {
    let (now, from) = (tx.now().0, tx.last());
    let base = from.position.max(lost.position);
    tx.leap(Position(base.0 + LEAP));
    let event = Event::new(Kind::EpochBegan, Actor::Service)
        .with("epoch", number)
        .with("why", why.word())
        .with("after", from.position.0);
    let position = tx.append(event).await?;
    for statement in ENDS {
        sqlx::query(statement).bind(now).execute(tx.conn()).await?;
    }
    pin::revoke::all(tx).await?;
    devices(tx).await?;
    sqlx::query(
        "INSERT INTO epoch (number, began_at, position, why, lost_from, lost_until, replaced)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(number)
    .bind(now)
    .bind(position.0)
    .bind(why.word())
    .bind(from.at.0)
    .bind(lost.until)
    .bind(lost.replaced)
    .execute(tx.conn())
    .await?;
    move_open_requests(tx).await
}

async fn devices(tx: &mut Tx) -> sqlx::Result<()> {
    let devices: Vec<String> =
        sqlx::query_scalar("SELECT id FROM device WHERE revoked_at IS NULL ORDER BY id")
            .fetch_all(tx.conn())
            .await?;
    for device in devices {
        staff::revoke_device(tx, &device, Actor::Service, "restored").await?;
    }
    Ok(())
}

/// What is open says something else now: it goes out again.
pub(super) async fn move_open_requests(tx: &mut Tx) -> sqlx::Result<()> {
    let position = tx.position().0;
    sqlx::query("UPDATE help_request SET position = $1 WHERE state <> 'solved'")
        .bind(position)
        .execute(tx.conn())
        .await?;
    Ok(())
}
