//! Staff send a client the steps of how to sign in. It is a mail like the others: discreet,
//! queued, and only where mail may go.

use latchkey_protocol::{ErrorCode, RequestId, StaffId, UnixMillis};
use sqlx::Row;

use super::suppression;
use crate::clock::DAY;
use crate::db::Tx;
use crate::epoch;
use crate::event::{Actor, Event, Kind};
use crate::help::freeze::workable;
use crate::link::on_file;
use crate::link::resend;
use crate::refusal::Refusal;

/// One guide in this time: it says the same each time.
const APART_MS: i64 = DAY;

/// Queues it to the address that a link would go to.
pub async fn send(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    let open = workable(tx, request).await?;
    let client = open
        .client
        .as_ref()
        .ok_or(Refusal::of(ErrorCode::NoClient))?;
    if epoch::held(tx.conn()).await?.is_some() {
        return Err(Refusal::of(ErrorCode::MailHeld));
    }
    let address = resend::address_of(tx, client, open.address.as_deref()).await?;
    let on_file = on_file::by_id(tx.conn(), &address).await?;
    if on_file.no_mail {
        return Err(Refusal::of(ErrorCode::NoMail));
    }
    if on_file.enabled.is_empty() {
        return Err(Refusal::of(ErrorCode::ClientDisabled));
    }
    suppression::refuse(&on_file)?;
    if let Some(until) = sent_lately(tx, &address).await? {
        return Err(Refusal::of(ErrorCode::GuideSentToday).until(until));
    }
    let (id, now, key_id) = (tx.id(), tx.now().0, tx.keys().id().to_owned());
    sqlx::query(
        "INSERT INTO mail (id, kind, client_id, address_id, state, next_at, key_id, message_id,
                           created_at, changed_at)
         VALUES ($1, 'guide', $2, $3, 'queued', $4, $5, $1, $4, $4)",
    )
    .bind(&id)
    .bind(&client.0)
    .bind(&address)
    .bind(now)
    .bind(key_id)
    .execute(tx.conn())
    .await?;
    let event = Event::new(Kind::GuideSent, Actor::Staff(by.clone()))
        .client(client)
        .request(request)
        .address(&address)
        .subject(&id);
    tx.append(event).await?;
    Ok(())
}

/// Until when the last one to this address is enough. One that never left does not count.
async fn sent_lately(tx: &mut Tx, address: &str) -> sqlx::Result<Option<UnixMillis>> {
    let now = tx.now().0;
    let last: Option<i64> = sqlx::query(
        "SELECT MAX(created_at) AS last FROM mail
         WHERE address_id = $1 AND kind = 'guide' AND created_at > $2
           AND state NOT IN ('not_sent', 'refused')",
    )
    .bind(address)
    .bind(now - APART_MS)
    .fetch_one(tx.conn())
    .await?
    .try_get("last")?;
    Ok(last.map(|at| UnixMillis(at + APART_MS)))
}
