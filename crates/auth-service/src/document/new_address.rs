//! A mail address that waits to be confirmed (RULES P1).

use latchkey_protocol::{NewAddress, UnixMillis};
use sqlx::{Row, SqliteConnection};

use super::person::Person;

/// The oldest of them; the next one follows when it is over.
pub(super) async fn load(
    conn: &mut SqliteConnection,
    person: &Person,
) -> sqlx::Result<Option<NewAddress>> {
    let row = sqlx::query(
        "SELECT g.id, g.address, g.created_at, s.name
         FROM address_change g LEFT JOIN staff s ON s.id = g.by_staff
         WHERE g.client_id = $1 AND g.ended_at IS NULL AND g.address IS NOT NULL
         ORDER BY g.created_at, g.id LIMIT 1",
    )
    .bind(person.who.client.as_ref().map(|client| &client.0))
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let calls_count = person
        .call_back
        .as_ref()
        .is_some_and(|call_back| call_back.phone.is_some() && !call_back.phone_is_new);
    Ok(Some(NewAddress {
        change: row.try_get("id")?,
        address: row.try_get("address")?,
        by: row.try_get("name")?,
        at: UnixMillis(row.try_get("created_at")?),
        by_call: calls_count,
    }))
}
