//! Writing, from either side. The same id is the same message.

use latchkey_protocol::{ClientId, ErrorCode, LONGEST_MESSAGE, RequestId, StaffId};
use sqlx::Row;

use super::open::{may_write, to_answer};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::staff::{advance, put_away};
use crate::help::state::Act;
use crate::mail::notice;
use crate::pages::fields::text;
use crate::refusal::Refusal;

/// A request carries its messages to every desktop, so they are bounded.
const MOST: i64 = 50;
/// What a client may write at once, in characters.
const LONGEST_ANSWER: usize = 1_000;

/// Staff write to the client, under an id that the desktop drew.
pub async fn send(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
    id: &str,
    typed: &str,
) -> Result<(), Refusal> {
    let typed = text(typed);
    if typed.is_empty() {
        return Err(Refusal::bad("text: must not be empty"));
    }
    if typed.chars().count() > LONGEST_MESSAGE {
        return Err(ErrorCode::TooLong.into());
    }
    let now = tx.now();
    let client = may_write(tx.conn(), request, now).await??;
    if is_known(tx, request, id, Some(by)).await? {
        return Ok(());
    }
    let event = Event::new(Kind::MessageSent, Actor::Staff(by.clone()));
    write(tx, request, &client, id, Some(by), event, typed).await?;
    // An answer: the client is next.
    put_away(tx, request).await?;
    advance(tx, request, Act::Answered).await?;
    notice::message(tx, &client).await?;
    Ok(())
}

/// The signed-in client answers what the practice wrote last, under an id that the page drew.
pub async fn answer(tx: &mut Tx, client: &ClientId, id: &str, typed: &str) -> Result<(), Refusal> {
    let typed = text(typed);
    if typed.is_empty() {
        return Err(Refusal::bad("text: must not be empty"));
    }
    if typed.chars().count() > LONGEST_ANSWER {
        return Err(ErrorCode::TooLong.into());
    }
    let now = tx.now();
    let request = to_answer(tx.conn(), client, now).await??;
    if is_known(tx, &request, id, None).await? {
        return Ok(());
    }
    sqlx::query("UPDATE help_request SET waits_since = $2 WHERE id = $1")
        .bind(&request.0)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    let event = Event::new(Kind::ClientWrote, Actor::Client(client.clone()));
    write(tx, &request, client, id, None, event, typed).await
}

async fn is_known(
    tx: &mut Tx,
    request: &RequestId,
    id: &str,
    by: Option<&StaffId>,
) -> Result<bool, Refusal> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS messages,
                COUNT(CASE WHEN id = $2 AND staff_id IS NOT DISTINCT FROM $3 THEN 1 END) AS this
         FROM message WHERE request_id = $1",
    )
    .bind(&request.0)
    .bind(id)
    .bind(by.map(|by| &by.0))
    .fetch_one(tx.conn())
    .await?;
    if row.try_get::<i64, _>("this")? > 0 {
        return Ok(true);
    }
    if row.try_get::<i64, _>("messages")? >= MOST {
        return Err(ErrorCode::ConversationFull.into());
    }
    Ok(false)
}

async fn write(
    tx: &mut Tx,
    request: &RequestId,
    client: &ClientId,
    id: &str,
    by: Option<&StaffId>,
    event: Event,
    typed: String,
) -> Result<(), Refusal> {
    let event = event
        .request(request)
        .client(client)
        .subject(id)
        .personal("said", typed);
    let now = tx.now().0;
    let position = tx.append(event).await?;
    sqlx::query(
        "INSERT INTO message (position, id, request_id, client_id, staff_id, at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(position.0)
    .bind(id)
    .bind(&request.0)
    .bind(&client.0)
    .bind(by.map(|by| &by.0))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
