//! Ends a live PIN before its time.

use latchkey_protocol::{ClientId, RequestId, StaffId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::staff::{advance, open_request};
use crate::help::state::Act;
use crate::refusal::Refusal;

/// Staff revoke the PIN of a request. Where none is live, nothing is to do.
pub async fn revoke(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<(), Refusal> {
    open_request(tx, request).await?;
    let ended = of_request(tx, request, &Actor::Staff(by.clone())).await?;
    if ended {
        advance(tx, request, Act::AnswerEnded).await?;
    }
    Ok(())
}

/// Ends the live PIN of a request. True where there was one.
pub async fn of_request(tx: &mut Tx, request: &RequestId, by: &Actor) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let rows = sqlx::query(
        "UPDATE pin SET state = 'revoked', ended_at = $2, sealed_hash = NULL
         WHERE request_id = $1 AND state = 'live' RETURNING id, client_id, request_id",
    )
    .bind(&request.0)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    note(tx, &rows, by).await
}

/// Ends every live PIN of a client: there are never two.
pub async fn of_client(tx: &mut Tx, client: &ClientId) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let rows = sqlx::query(
        "UPDATE pin SET state = 'revoked', ended_at = $2, sealed_hash = NULL
         WHERE client_id = $1 AND state = 'live' RETURNING id, client_id, request_id",
    )
    .bind(&client.0)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    // Voided by a newer one or with the client's access: nobody did that on its own.
    let ended = note(tx, &rows, &Actor::Service).await?;
    for row in &rows {
        let request = RequestId(row.try_get("request_id")?);
        advance(tx, &request, Act::AnswerEnded).await?;
    }
    Ok(ended)
}

/// Ends every live PIN that there is.
pub async fn all(tx: &mut Tx) -> sqlx::Result<()> {
    let now = tx.now().0;
    let rows = sqlx::query(
        "UPDATE pin SET state = 'revoked', ended_at = $1, sealed_hash = NULL
         WHERE state = 'live' RETURNING id, client_id, request_id",
    )
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    note(tx, &rows, &Actor::Service).await?;
    for row in &rows {
        let request = RequestId(row.try_get("request_id")?);
        advance(tx, &request, Act::AnswerEnded).await?;
    }
    Ok(())
}

async fn note(tx: &mut Tx, rows: &[SqliteRow], by: &Actor) -> sqlx::Result<bool> {
    for row in rows {
        let event = Event::new(Kind::PinRevoked, by.clone())
            .client(&ClientId(row.try_get("client_id")?))
            .request(&RequestId(row.try_get("request_id")?))
            .subject(row.try_get::<String, _>("id")?);
        tx.append(event).await?;
    }
    Ok(!rows.is_empty())
}
