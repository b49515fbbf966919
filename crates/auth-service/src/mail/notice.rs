//! What is told afterwards: a PIN was used (RULES S4), an address changed (RULES P1), a desktop
//! was connected (RULES S5), there is a message (RULES P5); and that somebody waits where no desktop is on.

use latchkey_protocol::{ClientId, StaffId};
use sqlx::Row;

use crate::clock::HOUR;
use crate::db::Tx;

/// Queues the notice that a PIN was used.
pub async fn pin_used(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    to_client(tx, client, "pin_used").await
}

/// Queues a mail to the client's own address, where mail may go there (RULES C2).
async fn to_client(tx: &mut Tx, client: &ClientId, kind: &'static str) -> sqlx::Result<()> {
    let row = sqlx::query(
        "SELECT t.address_id FROM client_address t
         WHERE t.client_id = $1
           AND NOT EXISTS (SELECT 1 FROM client_address other JOIN client c ON c.id = other.client_id
                           WHERE other.address_id = t.address_id AND c.no_mail = 1)
           AND NOT EXISTS (SELECT 1 FROM suppression p
                           WHERE p.address_id = t.address_id AND p.lifted_at IS NULL)
         ORDER BY CASE t.holder WHEN 'self' THEN 0 ELSE 1 END, t.created_at, t.address_id LIMIT 1",
    )
    .bind(&client.0)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let (id, now) = (tx.id(), tx.now().0);
    let key_id = tx.keys().id().to_owned();
    sqlx::query(
        "INSERT INTO mail (id, kind, client_id, address_id, state, next_at, key_id, message_id,
                           created_at, changed_at)
         VALUES ($1, $6, $2, $3, 'queued', $4, $5, $1, $4, $4)",
    )
    .bind(id)
    .bind(&client.0)
    .bind(row.try_get::<String, _>("address_id")?)
    .bind(now)
    .bind(key_id)
    .bind(kind)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Queues the news that there is a message (RULES P5): to the client's own address, where mail
/// may go there, and not while one of the last hour lies unread.
pub async fn message(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    let now = tx.now().0;
    let told: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM mail n
         WHERE n.client_id = $1 AND n.kind = 'message' AND n.created_at > $2
           AND n.state NOT IN ('not_sent', 'refused', 'bounced')
           AND NOT EXISTS (SELECT 1 FROM message m
                           WHERE m.client_id = $1 AND m.read_at >= n.created_at)",
    )
    .bind(&client.0)
    .bind(now - HOUR)
    .fetch_optional(tx.conn())
    .await?;
    match told {
        Some(_) => Ok(()),
        None => to_client(tx, client, "message").await,
    }
}

/// Queues the news to the mailbox that was a client's until now, unless mail may not go
/// there (RULES C2).
pub async fn address_changed(tx: &mut Tx, client: &ClientId, old: &str) -> sqlx::Result<()> {
    let (id, now) = (tx.id(), tx.now().0);
    let key_id = tx.keys().id().to_owned();
    sqlx::query(
        "INSERT INTO mail (id, kind, client_id, address_id, state, next_at, key_id, message_id,
                           created_at, changed_at)
         SELECT $1, 'address_changed', c.id, $3, 'queued', $4, $5, $1, $4, $4 FROM client c
         WHERE c.id = $2 AND c.no_mail = 0",
    )
    .bind(id)
    .bind(&client.0)
    .bind(old)
    .bind(now)
    .bind(key_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Queues the news that somebody waits whom no desktop could ring for. It names nobody.
pub async fn needs_help(tx: &mut Tx, staff: &StaffId) -> sqlx::Result<()> {
    let (id, now) = (tx.id(), tx.now().0);
    let key_id = tx.keys().id().to_owned();
    sqlx::query(
        "INSERT INTO mail (id, kind, staff_id, state, next_at, key_id, message_id,
                           created_at, changed_at)
         VALUES ($1, 'needs_help', $2, 'queued', $3, $4, $1, $3, $3)",
    )
    .bind(id)
    .bind(&staff.0)
    .bind(now)
    .bind(key_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Queues the news of a new desktop to its owner and to the admins.
pub async fn desktop_connected(tx: &mut Tx, device: &str, owner: &StaffId) -> sqlx::Result<()> {
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM staff WHERE disabled_at IS NULL AND (id = $1 OR role = 'admin')",
    )
    .bind(&owner.0)
    .fetch_all(tx.conn())
    .await?;
    let now = tx.now().0;
    let key_id = tx.keys().id().to_owned();
    for staff in told {
        let id = tx.id();
        sqlx::query(
            "INSERT INTO mail (id, kind, staff_id, device_id, state, next_at, key_id, message_id,
                               created_at, changed_at)
             VALUES ($1, 'desktop_connected', $2, $3, 'queued', $4, $5, $1, $4, $4)",
        )
        .bind(id)
        .bind(staff)
        .bind(device)
        .bind(now)
        .bind(&key_id)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
