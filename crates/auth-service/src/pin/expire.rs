//! PINs run out after ten minutes, and staff see it happen.

use std::time::Duration;

use latchkey_protocol::{ClientId, RequestId};
use sqlx::Row;

use crate::App;
use crate::db::Unavailable;
use crate::event::{Actor, Event, Kind};
use crate::help::staff::advance;
use crate::help::state::Act;

/// How soon the end of a PIN is noticed.
pub const LOOK: Duration = Duration::from_secs(1);

/// Ends the PINs whose time is over. Gives how many.
pub async fn expire_due(app: &App) -> Result<usize, Unavailable> {
    let due =
        sqlx::query("SELECT 1 AS one FROM pin WHERE state = 'live' AND expires_at <= $1 LIMIT 1")
            .bind(app.now().0)
            .fetch_optional(&app.reader)
            .await?;
    if due.is_none() {
        return Ok(0);
    }
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let rows = sqlx::query(
                    "UPDATE pin SET state = 'expired', ended_at = expires_at, sealed_hash = NULL
                     WHERE state = 'live' AND expires_at <= $1
                     RETURNING id, client_id, request_id",
                )
                .bind(now)
                .fetch_all(tx.conn())
                .await?;
                for row in &rows {
                    let request = RequestId(row.try_get("request_id")?);
                    let event = Event::new(Kind::PinExpired, Actor::Service)
                        .client(&ClientId(row.try_get("client_id")?))
                        .request(&request)
                        .subject(row.try_get::<String, _>("id")?);
                    tx.append(event).await?;
                    advance(tx, &request, Act::AnswerEnded).await?;
                }
                Ok(rows.len())
            })
        })
        .await
}
