//! Staff put a client's new mail address on file, from a help request (RULES P1). It gets
//! nothing until a second staff member, a call to a number that is on file for long, or the
//! client, signed in, confirms it. Nothing of it is taken from what a stranger typed
//! (RULES A5).

pub(super) mod waiting;

use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId};
use sqlx::Row;

use crate::address::Address;
use crate::db::Tx;
use crate::event::Actor;
use crate::help::freeze::workable;
use crate::help::staff::OpenRequest;
use crate::pin::issue::CHANGED_MS;
use crate::refusal::Refusal;
use waiting::{Proof, Waiting, Wanted};

/// Whose address it is, and whether a call proves anything.
struct Whose {
    client: ClientId,
    calls_count: bool,
}

impl Whose {
    async fn load(tx: &mut Tx, open: &OpenRequest) -> Result<Self, Refusal> {
        let client = open
            .client
            .clone()
            .ok_or(Refusal::of(ErrorCode::NoClient))?;
        let row =
            sqlx::query("SELECT phone, disabled_at, phone_changed_at FROM client WHERE id = $1")
                .bind(&client.0)
                .fetch_one(tx.conn())
                .await?;
        if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
            return Err(Refusal::of(ErrorCode::ClientDisabled));
        }
        let phone: Option<String> = row.try_get("phone")?;
        let changed_at: Option<i64> = row.try_get("phone_changed_at")?;
        Ok(Self {
            client,
            calls_count: phone.is_some() && !is_new(changed_at, tx.now().0),
        })
    }
}

/// A number that changed so lately proves nothing. One that came with the client is the
/// practice's own knowledge.
#[must_use]
pub(crate) fn is_new(changed_at: Option<i64>, now: i64) -> bool {
    changed_at.is_some_and(|at| now - at < CHANGED_MS)
}

/// Puts it on file. From now on a PIN needs a second staff member for 7 days. A newer one
/// takes the place of one that waits.
pub async fn propose(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
    typed: &str,
    by_call: bool,
) -> Result<(), Refusal> {
    let open = workable(tx, request).await?;
    let whose = Whose::load(tx, &open).await?;
    let address = Address::parse(typed).ok_or(Refusal::of(ErrorCode::AddressMalformed))?;
    if let Some(code) = why_not(&holders(tx, &address).await?, &whose.client, false) {
        return Err(Refusal::of(code));
    }
    if by_call && !whose.calls_count {
        return Err(Refusal::of(ErrorCode::AddressUnproven));
    }
    let (old, holder) = replaced(tx, &whose.client, open.address.as_deref()).await?;
    for earlier in waiting::of_client(tx, &whose.client).await? {
        if earlier.wanted.old == old || earlier.wanted.address == address {
            earlier.end(tx, "replaced", None).await?;
        }
    }
    let wanted = Wanted {
        address,
        holder,
        old,
    };
    let actor = Actor::Staff(by.clone());
    let change = waiting::put(tx, &whose.client, Some(request), actor, wanted).await?;
    if by_call {
        let proof = Proof::Call(by.clone());
        change.take_effect(tx, &whose.client, &proof).await?;
    }
    Ok(())
}

/// Confirms the one that waits: a second staff member, or a call.
pub async fn confirm(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
    change: &str,
    by_call: bool,
) -> Result<(), Refusal> {
    let open = workable(tx, request).await?;
    let whose = Whose::load(tx, &open).await?;
    let waiting = waiting::of_client(tx, &whose.client)
        .await?
        .into_iter()
        .find(|waiting| waiting.id == change)
        .ok_or(Refusal::of(ErrorCode::AddressNotWaiting))?;
    let called = by_call && whose.calls_count;
    let proof = prove(tx, &waiting, by, called)
        .await?
        .ok_or(Refusal::of(ErrorCode::AddressUnproven))?;
    let holders = holders(tx, &waiting.wanted.address).await?;
    if let Some(code) = why_not(&holders, &whose.client, waiting.by.is_none()) {
        return Err(Refusal::of(code));
    }
    Ok(waiting.take_effect(tx, &whose.client, &proof).await?)
}

/// The client types the one that waits, signed in: no page shows it, and a slip in it would
/// not pass (RULES C9). False where none that waits is the same, or somebody has it by now.
pub async fn confirm_signed_in(
    tx: &mut Tx,
    client: &ClientId,
    typed: &Address,
) -> sqlx::Result<bool> {
    let found = waiting::of_client(tx, client)
        .await?
        .into_iter()
        .find(|waiting| waiting.wanted.address == *typed);
    let Some(waiting) = found else {
        return Ok(false);
    };
    let holders = holders(tx, typed).await?;
    if why_not(&holders, client, waiting.by.is_none()).is_some() {
        return Ok(false);
    }
    waiting.take_effect(tx, client, &Proof::Client).await?;
    Ok(true)
}

async fn prove(
    tx: &mut Tx,
    waiting: &Waiting,
    by: &StaffId,
    called: bool,
) -> sqlx::Result<Option<Proof>> {
    if called {
        return Ok(Some(Proof::Call(by.clone())));
    }
    let second = if let Some(first) = &waiting.by {
        *first != by.0
    } else {
        // An import: where there is one person alone, the same one made it.
        let staff: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM staff WHERE disabled_at IS NULL")
            .fetch_one(tx.conn())
            .await?;
        staff > 1
    };
    Ok(second.then(|| Proof::SecondPerson(by.clone())))
}

/// Which one goes, and whose mailbox it is: the one that was typed into the request, else
/// the client's own. Which of several others is meant, nobody has said.
async fn replaced(
    tx: &mut Tx,
    client: &ClientId,
    typed: Option<&str>,
) -> Result<(Option<String>, String), Refusal> {
    let have: Vec<(String, String)> = sqlx::query_as(
        "SELECT address_id, holder FROM client_address WHERE client_id = $1
         ORDER BY created_at, address_id",
    )
    .bind(&client.0)
    .fetch_all(tx.conn())
    .await?;
    let typed = have.iter().find(|(id, _)| Some(id.as_str()) == typed);
    let mut own = have.iter().filter(|(_, holder)| holder == "self");
    let (one, another) = (own.next(), own.next());
    let found = match (typed, have.as_slice(), one, another) {
        (Some(typed), ..) => typed,
        (None, [], ..) => return Ok((None, "self".to_owned())),
        (None, [only], ..) => only,
        (None, _, Some(own), None) => own,
        _ => return Err(Refusal::of(ErrorCode::AddressSeveral)),
    };
    Ok((Some(found.0.clone()), found.1.clone()))
}

/// Why an address cannot be this client's. One that several people use is made on purpose,
/// in the practice's own records, and comes from there.
fn why_not(holders: &[String], client: &ClientId, from_records: bool) -> Option<ErrorCode> {
    if holders.contains(&client.0) {
        return Some(ErrorCode::AddressSame);
    }
    let taken = !holders.is_empty() && !from_records;
    taken.then_some(ErrorCode::AddressTaken)
}

/// Whose it is now.
async fn holders(tx: &mut Tx, address: &Address) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT t.client_id FROM client_address t JOIN address a ON a.id = t.address_id
         WHERE a.address = $1",
    )
    .bind(address.reveal())
    .fetch_all(tx.conn())
    .await
}
