//! A client's addresses, made those of a roster. A client's first ones count at once; one
//! that is new to somebody who has some waits until it is confirmed (RULES P1).

use std::collections::{BTreeMap, BTreeSet};

use latchkey_protocol::{ClientId, UnixMillis};
use sqlx::FromRow;

use super::Row;
use super::correct::waiting::{self, Wanted};
use crate::address::Address;
use crate::db::Tx;
use crate::event::Actor;

/// What the file came to.
#[derive(Default)]
pub(super) struct Came {
    /// One came, went, changed hands, or waits.
    pub changed: bool,
    /// So many wait to be confirmed, which did not before.
    pub waiting: usize,
}

/// An address of the client's.
#[derive(FromRow)]
struct Have {
    id: String,
    address: String,
    holder: String,
}

/// Makes the client's addresses those of these rows.
pub(super) async fn bring(tx: &mut Tx, client: &ClientId, rows: &[Row]) -> sqlx::Result<Came> {
    let wanted: BTreeMap<&Address, &str> = rows
        .iter()
        .filter_map(|row| Some((row.email.as_ref()?, row.holder.as_str())))
        .collect();
    let have = on_file(tx, client).await?;
    let mut came = Came::default();
    for one in &have {
        let holder = wanted.iter().find(|(new, _)| new.reveal() == one.address);
        if let Some((_, holder)) = holder.filter(|(_, holder)| **holder != one.holder) {
            came.changed = true;
            belongs_to(tx, client, &one.id, holder).await?;
        }
    }
    let is_there = |new: &Address| have.iter().any(|one| one.address == new.reveal());
    let mut gone: Vec<&Have> = have
        .iter()
        .filter(|one| !wanted.keys().any(|new| new.reveal() == one.address))
        .collect();
    let mut asked = BTreeSet::new();
    for earlier in waiting::of_client(tx, client).await? {
        let address = &earlier.wanted.address;
        // What a file asked for, a later one can take back; never what staff typed.
        let given_up = earlier.by.is_none() && !wanted.contains_key(address);
        if given_up || have.is_empty() && wanted.contains_key(address) || is_there(address) {
            earlier.end(tx, "replaced", None).await?;
            continue;
        }
        gone.retain(|one| Some(&one.id) != earlier.wanted.old.as_ref());
        asked.insert(earlier.wanted.address);
    }
    for (address, holder) in wanted {
        if is_there(address) || asked.contains(address) {
            continue;
        }
        came.changed = true;
        if have.is_empty() {
            put_on_file(tx, client, address, holder).await?;
            continue;
        }
        came.waiting += 1;
        let place = gone.iter().position(|one| one.holder == holder);
        let place = place.or((!gone.is_empty()).then_some(0));
        let wanted = Wanted {
            address: address.clone(),
            holder: holder.to_owned(),
            old: place.map(|place| gone.remove(place).id.clone()),
        };
        waiting::put(tx, client, None, Actor::Operator, wanted).await?;
    }
    for one in gone {
        came.changed = true;
        take_away(tx, client, &one.id).await?;
    }
    Ok(came)
}

async fn on_file(tx: &mut Tx, client: &ClientId) -> sqlx::Result<Vec<Have>> {
    sqlx::query_as(
        "SELECT a.id, a.address, t.holder
         FROM client_address t JOIN address a ON a.id = t.address_id
         WHERE t.client_id = $1 ORDER BY a.address",
    )
    .bind(&client.0)
    .fetch_all(tx.conn())
    .await
}

async fn belongs_to(
    tx: &mut Tx,
    client: &ClientId,
    address: &str,
    holder: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE client_address SET holder = $3 WHERE client_id = $1 AND address_id = $2")
        .bind(&client.0)
        .bind(address)
        .bind(holder)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// From now on mail goes there.
pub(super) async fn put_on_file(
    tx: &mut Tx,
    client: &ClientId,
    address: &Address,
    holder: &str,
) -> sqlx::Result<String> {
    let now = tx.now();
    let id = id_of(tx, address, now).await?;
    sqlx::query(
        "INSERT INTO client_address (client_id, address_id, holder, created_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(&client.0)
    .bind(&id)
    .bind(holder)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// It is not theirs any more, and a link that lies there opens nothing.
pub(super) async fn take_away(tx: &mut Tx, client: &ClientId, address: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM client_address WHERE client_id = $1 AND address_id = $2")
        .bind(&client.0)
        .bind(address)
        .execute(tx.conn())
        .await?;
    sqlx::query("UPDATE link SET state = 'voided' WHERE address_id = $1 AND state = 'live'")
        .bind(address)
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn id_of(tx: &mut Tx, address: &Address, now: UnixMillis) -> sqlx::Result<String> {
    let found: Option<String> = sqlx::query_scalar("SELECT id FROM address WHERE address = $1")
        .bind(address.reveal())
        .fetch_optional(tx.conn())
        .await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id = tx.id();
    let key = address.key(tx.keys());
    sqlx::query(
        "INSERT INTO address (id, address, address_key, created_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&id)
    .bind(address.reveal())
    .bind(key.as_slice())
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    Ok(id)
}
