//! What is past its time is erased: at the start, and daily (RULES R1).
//!
//! Network addresses and user agents are not here, since none is ever stored.

use std::time::Duration;

use latchkey_protocol::UnixMillis;

use crate::App;
use crate::clock::DAY;
use crate::db::{Tx, Unavailable};
use crate::event::{self, Actor, Event, Kind};

/// How often it is looked whether a day is over.
const LOOK: Duration = Duration::from_mins(1);

/// What clients and staff wrote, and what mail servers said: it may name an address.
const TEXTS: [&str; 5] = [
    "DELETE FROM message
     WHERE request_id IN (SELECT r.id FROM help_request r
                          WHERE r.state = 'solved' AND r.solved_at < $1)",
    "DELETE FROM event_personal
     WHERE name IN ('typed', 'message', 'note', 'said')
       AND position IN (SELECT e.position FROM event e
                        JOIN help_request r ON r.id = e.request_id
                        WHERE r.state = 'solved' AND r.solved_at < $1)",
    "UPDATE help_request SET typed = '', message = NULL, near_client_id = NULL
     WHERE state = 'solved' AND solved_at < $1 AND (typed <> '' OR message IS NOT NULL)",
    "DELETE FROM event_personal
     WHERE name = 'words' AND position IN (SELECT e.position FROM event e WHERE e.at < $1)",
    "DELETE FROM mail_try WHERE at < $1",
];

/// What can do nothing any more, children before what they point to. An open request is
/// explained by its address's links and mails, so those stay with it. Wrong tries stay,
/// too: a hundred in a row are counted over any time.
const SPENT: [&str; 15] = [
    "DELETE FROM cover WHERE ended_at < $1",
    "DELETE FROM suppression WHERE lifted_at < $1",
    "DELETE FROM staff_invite WHERE expires_at < $1",
    "DELETE FROM staff_browser WHERE COALESCE(ended_at, expires_at) < $1 OR expires_at < $1",
    "DELETE FROM authorization_code WHERE expires_at < $1",
    "DELETE FROM access_token WHERE expires_at < $1",
    "DELETE FROM refresh_token WHERE expires_at < $1",
    "DELETE FROM idempotency WHERE created_at < $1",
    "DELETE FROM ask WHERE at < $1",
    "DELETE FROM client_session WHERE COALESCE(ended_at, expires_at) < $1 OR expires_at < $1",
    "DELETE FROM link
     WHERE expires_at < $1
       AND NOT EXISTS (SELECT 1 FROM client_session s WHERE s.link_id = link.id)
       AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.link_id = link.id AND m.ended_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM help_request r
                       WHERE r.address_id = link.address_id AND r.state <> 'solved')",
    "DELETE FROM mail_try
     WHERE EXISTS (SELECT 1 FROM mail m
                   WHERE m.id = mail_try.mail_id AND m.ended_at < $1
                     AND NOT EXISTS (SELECT 1 FROM help_request r
                                     WHERE r.address_id = m.address_id AND r.state <> 'solved'))",
    "DELETE FROM mail
     WHERE ended_at < $1
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.mail_id = mail.id)
       AND NOT EXISTS (SELECT 1 FROM help_request r
                       WHERE r.address_id = mail.address_id AND r.state <> 'solved')",
    "DELETE FROM request_lost
     WHERE request_id IN (SELECT r.id FROM help_request r
                          WHERE r.state = 'solved' AND r.solved_at < $1)",
    "DELETE FROM browser
     WHERE last_seen_at < $1
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.browser_id = browser.id)
       AND NOT EXISTS (SELECT 1 FROM ask a WHERE a.browser_id = browser.id)
       AND NOT EXISTS (SELECT 1 FROM help_request r WHERE r.browser_id = browser.id)
       AND NOT EXISTS (SELECT 1 FROM pin p WHERE p.browser_id = browser.id)
       AND NOT EXISTS (SELECT 1 FROM client_session s WHERE s.browser_id = browser.id)",
];

/// Of no use once it is over; a day is left for whoever is late.
const OVER: [&str; 1] = ["DELETE FROM appointment WHERE ends_at < $1"];

/// Requests go with the events that told of them. Wrong tries that still count towards a
/// hundred in a row keep their PIN, and that its request.
const OLD: [&str; 4] = [
    "DELETE FROM request_reply
     WHERE request_id IN (SELECT r.id FROM help_request r
                          WHERE r.state = 'solved' AND r.solved_at < $1)",
    "DELETE FROM pin
     WHERE request_id IN (SELECT r.id FROM help_request r
                          WHERE r.state = 'solved' AND r.solved_at < $1)
       AND NOT EXISTS (SELECT 1 FROM pin_failure f WHERE f.pin_id = pin.id)",
    "DELETE FROM address_change
     WHERE request_id IN (SELECT r.id FROM help_request r
                          WHERE r.state = 'solved' AND r.solved_at < $1)",
    "DELETE FROM help_request
     WHERE state = 'solved' AND solved_at < $1
       AND NOT EXISTS (SELECT 1 FROM pin p WHERE p.request_id = help_request.id)
       AND NOT EXISTS (SELECT 1 FROM request_lost l WHERE l.request_id = help_request.id)",
];

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Texts.
    pub texts: u64,
    /// Rows beyond use.
    pub spent: u64,
    /// Events.
    pub events: u64,
}

/// When it is due next.
#[derive(Debug)]
pub struct Retention {
    next: UnixMillis,
}

impl Default for Retention {
    /// Due at once: the service may have been off for long.
    fn default() -> Self {
        Self {
            next: UnixMillis(i64::MIN),
        }
    }
}

impl Retention {
    /// Erases if a day is over. `None`: it is not.
    pub async fn look(&mut self, app: &App) -> Result<Option<Erased>, Unavailable> {
        let now = app.now();
        if now < self.next {
            return Ok(None);
        }
        let erased = erase(app).await?;
        self.next = UnixMillis(now.0 + DAY);
        Ok(Some(erased))
    }
}

/// Looks until the service stops.
pub async fn run(app: App) {
    let mut retention = Retention::default();
    loop {
        match retention.look(&app).await {
            Ok(None) => {}
            Ok(Some(Erased {
                texts,
                spent,
                events,
            })) => tracing::info!(texts, spent, events, "erased what was past its time"),
            Err(Unavailable) => {
                tracing::error!("what is past its time could not be erased; trying again soon");
            }
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn erase(app: &App) -> Result<Erased, Unavailable> {
    let config = app.config.clone();
    app.writer
        .run(move |tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let before = |days: u32| now - i64::from(days) * DAY;
                let erased = Erased {
                    texts: all(tx, &TEXTS, before(config.keep_texts_days)).await?,
                    spent: all(tx, &SPENT, before(config.keep_spent_days)).await?
                        + all(tx, &OVER, before(1)).await?
                        + all(tx, &OLD, before(config.keep_events_days)).await?,
                    events: event::forget(tx, UnixMillis(before(config.keep_events_days))).await?,
                };
                if erased.texts + erased.events > 0 {
                    let event = Event::new(Kind::Erased, Actor::Service)
                        .with("texts", erased.texts)
                        .with("spent", erased.spent)
                        .with("events", erased.events);
                    tx.append(event).await?;
                }
                Ok(erased)
            })
        })
        .await
}

async fn all(tx: &mut Tx, statements: &[&'static str], before: i64) -> sqlx::Result<u64> {
    let mut rows = 0;
    for statement in statements {
        rows += sqlx::query(*statement)
            .bind(before)
            .execute(tx.conn())
            .await?
            .rows_affected();
    }
    Ok(rows)
}
