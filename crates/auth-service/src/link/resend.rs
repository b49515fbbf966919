//! Staff send a new link from a help request.

use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId, UnixMillis};
use sqlx::Row;

use super::queue::{LinkFor, Queued, queue_link};
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::epoch;
use crate::event::{Actor, Event, Kind};
use crate::help;
use crate::help::state::Act;
use crate::refusal::Refusal;

/// Sends a link to the client's address.
pub async fn resend(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<Queued, Refusal> {
    let open = help::freeze::workable(tx, request).await?;
    let client = open.client.ok_or(Refusal::of(ErrorCode::NoClient))?;
    just_sent(tx, &client.0, by).await?;
    // A link that waits for an admin helps nobody on the phone (RULES V6).
    if epoch::held(tx.conn()).await?.is_some() {
        return Err(Refusal::of(ErrorCode::MailHeld));
    }
    let address = address_of(tx, &client, open.address.as_deref()).await?;
    let link = LinkFor {
        address,
        client: Some(client.clone()),
        // The waiting browser may continue by itself, as if it had asked.
        browser: Some(open.browser),
        by: Actor::Staff(by.clone()),
    };
    let queued = queue_link(tx, link).await?;
    let event = Event::new(Kind::LinkResent, Actor::Staff(by.clone()))
        .client(&client)
        .request(request)
        .subject(&queued.link);
    tx.append(event).await?;
    help::staff::advance(tx, request, Act::Answered).await?;
    Ok(queued)
}

/// Where mail for a client goes: to the address that was typed, where it is the client's,
/// else to the client's own address on file. Never to one that is not on file (RULES A2).
pub(crate) async fn address_of(
    tx: &mut Tx,
    client: &ClientId,
    typed: Option<&str>,
) -> Result<String, Refusal> {
    let address = sqlx::query(
        "SELECT address_id FROM client_address WHERE client_id = $1
         ORDER BY CASE WHEN address_id = $2 THEN 0 WHEN holder = 'self' THEN 1 ELSE 2 END, created_at
         LIMIT 1",
    )
    .bind(&client.0)
    .bind(typed)
    .fetch_optional(tx.conn())
    .await?;
    Ok(address
        .ok_or(Refusal::of(ErrorCode::NoAddress))?
        .try_get("address_id")?)
}

/// A colleague's link of the last minute is named (RULES P4).
async fn just_sent(tx: &mut Tx, client: &str, by: &StaffId) -> Result<(), Refusal> {
    let since = tx.now().0 - MINUTE;
    let row = sqlx::query(
        "SELECT e.at, s.name, s.id FROM event e JOIN staff s ON s.id = e.actor_id
         WHERE e.client_id = $1 AND e.kind = 'link_resent' AND e.at > $2
         ORDER BY e.position DESC LIMIT 1",
    )
    .bind(client)
    .bind(since)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let until = UnixMillis(row.try_get::<i64, _>("at")? + MINUTE);
    if row.try_get::<String, _>("id")? == by.0 {
        return Err(Refusal::of(ErrorCode::HeldBack).until(until));
    }
    let name: String = row.try_get("name")?;
    Err(Refusal::of(ErrorCode::JustIssued).by(name).until(until))
}
