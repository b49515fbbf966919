//! Addresses that get no mail any more, since their mailbox is gone or somebody complained,
//! until staff lift it. What clients see stays the same (RULES A1).

use latchkey_protocol::{ErrorCode, RequestId, StaffId};
use sqlx::Row;

use super::cause::MailCause;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::link::on_file::OnFile;
use crate::refusal::Refusal;

/// Suppresses an address; once is enough. What waits for it in the queue ends there.
pub async fn suppress(
    tx: &mut Tx,
    on_file: &OnFile,
    cause: MailCause,
    mail: &str,
) -> sqlx::Result<()> {
    if on_file.suppressed {
        return Ok(());
    }
    let (id, now) = (tx.id(), tx.now().0);
    sqlx::query(
        "INSERT INTO suppression (id, address_id, cause, mail_id, since) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id)
    .bind(&on_file.address)
    .bind(cause.as_str())
    .bind(mail)
    .bind(now)
    .execute(tx.conn())
    .await?;
    let mut event = Event::new(Kind::AddressSuppressed, Actor::Service)
        .address(&on_file.address)
        .subject(&id)
        .with("cause", cause.as_str());
    if let Some(client) = on_file.client() {
        event = event.client(client);
    }
    tx.append(event).await?;
    Ok(())
}

/// Staff lift it, from a request: for the address that was typed there, and for those of
/// its client. Where nothing is suppressed, nothing happens.
pub async fn lift(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    let rows = sqlx::query(
        "SELECT s.id, s.address_id, r.client_id
         FROM help_request r JOIN suppression s ON s.lifted_at IS NULL
          AND (s.address_id = r.address_id
               OR s.address_id IN (SELECT t.address_id FROM client_address t
                                   WHERE t.client_id = r.client_id))
         WHERE r.id = $1 ORDER BY s.id",
    )
    .bind(&request.0)
    .fetch_all(tx.conn())
    .await?;
    let now = tx.now().0;
    for row in rows {
        let id: String = row.try_get("id")?;
        sqlx::query("UPDATE suppression SET lifted_at = $2, lifted_by = $3 WHERE id = $1")
            .bind(&id)
            .bind(now)
            .bind(&by.0)
            .execute(tx.conn())
            .await?;
        let mut event = Event::new(Kind::SuppressionLifted, Actor::Staff(by.clone()))
            .request(request)
            .address(row.try_get::<String, _>("address_id")?)
            .subject(&id);
        if let Some(client) = row.try_get::<Option<String>, _>("client_id")? {
            event = event.client(&latchkey_protocol::ClientId(client));
        }
        tx.append(event).await?;
    }
    Ok(())
}

/// Refuses a link that could not be sent.
pub(crate) fn refuse(on_file: &OnFile) -> Result<(), Refusal> {
    if on_file.suppressed {
        return Err(Refusal::of(ErrorCode::Suppressed));
    }
    Ok(())
}
