//! What staff do with a help request, and how it ends by itself.

use latchkey_protocol::{ClientId, ErrorCode, Phrase, RequestId, SignInMethod, StaffId};
use serde_json::Value;
use sqlx::Row;

use super::assign;
use super::freeze;
use super::state::{self, Act};
use crate::clock::HOUR;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::refusal::Refusal;
use crate::rights::Viewers;
use crate::session::client::method_word;

/// A request that is not solved.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The client, where it is matched.
    pub client: Option<ClientId>,
    /// The address on file that was typed.
    pub address: Option<String>,
    /// The browser that waits.
    pub browser: String,
}

/// The request, unless it is none or solved.
pub async fn open_request(tx: &mut Tx, request: &RequestId) -> Result<OpenRequest, Refusal> {
    let row = sqlx::query(
        "SELECT state, client_id, address_id, browser_id FROM help_request WHERE id = $1",
    )
    .bind(&request.0)
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Refusal::of(ErrorCode::NotFound))?;
    if row.try_get::<String, _>("state")? == "solved" {
        return Err(Refusal::of(ErrorCode::AlreadySolved));
    }
    Ok(OpenRequest {
        client: row.try_get::<Option<String>, _>("client_id")?.map(ClientId),
        address: row.try_get("address_id")?,
        browser: row.try_get("browser_id")?,
    })
}

