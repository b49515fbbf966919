//! What changes in a document without anybody doing anything: the waiting page was
//! closed, a mail has lain unread for minutes, a session is over, what happened is too old to explain
//! anything, a limit is over. An event is written
//! for it, so that the document goes out again, in order, like after any change.

use std::time::Duration;

use latchkey_protocol::{ClientId, RequestId};
use sqlx::{FromRow, SqliteConnection};

use super::AWAY;
use crate::App;
use crate::clock::{DAY, SECOND};
use crate::db::Unavailable;
use crate::diagnosis::TIME_TO_READ_MS;
use crate::event::{Actor, Event, Kind};
use crate::pin::issue::{CHANGED_MS, SECOND_MS};

/// How often it is looked for.
pub const LOOK: Duration = Duration::from_secs(2);

/// A mail server usually takes a mail sooner; where it does not, staff see that it is being
/// handed over.
const SLOW: i64 = 2 * SECOND;

/// Looks once. Gives how many documents changed.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    if aged(&mut conn, app.now().0).await?.is_empty() {
        return Ok(0);
    }
    drop(conn);
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let aged = aged(tx.conn(), now).await?;
                for request in &aged {
                    let mut event = Event::new(request.kind(), Actor::Service)
                        .request(&RequestId(request.id.clone()));
                    if let Some(client) = &request.client_id {
                        event = event.client(&ClientId(client.clone()));
                    }
                    tx.append(event).await?;
                }
                Ok(aged.len())
            })
        })
        .await
}

#[derive(FromRow)]
struct Aged {
    id: String,
    client_id: Option<String>,
    waiting: i64,
    told_waiting: i64,
}

impl Aged {
    const fn kind(&self) -> Kind {
        match (self.waiting, self.told_waiting) {
            (1, 0) => Kind::WaitingPageOpened,
            (0, 1) => Kind::WaitingPageClosed,
            _ => Kind::TimePassed,
        }
    }
}

/// Open requests whose document says something else now than at its last event. The
/// log itself tells what was said about the waiting page; a moment that lies after
/// the last event and is over has not been told. A diagnosis looks back one day, and two
/// for a dead link.
async fn aged(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<Vec<Aged>> {
    sqlx::query_as(
        "SELECT id, client_id, waiting, told_waiting FROM (
             SELECT r.id, r.client_id,
                    CASE WHEN b.last_waiting_at > $1 - $2 THEN 1 ELSE 0 END AS waiting,
                    COALESCE((SELECT CASE WHEN w.kind = 'waiting_page_opened' THEN 1 ELSE 0 END
                              FROM event w
                              WHERE w.request_id = r.id
                                AND w.kind IN ('waiting_page_opened', 'waiting_page_closed')
                              ORDER BY w.position DESC LIMIT 1), 0) AS told_waiting,
                    CASE WHEN (b.last_waiting_at + $2 > e.at AND b.last_waiting_at + $2 <= $1)
                     OR (r.second_at + $3 > e.at AND r.second_at + $3 <= $1)
                     OR EXISTS (SELECT 1 FROM client c
                                WHERE c.id = r.client_id
                                  AND ((c.contact_changed_at + $4 > e.at
                                        AND c.contact_changed_at + $4 <= $1)
                                       OR (c.phone_changed_at + $4 > e.at
                                           AND c.phone_changed_at + $4 <= $1)))
                     OR EXISTS (SELECT 1 FROM mail m
                                WHERE m.address_id = r.address_id AND m.state = 'accepted'
                                  AND m.changed_at + $5 > e.at AND m.changed_at + $5 <= $1)
                     OR EXISTS (SELECT 1 FROM mail m
                                WHERE m.address_id = r.address_id AND m.state = 'sending'
                                  AND m.changed_at + $7 > e.at AND m.changed_at + $7 <= $1)
                     OR EXISTS (SELECT 1 FROM event t
                                WHERE (t.request_id = r.id
                                       OR (t.request_id IS NULL
                                           AND (t.client_id = r.client_id
                                                OR t.address_id = r.address_id)))
                                  AND t.kind IN ('link_asked', 'ask_held_back', 'mail_queued',
                                                 'mail_not_sent', 'mail_accepted',
                                                 'mail_deferred', 'mail_refused',
                                                 'suppression_lifted', 'address_corrected',
                                                 'link_refused', 'link_damaged',
                                                 'cookies_blocked', 'pin_issued', 'pin_wrong',
                                                 'pin_expired', 'pin_in_other_browser')
                                  AND ((t.at + $6 >= e.at AND t.at + $6 < $1)
                                       OR (t.at + 2 * $6 >= e.at AND t.at + 2 * $6 < $1)))
                     OR EXISTS (SELECT 1 FROM pin_failure f
                                WHERE f.client_id = r.client_id AND f.at + $6 > e.at
                                  AND f.at + $6 <= $1)
                     OR EXISTS (SELECT 1 FROM pin p
                                WHERE p.client_id = r.client_id AND p.issued_at + $6 > e.at
                                  AND p.issued_at + $6 <= $1)
                     OR EXISTS (SELECT 1 FROM appointment t
                                WHERE t.client_id = r.client_id AND t.ends_at > e.at
                                  AND t.ends_at <= $1)
                    THEN 1 ELSE 0 END AS late
             FROM help_request r
             JOIN browser b ON b.id = r.browser_id
             JOIN event e ON e.position = r.position
             WHERE r.state <> 'solved'
         ) AS open_request
         WHERE late = 1 OR waiting <> told_waiting
         ORDER BY id",
    )
    .bind(now)
    .bind(AWAY)
    .bind(SECOND_MS)
    .bind(CHANGED_MS)
    .bind(TIME_TO_READ_MS)
    .bind(DAY)
    .bind(SLOW)
    .fetch_all(conn)
    .await
}
