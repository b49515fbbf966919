//! A new mail address that waits to be confirmed.

use latchkey_protocol::{ClientId, RequestId, StaffId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::address::Address;
use crate::client::addresses;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::near;
use crate::mail::notice;

/// What it is to become.
pub(crate) struct Wanted {
    /// The address.
    pub address: Address,
    /// Whose mailbox it is.
    pub holder: String,
    /// The one whose place it takes, by its id.
    pub old: Option<String>,
}

/// One that waits.
pub(crate) struct Waiting {
    /// Its id.
    pub id: String,
    /// The staff member who typed it; nobody for an import.
    pub by: Option<String>,
    /// What it is to become.
    pub wanted: Wanted,
}

/// How it was confirmed (RULES P1).
pub(crate) enum Proof {
    /// A staff member called a number that is on file for long.
    Call(StaffId),
    /// Another staff member than the one who typed it.
    SecondPerson(StaffId),
    /// The client typed it, signed in.
    Client,
}

impl Proof {
    const fn word(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::SecondPerson(_) => "second_person",
            Self::Client => "client",
        }
    }

    const fn staff(&self) -> Option<&StaffId> {
        match self {
            Self::Call(staff) | Self::SecondPerson(staff) => Some(staff),
            Self::Client => None,
        }
    }
}

/// Those of a client, oldest first.
pub(crate) async fn of_client(tx: &mut Tx, client: &ClientId) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query(
        "SELECT id, by_staff, address, holder, old_address_id FROM address_change
         WHERE client_id = $1 AND ended_at IS NULL ORDER BY created_at, id",
    )
    .bind(&client.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .filter_map(|row| read(row).transpose())
        .collect()
}

fn read(row: &SqliteRow) -> sqlx::Result<Option<Waiting>> {
    let address: Option<String> = row.try_get("address")?;
    let Some(address) = address.as_deref().and_then(Address::parse) else {
        return Ok(None);
    };
    Ok(Some(Waiting {
        id: row.try_get("id")?,
        by: row.try_get("by_staff")?,
        wanted: Wanted {
            address,
            holder: row.try_get("holder")?,
            old: row.try_get("old_address_id")?,
        },
    }))
}

/// Lets it wait. Contact details changed: from now on a PIN is guarded for 7 days.
pub(crate) async fn put(
    tx: &mut Tx,
    client: &ClientId,
    request: Option<&RequestId>,
    by: Actor,
    wanted: Wanted,
) -> sqlx::Result<Waiting> {
    let (id, now) = (tx.id(), tx.now().0);
    let staff = match &by {
        Actor::Staff(staff) => Some(staff.0.clone()),
        _ => None,
    };
    sqlx::query(
        "INSERT INTO address_change (id, client_id, request_id, address, holder, old_address_id,
                                     by_staff, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id)
    .bind(&client.0)
    .bind(request.map(|request| &request.0))
    .bind(wanted.address.reveal())
    .bind(&wanted.holder)
    .bind(&wanted.old)
    .bind(&staff)
    .bind(now)
    .execute(tx.conn())
    .await?;
    touch(tx, client).await?;
    // Of the client, not of the request: whoever opens a later one reads it, too.
    let event = Event::new(Kind::AddressProposed, by)
        .client(client)
        .subject(&id)
        .personal("address", wanted.address.reveal());
    tx.append(event).await?;
    Ok(Waiting {
        id,
        by: staff,
        wanted,
    })
}

impl Waiting {
    /// It takes the old one's place. What lies in the old mailbox opens nothing any more,
    /// and the old mailbox is told.
    pub async fn take_effect(
        self,
        tx: &mut Tx,
        client: &ClientId,
        proof: &Proof,
    ) -> sqlx::Result<()> {
        if let Some(old) = &self.wanted.old {
            addresses::take_away(tx, client, old).await?;
            notice::address_changed(tx, client, old).await?;
        }
        let Wanted {
            address, holder, ..
        } = &self.wanted;
        let new = addresses::put_on_file(tx, client, address, holder).await?;
        self.end(tx, "corrected", proof.staff()).await?;
        touch(tx, client).await?;
        let actor = match proof.staff() {
            Some(staff) => Actor::Staff(staff.clone()),
            None => Actor::Client(client.clone()),
        };
        let event = Event::new(Kind::AddressCorrected, actor)
            .client(client)
            .address(&new)
            .subject(&self.id)
            .with("how", proof.word());
        tx.append(event).await?;
        // What strangers typed may be near this address, and no longer near the old one.
        near::look_again(tx).await
    }

    /// It is over; its text is of no use any more.
    pub async fn end(&self, tx: &mut Tx, how: &str, by: Option<&StaffId>) -> sqlx::Result<()> {
        let now = tx.now().0;
        sqlx::query(
            "UPDATE address_change
             SET address = NULL, ended_at = $2, ended_how = $3, confirmed_by = $4
             WHERE id = $1 AND ended_at IS NULL",
        )
        .bind(&self.id)
        .bind(now)
        .bind(how)
        .bind(by.map(|by| &by.0))
        .execute(tx.conn())
        .await?;
        Ok(())
    }
}

async fn touch(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    let now = tx.now().0;
    sqlx::query("UPDATE client SET contact_changed_at = $2 WHERE id = $1")
        .bind(&client.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
