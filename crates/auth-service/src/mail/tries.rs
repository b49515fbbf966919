//! The newest tries of a mail, with what was said in each, for whoever may read the request.

use latchkey_protocol::{
    DialogueLine, ErrorCode, MailDialogue, MailTry, RequestId, StaffId, UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::db::Tx;
use crate::document::LATELY;
use crate::help;
use crate::refusal::Refusal;
use crate::rights;

/// Tries that are kept of one mail: the newest ones.
const OF_ONE_MAIL: i64 = 5;
/// Tries that are told of one request: the newest ones.
const MOST: i64 = 20;

/// Keeps what was said in a try, and lets the oldest of its mail go.
pub(super) async fn keep(
    tx: &mut Tx,
    mail: &str,
    attempt: i64,
    lines: &[DialogueLine],
) -> sqlx::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let now = tx.now().0;
    sqlx::query(
        "INSERT INTO mail_try (mail_id, attempt, at, lines) VALUES ($1, $2, $3, $4)
         ON CONFLICT (mail_id, attempt) DO UPDATE SET at = $3, lines = $4",
    )
    .bind(mail)
    .bind(attempt)
    .bind(now)
    .bind(serde_json::to_string(lines).unwrap_or_default())
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM mail_try WHERE mail_id = $1 AND attempt <= $2")
        .bind(mail)
        .bind(attempt - OF_ONE_MAIL)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What was said about the mails of a request, to somebody who may see it. The server's
/// words may say anything of anybody, so reading them is an event (RULES V5).
pub async fn read(tx: &mut Tx, request: &RequestId, by: &StaffId) -> Result<MailDialogue, Refusal> {
    if !rights::sees(tx.conn(), by, request).await? {
        return Err(Refusal::of(ErrorCode::NotFound));
    }
    let tries = of_request(tx.conn(), request).await?;
    if !tries.is_empty() {
        help::mark_read(tx, request, by).await?;
    }
    Ok(MailDialogue { tries })
}

/// The newest, oldest first: of the mails that the request's document knows.
async fn of_request(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<Vec<MailTry>> {
    let rows = sqlx::query(
        "SELECT m.created_at, t.attempt, t.at, t.lines
         FROM help_request r
         JOIN mail m
           ON (m.client_id = r.client_id
               OR (m.address_id = r.address_id
                   AND (m.client_id IS NULL OR r.client_id IS NULL)))
          AND m.created_at > r.created_at - $2
          AND m.created_at <= COALESCE(r.solved_at, m.created_at)
          AND m.kind IN ('link', 'staff_link')
         JOIN mail_try t ON t.mail_id = m.id
         WHERE r.id = $1
         ORDER BY m.created_at DESC, m.id DESC, t.attempt DESC
         LIMIT $3",
    )
    .bind(&request.0)
    .bind(LATELY)
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    rows.iter().rev().map(one).collect()
}

fn one(row: &SqliteRow) -> sqlx::Result<MailTry> {
    Ok(MailTry {
        asked_at: UnixMillis(row.try_get("created_at")?),
        attempt: u32::try_from(row.try_get::<i64, _>("attempt")?).unwrap_or(u32::MAX),
        at: UnixMillis(row.try_get("at")?),
        lines: serde_json::from_str(row.try_get("lines")?).unwrap_or_default(),
    })
}
