//! A request that no connected desktop could ring for: those who would have been rung get one
//! mail, without a name or an address in it.
//!
//! Who is connected is known in memory alone, so the two minutes begin anew with the service:
//! desktops need seconds to come back. What no client on file is matched to waits silently
//! (RULES A1, A4).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use latchkey_protocol::{RequestId, StaffId, UnixMillis};
use sqlx::SqliteConnection;

use crate::App;
use crate::clock::{DAY, MINUTE};
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::mail::notice;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(5);
/// Nobody could be rung for this long.
const LONG: i64 = 2 * MINUTE;
/// Nobody gets more than one of these mails within this; what comes meanwhile is in the next.
const APART: i64 = 10 * MINUTE;

/// Since when each waiting request has nobody whose desktop could ring.
#[derive(Debug, Default)]
pub struct Copies {
    alone: HashMap<String, UnixMillis>,
}

impl Copies {
    /// Looks once. Gives how many requests were written about.
    pub async fn look(&mut self, app: &App) -> Result<usize, Unavailable> {
        if !app.config.mail_copies {
            return Ok(0);
        }
        let now = app.now();
        let mut conn = app.reader.acquire().await?;
        let waiting = waiting(&mut conn, now.0).await?;
        drop(conn);
        let nobody_there = |staff: &BTreeSet<String>| {
            let mut staff = staff.iter();
            !staff.any(|id| app.feed.is_connected(&StaffId(id.clone())))
        };
        let alone: BTreeMap<_, _> = waiting
            .into_iter()
            .filter(|(_, staff)| nobody_there(staff))
            .collect();
        self.alone.retain(|request, _| alone.contains_key(request));
        for request in alone.keys() {
            self.alone.entry(request.clone()).or_insert(now);
        }
        let due: BTreeSet<String> = self
            .alone
            .iter()
            .filter(|(_, since)| now.0 - since.0 >= LONG)
            .map(|(request, _)| request.clone())
            .collect();
        if due.is_empty() {
            return Ok(0);
        }
        app.writer
            .run(move |tx| Box::pin(async move { Ok(write(tx, &due).await?) }))
            .await
    }
}

/// Looks until the service stops.
pub async fn run(app: App) {
    let mut copies = Copies::default();
    loop {
        if copies.look(&app).await.is_err() {
            tracing::error!("who waits could not be written about; trying again soon");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn write(tx: &mut Tx, due: &BTreeSet<String>) -> sqlx::Result<usize> {
    let now = tx.now().0;
    let lately: BTreeSet<String> = sqlx::query_scalar::<_, String>(
        "SELECT DISTINCT staff_id FROM mail WHERE kind = 'needs_help' AND created_at > $1",
    )
    .bind(now - APART)
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .collect();
    let mut told = BTreeSet::new();
    let mut copied = 0;
    for (request, staff) in waiting(tx.conn(), now).await? {
        if !due.contains(&request) || !staff.is_disjoint(&lately) {
            continue;
        }
        sqlx::query("UPDATE help_request SET copied_at = $2 WHERE id = $1")
            .bind(&request)
            .bind(now)
            .execute(tx.conn())
            .await?;
        let event = Event::new(Kind::HelpCopied, Actor::Service)
            .request(&RequestId(request))
            .with("staff", staff.len());
        tx.append(event).await?;
        told.extend(staff);
        copied += 1;
    }
    for staff in told {
        notice::needs_help(tx, &StaffId(staff)).await?;
    }
    Ok(copied)
}

/// Requests that nobody has opened or was written to about, with whom they ring for.
async fn waiting(
    conn: &mut SqliteConnection,
    now: i64,
) -> sqlx::Result<BTreeMap<String, BTreeSet<String>>> {
    let pairs: Vec<(String, String)> = sqlx::query_as(
        "SELECT r.id, b.staff_id FROM help_request r JOIN bell b ON b.request_id = r.id
         WHERE r.state <> 'solved' AND r.state = 'new' AND r.seen_at IS NULL
           AND r.copied_at IS NULL AND r.frozen_at IS NULL AND r.client_id IS NOT NULL AND r.created_at > $1",
    )
    .bind(now - DAY)
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (request, staff) in pairs {
        all.entry(request).or_default().insert(staff);
    }
    Ok(all)
}
