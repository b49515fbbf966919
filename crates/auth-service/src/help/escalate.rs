//! Requests that nobody has reacted to for too long: front desk and admins are rung for them,
//! and the clinician again.
//!
//! Only what is more than somebody's word escalates (RULES A4): matched to one client, and from
//! a browser that signed in before or asked for a link to that address, or raised by the
//! service itself. What a stranger typed waits in the list like the rest.

use std::time::Duration;

use latchkey_protocol::{ClientId, RequestId};
use sqlx::SqliteConnection;

use crate::App;
use crate::clock::{DAY, MINUTE};
use crate::db::Unavailable;
use crate::event::{Actor, Event, Kind};

/// How often it is looked for.
pub const LOOK: Duration = Duration::from_secs(5);

/// Looks once. Gives how many requests escalated; those at one time are one bell.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let after = i64::from(app.config.escalate_after_minutes) * MINUTE;
    let mut conn = app.reader.acquire().await?;
    if overdue(&mut conn, app.now().0, after).await?.is_empty() {
        return Ok(0);
    }
    drop(conn);
    app.writer
        .run(move |tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let overdue = overdue(tx.conn(), now, after).await?;
                for (request, client) in &overdue {
                    sqlx::query("UPDATE help_request SET escalated_at = $2 WHERE id = $1")
                        .bind(request)
                        .bind(now)
                        .execute(tx.conn())
                        .await?;
                    let event = Event::new(Kind::HelpEscalated, Actor::Service)
                        .request(&RequestId(request.clone()))
                        .client(&ClientId(client.clone()));
                    tx.append(event).await?;
                }
                Ok(overdue.len())
            })
        })
        .await
}

/// Who has one by a colleague's act has as long as whoever had it first. What is older than a
/// day rings for nobody any more.
async fn overdue(
    conn: &mut SqliteConnection,
    now: i64,
    after: i64,
) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as(
        "SELECT r.id, r.client_id FROM help_request r
         WHERE r.state <> 'solved' AND r.state = 'new' AND r.seen_at IS NULL AND r.escalated_at IS NULL
           AND r.frozen_at IS NULL
           AND r.client_id IS NOT NULL
           AND r.created_at <= $1 - $2 AND r.created_at > $1 - $2 - $3
           AND (r.assigned_at IS NULL OR r.assigned_at <= $1 - $2)
           AND (r.raised_by = 'service'
                OR EXISTS (SELECT 1 FROM client_session k
                           WHERE k.browser_id = r.browser_id AND k.client_id = r.client_id
                             AND k.created_at < r.created_at)
                OR EXISTS (SELECT 1 FROM ask a
                           WHERE a.browser_id = r.browser_id AND a.address_key = r.address_key
                             AND a.at > r.created_at - $3))
         ORDER BY r.id",
    )
    .bind(now)
    .bind(after)
    .bind(DAY)
    .fetch_all(conn)
    .await
}
