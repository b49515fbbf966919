//! The clock: PINs, links and tokens all live by it.

use latchkey_protocol::UnixMillis;
use sqlx::SqliteConnection;

use super::Finding;
use crate::clock::MINUTE;

pub(super) async fn clock(conn: &mut SqliteConnection, now: UnixMillis) -> Option<Finding> {
    let last: Option<i64> = sqlx::query_scalar("SELECT MAX(at) FROM event")
        .fetch_one(conn)
        .await
        .ok()?;
    let behind = last? - now.0;
    let shown = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    let shown = shown.strftime("%Y-%m-%d %H:%M UTC");
    Some(if behind > MINUTE {
        Finding::mend(format!(
            "The clock says {shown}, {} minutes before the last event. Until it has caught up, \
             time stands still here: no PIN and no link runs out. Set the clock.",
            behind / MINUTE
        ))
    } else {
        Finding::good(format!(
            "The clock says {shown}, and nothing has happened after that."
        ))
    })
}
