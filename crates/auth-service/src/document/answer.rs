//! What has been done about a request: the newest mail, the newest PIN, the replies.

use latchkey_protocol::{
    ClientId, MailFate, MailStatus, Phrase, PinId, PinStatus, ReplySent, RequestId, ServerReply,
    UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::DAY;
use crate::pin::state::read_state;

/// An older mail says nothing about why this client is not in.
pub const LATELY: i64 = 2 * DAY;

/// The newest mail with a link, to the address that was typed or to the client, until the
/// request was over. What tells of a sign-in afterwards is not what was waited for.
pub(super) async fn mail(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
) -> sqlx::Result<Option<MailStatus>> {
    newest_mail(conn, request)
        .await?
        .as_ref()
        .map(fate)
        .transpose()
}

/// The same mail as it lies in the queue.
pub(super) async fn newest_mail(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
) -> sqlx::Result<Option<SqliteRow>> {
    sqlx::query(
        "SELECT * FROM mail
         WHERE (client_id = $1 OR (address_id = $2 AND (client_id IS NULL OR $1 IS NULL)))
           AND created_at > $3 AND created_at <= COALESCE($4, created_at)
           AND kind IN ('link', 'staff_link')
         ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(request.try_get::<Option<String>, _>("client_id")?)
    .bind(request.try_get::<Option<String>, _>("address_id")?)
    .bind(request.try_get::<i64, _>("created_at")? - LATELY)
    .bind(request.try_get::<Option<i64>, _>("solved_at")?)
    .fetch_optional(conn)
    .await
}

fn fate(row: &SqliteRow) -> sqlx::Result<MailStatus> {
    let fate: String = row.try_get("state")?;
    let fate = serde_json::from_value(fate.into()).unwrap_or(MailFate::Unknown);
    let reply = match row.try_get::<Option<i64>, _>("reply_code")? {
        Some(code) => Some(ServerReply {
            code: u16::try_from(code).unwrap_or_default(),
            enhanced: row.try_get("reply_enhanced")?,
            words: row
                .try_get::<Option<String>, _>("reply_words")?
                .unwrap_or_default(),
        }),
        None => None,
    };
    let next_at: Option<i64> = row.try_get("next_at")?;
    Ok(MailStatus {
        fate,
        at: UnixMillis(row.try_get("changed_at")?),
        next_at: next_at
            .filter(|_| fate == MailFate::Deferred)
            .map(UnixMillis),
        reply,
    })
}

/// The newest PIN of this request.
pub(super) async fn pin(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<Option<PinStatus>> {
    let row = sqlx::query(
        "SELECT p.id, p.state, p.issued_at, p.expires_at, s.name
         FROM pin p JOIN staff s ON s.id = p.issued_by
         WHERE p.request_id = $1 ORDER BY p.issued_at DESC, p.id DESC LIMIT 1",
    )
    .bind(&request.0)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(status).transpose()
}

/// The newest PIN of this client since then, for whichever request.
pub(super) async fn pin_of_client(
    conn: &mut SqliteConnection,
    client: &ClientId,
    since: i64,
) -> sqlx::Result<Option<PinStatus>> {
    let row = sqlx::query(
        "SELECT p.id, p.state, p.issued_at, p.expires_at, s.name
         FROM pin p JOIN staff s ON s.id = p.issued_by
         WHERE p.client_id = $1 AND p.issued_at > $2
         ORDER BY p.issued_at DESC, p.id DESC LIMIT 1",
    )
    .bind(&client.0)
    .bind(since)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(status).transpose()
}

fn status(row: &SqliteRow) -> sqlx::Result<PinStatus> {
    Ok(PinStatus {
        id: PinId(row.try_get("id")?),
        // Its end is an event like any other; until that is written, the countdown shows it.
        state: read_state(row.try_get("state")?),
        by: row.try_get("name")?,
        issued_at: UnixMillis(row.try_get("issued_at")?),
        expires_at: UnixMillis(row.try_get("expires_at")?),
    })
}

/// The phrases sent so far, oldest first.
pub(super) async fn replies(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<Vec<ReplySent>> {
    let rows = sqlx::query(
        "SELECT r.at, r.phrase, r.phrase_at, s.name
         FROM request_reply r JOIN staff s ON s.id = r.staff_id
         WHERE r.request_id = $1 ORDER BY r.at, r.id",
    )
    .bind(&request.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let phrase: String = row.try_get("phrase")?;
            let at: Option<i64> = row.try_get("phrase_at")?;
            let phrase = serde_json::json!({ "phrase": phrase, "at": at });
            Ok(ReplySent {
                at: UnixMillis(row.try_get("at")?),
                by: row.try_get("name")?,
                phrase: serde_json::from_value(phrase).unwrap_or(Phrase::Unknown),
            })
        })
        .collect()
}
