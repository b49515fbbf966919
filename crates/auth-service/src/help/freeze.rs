//! "Not my client": nothing more is done with a request, and the browser that raised it gets
//! nowhere. To whoever sits there it looks as it would to anybody whose link or PIN is no good
//! (RULES A1). Admins are told, and lift it.

use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId};
use sqlx::{Row, SqliteConnection};

use super::staff::{OpenRequest, advance, open_request, put_away};
use super::state::Act;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::pin::revoke;
use crate::refusal::Refusal;
use crate::rights::Viewers;

/// A request as it is frozen or not.
struct Found {
    client: Option<ClientId>,
    browser: String,
    frozen: bool,
}

/// Freezes it: the PIN is revoked, and who is signed in there is not any more. Who comes
/// second finds it done.
pub async fn freeze(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    let found = find(tx, request).await?;
    let client = found.client.ok_or(Refusal::of(ErrorCode::NoClient))?;
    if found.frozen {
        return Ok(());
    }
    let actor = Actor::Staff(by.clone());
    let viewers = Viewers::of(tx, request).await?;
    if revoke::of_request(tx, request, &actor).await? {
        advance(tx, request, Act::AnswerEnded).await?;
    }
    end_sessions(tx, &found.browser).await?;
    let now = tx.now().0;
    sqlx::query(
        "UPDATE help_request
         SET frozen_at = $2, frozen_by = $3, waits_since = $2, handed = 0,
             assigned_to = NULL, assigned_at = NULL
         WHERE id = $1",
    )
    .bind(&request.0)
    .bind(now)
    .bind(&by.0)
    .execute(tx.conn())
    .await?;
    let event = Event::new(Kind::HelpFrozen, actor.clone())
        .request(request)
        .client(&client)
        .browser(&found.browser);
    tx.append(event).await?;
    viewers.after(tx, actor).await?;
    Ok(())
}

/// An admin lets it go on. What ended by it stays ended.
pub async fn lift(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    let found = find(tx, request).await?;
    if !is_admin(tx.conn(), by).await? {
        return Err(Refusal::of(ErrorCode::NotAllowed));
    }
    if !found.frozen {
        return Ok(());
    }
    sqlx::query("UPDATE help_request SET frozen_at = NULL, frozen_by = NULL WHERE id = $1")
        .bind(&request.0)
        .execute(tx.conn())
        .await?;
    put_away(tx, request).await?;
    let mut event = Event::new(Kind::FreezeLifted, Actor::Staff(by.clone()))
        .request(request)
        .browser(&found.browser);
    if let Some(client) = &found.client {
        event = event.client(client);
    }
    tx.append(event).await?;
    Ok(())
}

/// Whether this browser gets nowhere. Asked for every browser alike (RULES A1).
pub async fn is_frozen(conn: &mut SqliteConnection, browser: &str) -> sqlx::Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM help_request WHERE browser_id = $1 AND frozen_at IS NOT NULL LIMIT 1",
    )
    .bind(browser)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// A frozen request can be closed by an admin alone; its browser stays where it is.
pub(super) async fn may_close(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
) -> Result<(), Refusal> {
    if find(tx, request).await?.frozen && !is_admin(tx.conn(), by).await? {
        return Err(Refusal::of(ErrorCode::Frozen));
    }
    Ok(())
}

/// The request, unless it is none, solved or frozen.
pub async fn workable(tx: &mut Tx, request: &RequestId) -> Result<OpenRequest, Refusal> {
    let open = open_request(tx, request).await?;
    if find(tx, request).await?.frozen {
        return Err(Refusal::of(ErrorCode::Frozen));
    }
    Ok(open)
}

async fn find(tx: &mut Tx, request: &RequestId) -> Result<Found, Refusal> {
    let row =
        sqlx::query("SELECT client_id, browser_id, frozen_at FROM help_request WHERE id = $1")
            .bind(&request.0)
            .fetch_optional(tx.conn())
            .await?
            .ok_or(Refusal::of(ErrorCode::NotFound))?;
    Ok(Found {
        client: row.try_get::<Option<String>, _>("client_id")?.map(ClientId),
        browser: row.try_get("browser_id")?,
        frozen: row.try_get::<Option<i64>, _>("frozen_at")?.is_some(),
    })
}

async fn is_admin(conn: &mut SqliteConnection, staff: &StaffId) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM staff WHERE id = $1 AND role = 'admin'")
            .bind(&staff.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

async fn end_sessions(tx: &mut Tx, browser: &str) -> sqlx::Result<()> {
    let now = tx.now().0;
    let ended: Vec<String> = sqlx::query_scalar(
        "UPDATE client_session SET ended_at = $2
         WHERE browser_id = $1 AND ended_at IS NULL AND expires_at > $2 RETURNING client_id",
    )
    .bind(browser)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    for client in ended {
        let event = Event::new(Kind::SignedOut, Actor::Service)
            .client(&ClientId(client))
            .browser(browser)
            .with("where", "frozen");
        tx.append(event).await?;
    }
    Ok(())
}
