//! Who sees which help request (RULES V2): clinicians their caseload, front desk
//! and admins everything, unmatched requests too; in a practice without a front
//! desk clinicians see the unmatched ones. One that nearly has a client's address in it is
//! that client's caseload's, too, and only they and the front desk are told whose (RULES A2).
//! Whoever covers for a colleague sees that caseload as their own, as long as it lasts.
//! Whoever a request is handed to sees it, too, while it is theirs and open. The view
//! `sight` says it in SQL.

use std::collections::{BTreeSet, HashMap};

use latchkey_protocol::{ClientId, RequestId, StaffId};
use sqlx::SqliteConnection;

use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::assign;

/// True where this staff member may see this request now.
pub async fn sees(
    conn: &mut SqliteConnection,
    staff: &StaffId,
    request: &RequestId,
) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sight WHERE staff_id = $1 AND request_id = $2")
            .bind(&staff.0)
            .bind(&request.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// True where this staff member may find and read this client without a request: clinicians
/// their caseload, front desk and admins everybody. The view `client_sight` says it in SQL.
pub async fn sees_client(
    conn: &mut SqliteConnection,
    staff: &StaffId,
    client: &ClientId,
) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM client_sight WHERE staff_id = $1 AND client_id = $2")
            .bind(&staff.0)
            .bind(&client.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// Who sees one request, before an act.
#[must_use = "who loses it by the act is to be told"]
pub struct Viewers {
    request: RequestId,
    staff: BTreeSet<String>,
}

impl Viewers {
    /// Of this request, now.
    pub async fn of(tx: &mut Tx, request: &RequestId) -> sqlx::Result<Self> {
        let staff: Vec<String> =
            sqlx::query_scalar("SELECT staff_id FROM sight WHERE request_id = $1")
                .bind(&request.0)
                .fetch_all(tx.conn())
                .await?;
        Ok(Self {
            request: request.clone(),
            staff: staff.into_iter().collect(),
        })
    }

    /// After the act and its event, which has moved the request: who lost it is told "gone".
    pub async fn after(self, tx: &mut Tx, by: Actor) -> sqlx::Result<()> {
        let now = Self::of(tx, &self.request).await?;
        let position = tx.position().0;
        for staff in self.staff.difference(&now.staff) {
            lose(tx, staff, &self.request.0, position).await?;
            assign::release(tx, &self.request, &StaffId(staff.clone()), by.clone()).await?;
        }
        Ok(())
    }
}

async fn lose(tx: &mut Tx, staff: &str, request: &str, position: i64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO request_lost (request_id, staff_id, position) VALUES ($1, $2, $3)
         ON CONFLICT (request_id, staff_id) DO UPDATE SET position = $3",
    )
    .bind(request)
    .bind(staff)
    .bind(position)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who sees what at one moment, and whether also whose address was nearly typed.
pub struct Sight(HashMap<(String, String), i64>);

impl Sight {
    /// Before a change of roles, caseloads or staff.
    pub async fn before(tx: &mut Tx) -> sqlx::Result<Self> {
        let seen: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT staff_id, request_id, near FROM sight")
                .fetch_all(tx.conn())
                .await?;
        let pairs = seen
            .into_iter()
            .map(|(staff, request, near)| ((staff, request), near));
        Ok(Self(pairs.collect()))
    }

    /// After it: who lost a request is told "gone", who gained one, or sees it differently
    /// now, gets it.
    pub async fn after(self, tx: &mut Tx, by: Actor) -> sqlx::Result<()> {
        let now = Self::before(tx).await?;
        let mut lost: Vec<_> = self
            .0
            .keys()
            .filter(|pair| !now.0.contains_key(*pair))
            .collect();
        let mut gained: Vec<_> = now
            .0
            .iter()
            .filter(|(pair, near)| self.0.get(*pair) != Some(*near))
            .map(|(pair, _)| pair)
            .collect();
        if lost.is_empty() && gained.is_empty() {
            return Ok(());
        }
        lost.sort();
        gained.sort();
        let event = Event::new(Kind::ViewChanged, by.clone())
            .with("lost", lost.len())
            .with("gained", gained.len());
        let position = tx.append(event).await?;
        for (staff, request) in lost {
            lose(tx, staff, request, position.0).await?;
            // To the others it says whose desktops ring: one less.
            sqlx::query("UPDATE help_request SET position = $2 WHERE id = $1 AND state = 'new'")
                .bind(request)
                .bind(position.0)
                .execute(tx.conn())
                .await?;
        }
        for (_, request) in gained {
            sqlx::query("UPDATE help_request SET position = $2 WHERE id = $1")
                .bind(request)
                .bind(position.0)
                .execute(tx.conn())
                .await?;
        }
        // What somebody cannot see any more is nobody's: others are to see that it waits.
        for (staff, request) in self.0.keys().filter(|pair| !now.0.contains_key(*pair)) {
            let (staff, request) = (StaffId(staff.clone()), RequestId(request.clone()));
            assign::release(tx, &request, &staff, by.clone()).await?;
        }
        Ok(())
    }
}
