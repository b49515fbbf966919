//! When there is a conversation: once the client is in, until some time after it is over.

use latchkey_protocol::{ClientId, ErrorCode, RequestId, UnixMillis};
use sqlx::{Row, SqliteConnection};

use crate::clock::DAY;

/// What is written later is about something else.
const AFTER: i64 = 30 * DAY;

/// The request in which the practice wrote to this client last, where it can be answered.
pub async fn to_answer(
    conn: &mut SqliteConnection,
    client: &ClientId,
    now: UnixMillis,
) -> sqlx::Result<Result<RequestId, ErrorCode>> {
    let newest: Option<String> = sqlx::query_scalar(
        "SELECT request_id FROM message WHERE client_id = $1 AND staff_id IS NOT NULL
         ORDER BY position DESC LIMIT 1",
    )
    .bind(&client.0)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(request) = newest.map(RequestId) else {
        return Ok(Err(ErrorCode::NotFound));
    };
    Ok(match may_write(conn, &request, now).await? {
        Ok(whose) if whose == *client => Ok(request),
        // It was matched to somebody else meanwhile.
        Ok(_) => Err(ErrorCode::NotFound),
        Err(code) => Err(code),
    })
}

/// Whether free text can be written, and to whom. The waiting browser proves nothing: a
/// session of that client does, begun since they asked or living now.
pub async fn may_write(
    conn: &mut SqliteConnection,
    request: &RequestId,
    now: UnixMillis,
) -> sqlx::Result<Result<ClientId, ErrorCode>> {
    let row = sqlx::query(
        "SELECT r.client_id, r.solved_at, r.frozen_at, c.disabled_at,
                COALESCE(r.solved_how, '') = 'signed_in'
                OR EXISTS (SELECT 1 FROM client_session k
                           WHERE k.client_id = r.client_id
                             AND (k.created_at >= r.created_at
                                  OR (k.ended_at IS NULL AND k.expires_at > $2))) AS was_in
         FROM help_request r LEFT JOIN client c ON c.id = r.client_id WHERE r.id = $1",
    )
    .bind(&request.0)
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Err(ErrorCode::NotFound));
    };
    let Some(client) = row.try_get::<Option<String>, _>("client_id")? else {
        return Ok(Err(ErrorCode::NoClient));
    };
    let solved: Option<i64> = row.try_get("solved_at")?;
    Ok(if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        Err(ErrorCode::ClientDisabled)
    } else if row.try_get::<Option<i64>, _>("frozen_at")?.is_some() {
        Err(ErrorCode::Frozen)
    } else if !row.try_get::<bool, _>("was_in")? {
        Err(ErrorCode::ClientNotIn)
    } else if solved.is_some_and(|at| now.0 - at > AFTER) {
        Err(ErrorCode::AlreadySolved)
    } else {
        Ok(ClientId(client))
    })
}
