//! A write that is repeated is the same write (RULES V1): what it came to is recorded
//! in the transaction that did it, and a repetition is answered from there.

use latchkey_protocol::{ErrorCode, Problem, UnixMillis};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::act::{ClientCall, OwnCall};
use super::{Call, Denied, Desk};
use crate::App;
use crate::clock::DAY;
use crate::db::{Operation, Tx};
use crate::refusal::Refusal;
use crate::rights;

/// How long a repetition is known as one; a desktop keeps what it owes no longer.
const KNOWN: i64 = 14 * DAY;

/// What is known of a call before it is done.
pub(super) enum Before {
    /// It is new.
    Nothing,
    /// It was done, at this time.
    Done(UnixMillis),
    /// It was answered with this, and what it changed stands.
    Refused(Problem),
}

/// A call that is recorded: who, under which key, saying what.
pub(super) trait Recorded: Send + Sync {
    /// Who calls.
    fn desk(&self) -> &Desk;
    /// Its key, and what makes two calls the same.
    fn sameness(&self) -> (Uuid, [u8; 32]);
    /// Whether what it is about is this staff member's.
    fn is_theirs(
        &self,
        conn: &mut SqliteConnection,
    ) -> impl Future<Output = sqlx::Result<bool>> + Send;
}

impl Recorded for Call {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn sameness(&self) -> (Uuid, [u8; 32]) {
        (self.key, self.hash)
    }

    async fn is_theirs(&self, conn: &mut SqliteConnection) -> sqlx::Result<bool> {
        rights::sees(conn, &self.desk.staff, &self.request).await
    }
}

impl Recorded for ClientCall {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn sameness(&self) -> (Uuid, [u8; 32]) {
        (self.key, self.hash)
    }

    async fn is_theirs(&self, conn: &mut SqliteConnection) -> sqlx::Result<bool> {
        rights::sees_client(conn, &self.desk.staff, &self.client).await
    }
}

impl Recorded for OwnCall {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn sameness(&self) -> (Uuid, [u8; 32]) {
        (self.key, self.hash)
    }

    async fn is_theirs(&self, _: &mut SqliteConnection) -> sqlx::Result<bool> {
        Ok(true)
    }
}

/// Decides whether this may be done at all, and whether it was done already.
pub(super) async fn begin(tx: &mut Tx, call: &impl Recorded) -> Result<Before, Refusal> {
    let now = tx.now().0;
    let (key, hash) = call.sameness();
    if !call.desk().stands(tx.conn(), now).await? {
        return Err(Refusal::of(ErrorCode::NotSignedIn));
    }
    let row = sqlx::query(
        "SELECT call_hash, answer, created_at FROM idempotency WHERE staff_id = $1 AND key = $2",
    )
    .bind(&call.desk().staff.0)
    .bind(key.to_string())
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        may_see(tx, call).await?;
        return Ok(Before::Nothing);
    };
    if row.try_get::<Vec<u8>, _>("call_hash")? != hash {
        return Err(Refusal::of(ErrorCode::KeyReused));
    }
    match row.try_get::<Option<String>, _>("answer")? {
        None => Ok(Before::Done(UnixMillis(row.try_get("created_at")?))),
        Some(answer) => serde_json::from_str(&answer)
            .map(Before::Refused)
            .map_err(|_| Refusal::of(ErrorCode::Unavailable)),
    }
}

/// What is done afresh is done by who sees the request. A repetition is not: the act itself may
/// have ended that, and its answer was lost.
pub(super) async fn may_see(tx: &mut Tx, call: &impl Recorded) -> Result<(), Refusal> {
    if call.is_theirs(tx.conn()).await? {
        Ok(())
    } else {
        Err(Refusal::of(ErrorCode::NotFound))
    }
}

/// Records what it came to: done, or a refusal that has changed something. A refusal
/// that changed nothing is not recorded, so the same call may be tried again later.
pub(super) async fn record(
    tx: &mut Tx,
    call: &impl Recorded,
    refused: Option<&Problem>,
) -> Result<(), Refusal> {
    let now = tx.now().0;
    let staff = &call.desk().staff;
    let (key, hash) = call.sameness();
    sqlx::query("DELETE FROM idempotency WHERE staff_id = $1 AND created_at < $2")
        .bind(&staff.0)
        .bind(now - KNOWN)
        .execute(tx.conn())
        .await?;
    let answer = refused
        .map(serde_json::to_string)
        .transpose()
        .map_err(|_| Refusal::of(ErrorCode::Unavailable))?;
    sqlx::query(
        "INSERT INTO idempotency (staff_id, key, call_hash, status, answer, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (staff_id, key) DO NOTHING",
    )
    .bind(&staff.0)
    .bind(key.to_string())
    .bind(hash.as_slice())
    .bind(refused.map_or(200, |problem| i64::from(problem.status)))
    .bind(answer)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Does `act` unless this call has been done.
pub(super) async fn once<C, F>(app: &App, call: C, act: F) -> Result<(), Denied>
where
    C: Recorded + 'static,
    F: for<'t> FnOnce(&'t mut Tx, &'t C) -> Operation<'t, Result<(), Refusal>> + Send + 'static,
{
    let refused = app
        .writer
        .run::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                match begin(tx, &call).await? {
                    Before::Done(_) => return Ok(None),
                    Before::Refused(problem) => return Ok(Some(problem)),
                    Before::Nothing => {}
                }
                act(tx, &call).await?;
                record(tx, &call, None).await?;
                Ok(None)
            })
        })
        .await
        .map_err(|refusal| Denied::from(refusal).to_sign_in(app))?;
    refused.map_or(Ok(()), |problem| Err(problem.into()))
}
