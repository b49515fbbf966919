//! What the mail servers said lately.

use latchkey_protocol::{Cause, ServerReply, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::DAY;
use crate::diagnosis::{said_here, said_in_a_report};

/// More mails than these say nothing new.
const MOST: i64 = 500;

/// One mail, and how it went the last time it was heard of.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    /// Whose address, or which member of staff.
    pub whose: String,
    /// Where their mailbox is.
    pub domain: String,
    /// When it was written.
    pub written_at: UnixMillis,
    /// When it was last heard of.
    pub at: UnixMillis,
    /// How it went.
    pub went: Went,
}

#[derive(Clone, Debug)]
pub(super) enum Went {
    /// The server we hand our mail to took it.
    Accepted,
    /// It did not arrive.
    Failed(Failure),
}

#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// Why; nothing where the server's words stand for no cause of their own.
    pub cause: Option<Cause>,
    /// Not said to us, but in a report that came later.
    pub in_a_report: bool,
    /// How many tries of this mail failed.
    pub tries: u32,
    pub code: Option<u16>,
    pub enhanced: Option<String>,
}

/// The mails of the last day, by when they were last heard of, newest first.
pub(super) async fn lately(
    conn: &mut SqliteConnection,
    now: UnixMillis,
) -> sqlx::Result<Vec<Tried>> {
    let rows = sqlx::query(
        "SELECT m.state, m.attempts, m.reply_code, m.reply_enhanced, m.reply_words,
                m.created_at, m.changed_at, COALESCE(m.address_id, m.staff_id) AS whose,
                COALESCE(a.address, s.email) AS sent_to
         FROM mail m
         LEFT JOIN address a ON a.id = m.address_id
         LEFT JOIN staff s ON s.id = m.staff_id
         WHERE m.changed_at > $1 AND COALESCE(m.address_id, m.staff_id) IS NOT NULL
         ORDER BY m.changed_at DESC, m.id DESC
         LIMIT $2",
    )
    .bind(now.0 - DAY)
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .filter_map(|row| read(row).transpose())
        .collect()
}

fn read(row: &SqliteRow) -> sqlx::Result<Option<Tried>> {
    let Some(went) = went(row)? else {
        return Ok(None);
    };
    let to: String = row
        .try_get::<Option<String>, _>("sent_to")?
        .unwrap_or_default();
    let Some((_, domain)) = to.rsplit_once('@') else {
        return Ok(None);
    };
    Ok(Some(Tried {
        whose: row.try_get("whose")?,
        domain: domain.to_lowercase(),
        written_at: UnixMillis(row.try_get("created_at")?),
        at: UnixMillis(row.try_get("changed_at")?),
        went,
    }))
}

fn went(row: &SqliteRow) -> sqlx::Result<Option<Went>> {
    let state: String = row.try_get("state")?;
    let attempts = u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX);
    let (tries, in_a_report) = match state.as_str() {
        "accepted" => return Ok(Some(Went::Accepted)),
        "deferred" | "refused" => (attempts, false),
        // On another try: what the last one met still stands.
        "sending" if attempts > 1 => (attempts - 1, false),
        "bounced" | "delayed" => (1, true),
        _ => return Ok(None),
    };
    let code: Option<i64> = row.try_get("reply_code")?;
    let reply = ServerReply {
        code: code
            .and_then(|code| code.try_into().ok())
            .unwrap_or_default(),
        enhanced: row.try_get("reply_enhanced")?,
        words: row
            .try_get::<Option<String>, _>("reply_words")?
            .unwrap_or_default(),
    };
    let cause = if in_a_report {
        said_in_a_report(&reply)
    } else {
        said_here(&reply)
    };
    Ok(Some(Went::Failed(Failure {
        cause,
        in_a_report,
        tries,
        code: Some(reply.code).filter(|code| *code != 0),
        enhanced: reply.enhanced,
    })))
}
