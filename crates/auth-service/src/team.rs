//! The practice's staff as they see each other: who is there, and who is in a session.

use std::time::Duration;

use latchkey_protocol::{Colleague, Position, StaffId, UnixMillis};
use sqlx::{Row, SqliteConnection};

use crate::App;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::staff::role_of;

/// How often it is looked whether a session is over.
pub const LOOK: Duration = Duration::from_secs(2);

/// Everybody who may act, by name.
pub async fn colleagues(app: &App, conn: &mut SqliteConnection) -> sqlx::Result<Vec<Colleague>> {
    let rows = sqlx::query(
        "SELECT id, name, role, session_until FROM staff
         WHERE disabled_at IS NULL ORDER BY name, id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let id = StaffId(row.try_get("id")?);
            Ok(Colleague {
                name: row.try_get("name")?,
                role: role_of(row.try_get("role")?),
                connected: app.feed.is_connected(&id),
                in_session_until: row
                    .try_get::<Option<i64>, _>("session_until")?
                    .map(UnixMillis),
                id,
            })
        })
        .collect()
}

/// A staff member is in a session until then, or not any more: others are rung instead, as long.
pub async fn set_session(
    tx: &mut Tx,
    staff: &StaffId,
    until: Option<UnixMillis>,
) -> sqlx::Result<()> {
    let changed = sqlx::query(
        "UPDATE staff SET session_until = $2 WHERE id = $1 AND session_until IS DISTINCT FROM $2",
    )
    .bind(&staff.0)
    .bind(until.map(|until| until.0))
    .execute(tx.conn())
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    let mut event = Event::new(Kind::StaffInSession, Actor::Staff(staff.clone())).subject(&staff.0);
    if let Some(until) = until {
        event = event.with("until", until.0);
    }
    let position = tx.append(event).await?;
    rings_differ(tx, staff, position).await
}

/// Ends the sessions that are over. Gives how many.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    if over(&mut conn, app.now().0).await?.is_empty() {
        return Ok(0);
    }
    drop(conn);
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let over = over(tx.conn(), now).await?;
                for staff in &over {
                    sqlx::query("UPDATE staff SET session_until = NULL WHERE id = $1")
                        .bind(&staff.0)
                        .execute(tx.conn())
                        .await?;
                    let event = Event::new(Kind::StaffInSession, Actor::Service).subject(&staff.0);
                    let position = tx.append(event).await?;
                    rings_differ(tx, staff, position).await?;
                }
                Ok(over.len())
            })
        })
        .await
}

async fn over(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<Vec<StaffId>> {
    let over: Vec<String> =
        sqlx::query_scalar("SELECT id FROM staff WHERE session_until <= $1 ORDER BY id")
            .bind(now)
            .fetch_all(conn)
            .await?;
    Ok(over.into_iter().map(StaffId).collect())
}

/// Whom to ring for stands in the requests that nobody has opened: they go out again.
pub(crate) async fn rings_differ(
    tx: &mut Tx,
    staff: &StaffId,
    position: Position,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE help_request SET position = $2
         WHERE state <> 'solved' AND state = 'new'
           AND EXISTS (SELECT 1 FROM sight v
                       WHERE v.staff_id = $1 AND v.request_id = help_request.id)",
    )
    .bind(&staff.0)
    .bind(position.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When somebody is back, where everybody who could answer at a desktop is in a session.
///
/// It is asked of the whole practice, whoever the page is for: a page that told it of one
/// client's clinician would tell that the address typed is that client's (RULES A1).
pub async fn all_in_session_until(
    conn: &mut SqliteConnection,
    now: UnixMillis,
) -> sqlx::Result<Option<UnixMillis>> {
    let (there, back): (i64, Option<i64>) = sqlx::query_as(
        "SELECT COUNT(CASE WHEN s.session_until > $1 THEN NULL ELSE 1 END), MIN(s.session_until)
         FROM staff s
         WHERE s.disabled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM cover v
                           WHERE v.staff_id = s.id AND v.begun_at IS NOT NULL
                             AND v.ended_at IS NULL)
           AND EXISTS (SELECT 1 FROM device d
                       WHERE d.staff_id = s.id AND d.revoked_at IS NULL AND d.expires_at > $1)",
    )
    .bind(now.0)
    .fetch_one(conn)
    .await?;
    Ok(back.filter(|_| there == 0).map(UnixMillis))
}
