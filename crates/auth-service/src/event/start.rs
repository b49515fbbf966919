//! Where the log begins: with its first event, or after the last one that was let go.

use latchkey_protocol::{Position, UnixMillis};
use sqlx::{Row, SqliteConnection};

use super::chain::{Head, hash_of};
use crate::db::Tx;
use crate::keys::{Keys, Purpose};

/// Longer than what the end's seal is over, so that neither passes for the other.
fn message(position: i64, hash: &[u8; 32]) -> Vec<u8> {
    [b"start".as_slice(), &position.to_be_bytes(), hash].concat()
}

/// What the first event there is follows. `None`: it does not carry our seal.
pub(super) async fn load(conn: &mut SqliteConnection, keys: &Keys) -> sqlx::Result<Option<Head>> {
    let row = sqlx::query("SELECT position, hash, mac FROM event_start WHERE id = 1")
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else {
        return Ok(Some(Head::EMPTY));
    };
    let position = row.try_get("position")?;
    let hash = hash_of(&row, "hash")?;
    let mac: Vec<u8> = row.try_get("mac")?;
    let ours = keys.is_mac(Purpose::Audit, &message(position, &hash), &mac);
    Ok(ours.then_some(Head {
        position: Position(position),
        at: UnixMillis(0),
        hash,
    }))
}

/// Lets the events before `moment` go, with the personal values beside them. The newest
/// event stays, and whatever an open request stands at. Gives how many went.
pub async fn forget(tx: &mut Tx, moment: UnixMillis) -> sqlx::Result<u64> {
    let last = sqlx::query(
        "SELECT position, hash FROM event
         WHERE at < $1
           AND position < (SELECT MAX(position) FROM event)
           AND position < COALESCE((SELECT MIN(position) FROM help_request
                                    WHERE state <> 'solved'), 9223372036854775807)
         ORDER BY position DESC LIMIT 1",
    )
    .bind(moment.0)
    .fetch_optional(tx.conn())
    .await?;
    let Some(last) = last else {
        return Ok(0);
    };
    let position: i64 = last.try_get("position")?;
    let hash = hash_of(&last, "hash")?;
    let mac = tx.keys().mac(Purpose::Audit, &message(position, &hash));
    sqlx::query(
        "INSERT INTO event_start (id, position, hash, mac) VALUES (1, $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET position = $1, hash = $2, mac = $3",
    )
    .bind(position)
    .bind(hash.as_slice())
    .bind(mac.as_slice())
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM event_personal WHERE position <= $1")
        .bind(position)
        .execute(tx.conn())
        .await?;
    let gone = sqlx::query("DELETE FROM event WHERE position <= $1")
        .bind(position)
        .execute(tx.conn())
        .await?;
    Ok(gone.rows_affected())
}