/// Moves the request's state on, where the act changes it.
pub async fn advance(tx: &mut Tx, request: &RequestId, act: Act) -> sqlx::Result<()> {
    let row = sqlx::query("SELECT state FROM help_request WHERE id = $1")
        .bind(&request.0)
        .fetch_one(tx.conn())
        .await?;
    let before: String = row.try_get("state")?;
    let Some(next) = state::after(state::read(&before), act) else {
        return Ok(());
    };
    sqlx::query("UPDATE help_request SET state = $2 WHERE id = $1 AND state <> $2")
        .bind(&request.0)
        .bind(state::word(next))
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn event(kind: Kind, by: &StaffId, request: &RequestId, open: &OpenRequest) -> Event {
    let event = Event::new(kind, Actor::Staff(by.clone())).request(request);
    match &open.client {
        Some(client) => event.client(client),
        None => event,
    }
}

/// A person opened the request (RULES N2). For the client only the first one counts; each
/// is written down (RULES V5).
pub async fn mark_seen(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    let open = match open_request(tx, request).await {
        Ok(open) => open,
        // Looking at what is solved is no act.
        Err(refusal) if refusal.code == ErrorCode::AlreadySolved => {
            return Ok(mark_read(tx, request, by).await?);
        }
        Err(refusal) => return Err(refusal),
    };
    let now = tx.now().0;
    let first = sqlx::query(
        "UPDATE help_request SET seen_at = $2, seen_by = $3 WHERE id = $1 AND seen_at IS NULL",
    )
    .bind(&request.0)
    .bind(now)
    .bind(&by.0)
    .execute(tx.conn())
    .await?;
    // It is theirs from now on, where nobody has it.
    let claimed = assign::claim(tx, request, by).await?;
    if first.rows_affected() == 0 {
        mark_read(tx, request, by).await?;
        if claimed {
            let actor = Actor::Staff(by.clone());
            let event = assign::event(actor, request, open.client.as_ref(), Some(by));
            tx.append(event).await?;
        }
        return Ok(());
    }
    advance(tx, request, Act::Seen).await?;
    let mut event = event(Kind::HelpSeen, by, request, &open);
    if claimed {
        event = event.with("claimed", true);
    }
    tx.append(event).await?;
    Ok(())
}

/// Somebody reads what somebody has read before: an event that moves nothing. The same
/// person within the hour is still reading.
pub async fn mark_read(tx: &mut Tx, request: &RequestId, by: &StaffId) -> sqlx::Result<()> {
    let since = tx.now().0 - HOUR;
    let reading = sqlx::query(
        "SELECT 1 AS one FROM event
         WHERE request_id = $1 AND actor_id = $2 AND at > $3
           AND kind IN ('help_seen', 'timeline_read') LIMIT 1",
    )
    .bind(&request.0)
    .bind(&by.0)
    .bind(since)
    .fetch_optional(tx.conn())
    .await?;
    if reading.is_some() {
        return Ok(());
    }
    let client: Option<String> =
        sqlx::query_scalar("SELECT client_id FROM help_request WHERE id = $1")
            .bind(&request.0)
            .fetch_one(tx.conn())
            .await?;
    let mut event = Event::new(Kind::TimelineRead, Actor::Staff(by.clone())).request(request);
    if let Some(client) = client {
        event = event.client(&ClientId(client));
    }
    tx.append(event).await?;
    Ok(())
}

/// Sends a fixed phrase to the waiting page (RULES P5).
pub async fn reply(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
    phrase: &Phrase,
) -> Result<(), Refusal> {
    let open = freeze::workable(tx, request).await?;
    let Value::Object(mut body) = serde_json::to_value(phrase).unwrap_or_default() else {
        return Err(Refusal::bad("phrase"));
    };
    let word = match (phrase, body.get("phrase").and_then(Value::as_str)) {
        (Phrase::Unknown, _) | (_, None) => return Err(Refusal::bad("phrase")),
        (_, Some(word)) => word.to_owned(),
    };
    let at = match phrase {
        Phrase::AfterMySession { at } => Some(at.0),
        _ => None,
    };
    let (id, now) = (tx.id(), tx.now().0);
    sqlx::query(
        "INSERT INTO request_reply (id, request_id, staff_id, at, phrase, phrase_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&id)
    .bind(&request.0)
    .bind(&by.0)
    .bind(now)
    .bind(&word)
    .bind(at)
    .execute(tx.conn())
    .await?;
    advance(tx, request, Act::Answered).await?;
    let mut event = event(Kind::ReplySent, by, request, &open).subject(&id);
    for (name, value) in std::mem::take(&mut body) {
        event = event.with(&name, value);
    }
    tx.append(event).await?;
    Ok(())
}

/// A staff member closes the request.
pub async fn solve(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    freeze::may_close(tx, request, by).await?;
    let waited = put_away(tx, request).await?;
    let open = match open_request(tx, request).await {
        Ok(open) => open,
        // How it ended stays as it is; what the client wrote since is done with.
        Err(refusal) if waited && refusal.code == ErrorCode::AlreadySolved => {
            let event = Event::new(Kind::HelpSolved, Actor::Staff(by.clone()));
            tx.append(event.request(request).with("how", "by_staff"))
                .await?;
            return Ok(());
        }
        Err(refusal) => return Err(refusal),
    };
    let viewers = end(tx, request, "by_staff", &by.0).await?;
    let actor = Actor::Staff(by.clone());
    crate::pin::revoke::of_request(tx, request, &actor).await?;
    let event = event(Kind::HelpSolved, by, request, &open).with("how", "by_staff");
    tx.append(event).await?;
    Ok(viewers.after(tx, actor).await?)
}

/// It does not wait for the practice any more. True where it did.
pub async fn put_away(tx: &mut Tx, request: &RequestId) -> sqlx::Result<bool> {
    let waited = sqlx::query(
        "UPDATE help_request SET waits_since = NULL WHERE id = $1 AND waits_since IS NOT NULL",
    )
    .bind(&request.0)
    .execute(tx.conn())
    .await?;
    Ok(waited.rows_affected() > 0)
}

/// The client is in: the client's open requests, and those of this browser that name
/// nobody else, are solved.
pub async fn solve_signed_in(
    tx: &mut Tx,
    client: &ClientId,
    browser: &str,
    method: SignInMethod,
) -> sqlx::Result<()> {
    let rows = sqlx::query(
        "SELECT id FROM help_request
         WHERE state <> 'solved' AND frozen_at IS NULL
           AND (client_id = $1 OR (client_id IS NULL AND browser_id = $2))
         ORDER BY id",
    )
    .bind(&client.0)
    .bind(browser)
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        let request = RequestId(row.try_get("id")?);
        let viewers = end(tx, &request, "signed_in", method_word(method)).await?;
        crate::pin::revoke::of_request(tx, &request, &Actor::Service).await?;
        let event = Event::new(Kind::HelpSolved, Actor::Client(client.clone()))
            .request(&request)
            .client(client)
            .with("how", "signed_in")
            .with("method", method_word(method));
        tx.append(event).await?;
        viewers.after(tx, Actor::Service).await?;
    }
    Ok(())
}

/// Writes that it is over. Gives who saw it until now: whoever it was handed to does not any
/// more.
pub(super) async fn end(
    tx: &mut Tx,
    request: &RequestId,
    how: &str,
    by: &str,
) -> sqlx::Result<Viewers> {
    let viewers = Viewers::of(tx, request).await?;
    let now = tx.now().0;
    sqlx::query(
        "UPDATE help_request
         SET state = 'solved', solved_at = $2, solved_how = $3, solved_by = $4
         WHERE id = $1 AND state <> 'solved'",
    )
    .bind(&request.0)
    .bind(now)
    .bind(how)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(viewers)
}
