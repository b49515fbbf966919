//! A cover begins, and ends.

use latchkey_protocol::{Cover, RequestId, StaffId};

use super::{all, event};
use crate::db::Tx;
use crate::event::{Actor, Kind};
use crate::help::assign;
use crate::rights::Sight;
use crate::team::rings_differ;

/// From now on the colleague answers for the clients of whoever is away. What those had and had
/// not ended is nobody's: the colleague has it by opening it.
pub(super) async fn begin(tx: &mut Tx, cover: &Cover, by: Actor) -> sqlx::Result<()> {
    let sight = Sight::before(tx).await?;
    let now = tx.now().0;
    sqlx::query("UPDATE cover SET begun_at = $2 WHERE id = $1")
        .bind(&cover.id.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    let position = tx
        .append(event(Kind::CoverBegan, by.clone(), cover))
        .await?;
    rings_differ(tx, &cover.away, position).await?;
    sight.after(tx, by.clone()).await?;
    let held: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM help_request WHERE assigned_to = $1 AND state <> 'solved' ORDER BY id",
    )
    .bind(&cover.away.0)
    .fetch_all(tx.conn())
    .await?;
    for request in held {
        assign::release(tx, &RequestId(request), &cover.away, by.clone()).await?;
    }
    Ok(())
}

/// It is over, or will not begin: what the colleague saw by it alone is gone from there.
pub(super) async fn end(tx: &mut Tx, cover: &Cover, how: Kind, by: Actor) -> sqlx::Result<()> {
    let sight = Sight::before(tx).await?;
    let now = tx.now().0;
    sqlx::query("UPDATE cover SET ended_at = $2 WHERE id = $1")
        .bind(&cover.id.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    let position = tx.append(event(how, by.clone(), cover)).await?;
    if cover.running {
        rings_differ(tx, &cover.away, position).await?;
    }
    sight.after(tx, by).await
}

/// Whoever is disabled covers for nobody. Their own clients stay covered until its time is over.
pub async fn end_all_by(tx: &mut Tx, staff: &StaffId, by: &Actor) -> sqlx::Result<()> {
    for cover in all(tx.conn()).await? {
        if cover.covered_by == *staff {
            end(tx, &cover, Kind::CoverEnded, by.clone()).await?;
        }
    }
    Ok(())
}
