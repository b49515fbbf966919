//! Notes of staff on a request: for each other, never on a client's page.

use latchkey_protocol::{ErrorCode, LONGEST_NOTE, RequestId, StaffId};
use sqlx::Row;

use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::pages::fields::text;
use crate::refusal::Refusal;

/// A request carries its notes to every desktop, so they are bounded.
const MOST: i64 = 30;

/// Adds a note under an id that the desktop drew. The same id is the same note for as
/// long as the log is kept: a desktop may have waited for weeks to repeat itself.
///
/// A solved request takes notes, too: one that was written without a network often
/// arrives after the client is in.
pub async fn add(
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
    if typed.chars().count() > LONGEST_NOTE {
        return Err(ErrorCode::TooLong.into());
    }
    let client: Option<String> = sqlx::query("SELECT client_id FROM help_request WHERE id = $1")
        .bind(&request.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Refusal::of(ErrorCode::NotFound))?
        .try_get("client_id")?;
    let row = sqlx::query(
        "SELECT COUNT(*) AS notes,
                COUNT(CASE WHEN subject_id = $2 AND actor_id = $3 THEN 1 END) AS this
         FROM event WHERE request_id = $1 AND kind = 'note_added'",
    )
    .bind(&request.0)
    .bind(id)
    .bind(&by.0)
    .fetch_one(tx.conn())
    .await?;
    if row.try_get::<i64, _>("this")? > 0 {
        return Ok(());
    }
    if row.try_get::<i64, _>("notes")? >= MOST {
        return Err(ErrorCode::TooManyNotes.into());
    }
    let mut event = Event::new(Kind::NoteAdded, Actor::Staff(by.clone()))
        .request(request)
        .subject(id)
        .personal("note", typed);
    if let Some(client) = client {
        event = event.client(&client.as_str().into());
    }
    tx.append(event).await?;
    Ok(())
}
