//! Changes of one client by the operator.

use latchkey_protocol::ClientId;

use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::help::near;
use crate::pin::revoke;

/// Why a client could not be changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClientError {
    /// Nobody.
    #[error("there is no client with that id (see `client list`); nothing was changed")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<sqlx::Error> for ClientError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

/// Takes a client's access away: links, PINs and sessions die in the same transaction.
/// False where it was so already.
pub async fn disable(tx: &mut Tx, client: &ClientId) -> Result<bool, ClientError> {
    known(tx, client).await?;
    let now = tx.now();
    let changed =
        sqlx::query("UPDATE client SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
            .bind(&client.0)
            .bind(now.0)
            .execute(tx.conn())
            .await?
            .rows_affected();
    if changed == 0 {
        return Ok(false);
    }
    void_ways_in(tx, client).await?;
    near::forget(tx, client).await?;
    sqlx::query(
        "UPDATE client_session SET ended_at = $2 WHERE client_id = $1 AND ended_at IS NULL",
    )
    .bind(&client.0)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    revoke::of_client(tx, client).await?;
    tx.append(Event::new(Kind::ClientDisabled, Actor::Operator).client(client))
        .await?;
    Ok(true)
}

/// Switches the flag "no mail to this mailbox" (RULES C2). Outstanding links die
/// with it. False where it was so already.
pub async fn set_no_mail(tx: &mut Tx, client: &ClientId, on: bool) -> Result<bool, ClientError> {
    known(tx, client).await?;
    let changed = sqlx::query("UPDATE client SET no_mail = $2 WHERE id = $1 AND no_mail <> $2")
        .bind(&client.0)
        .bind(i64::from(on))
        .execute(tx.conn())
        .await?
        .rows_affected();
    if changed == 0 {
        return Ok(false);
    }
    if on {
        void_mailbox(tx, client).await?;
        near::forget(tx, client).await?;
    } else {
        near::look_again(tx).await?;
    }
    let kind = if on {
        Kind::NoMailSet
    } else {
        Kind::NoMailLifted
    };
    tx.append(Event::new(kind, Actor::Operator).client(client))
        .await?;
    Ok(true)
}

async fn known(tx: &mut Tx, client: &ClientId) -> Result<(), ClientError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM client WHERE id = $1")
        .bind(&client.0)
        .fetch_optional(tx.conn())
        .await?;
    found.map(|_| ()).ok_or(ClientError::NotFound)
}

/// Voids live links to addresses that only this client uses, and links for this client.
async fn void_ways_in(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE link SET state = 'voided'
         WHERE state = 'live'
           AND (client_id = $1
                OR (address_id IN (SELECT address_id FROM client_address WHERE client_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM client_address other
                                    WHERE other.address_id = link.address_id
                                      AND other.client_id <> $1)))",
    )
    .bind(&client.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Voids every live link in a mailbox of this client, whoever else uses it: what lies
/// there must open nothing (RULES C1).
async fn void_mailbox(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE link SET state = 'voided'
         WHERE state = 'live'
           AND address_id IN (SELECT address_id FROM client_address WHERE client_id = $1)",
    )
    .bind(&client.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}
