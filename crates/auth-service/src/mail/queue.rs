//! The queue: a mail is claimed by one worker for a while, then settled.

use latchkey_protocol::UnixMillis;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::letter::{About, Letter};
use super::settle::note;
use super::tag::tag;
use crate::clock::{MINUTE, SECOND};
use crate::db::Tx;
use crate::event::Kind;
use crate::keys::Purpose;
use crate::link::on_file;
use crate::link::token::LinkToken;

pub use super::settle::settle;

/// A claim holds this long; a worker gives up well before. What a crash left behind
/// is free after it, so a crash between sending and settling sends once more at most.
const CLAIM_MS: i64 = 3 * MINUTE;

/// A mail in the hands of one worker.
pub struct Claimed {
    /// The mail's id.
    pub id: String,
    /// Which try this is, from 1.
    pub attempt: i64,
    /// What to write.
    pub letter: Letter,
}

/// How long to wait after a try that was deferred.
#[must_use]
pub const fn backoff_ms(attempt: i64) -> i64 {
    match attempt {
        ..=1 => 30 * SECOND,
        2 => 2 * MINUTE,
        3 => 5 * MINUTE,
        4 => 15 * MINUTE,
        _ => 30 * MINUTE,
    }
}

/// Frees what the service held when it was killed: one service works on a database, so
/// nobody holds it any more.
pub async fn release(tx: &mut Tx) -> sqlx::Result<()> {
    let now = tx.now().0;
    sqlx::query(
        "UPDATE mail SET next_at = $1 WHERE state = 'sending' AND ended_at IS NULL AND next_at > $1",
    )
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the next mail that is due, for this worker alone, but for those that it has in
/// hand. What may not be sent any more is ended on the way; mail to clients waits while it
/// is held back (RULES V6).
pub async fn claim(tx: &mut Tx, in_hand: &[String]) -> sqlx::Result<Option<Claimed>> {
    let in_hand = serde_json::Value::from(in_hand).to_string();
    loop {
        let now = tx.now().0;
        let row = sqlx::query(
            "UPDATE mail SET state = 'sending', attempts = attempts + 1, next_at = $2, changed_at = $1
             WHERE id = (SELECT id FROM mail
                         WHERE ended_at IS NULL AND next_at <= $1
                           AND id NOT IN (SELECT value FROM json_each($3))
                           AND (staff_id IS NOT NULL
                                OR NOT EXISTS (SELECT 1 FROM epoch WHERE confirmed_at IS NULL))
                         ORDER BY next_at, id LIMIT 1)
             RETURNING id, kind, link_id, address_id, staff_id, device_id, attempts, sealed_body, created_at",
        )
        .bind(now)
        .bind(now + CLAIM_MS)
        .bind(&in_hand)
        .fetch_optional(tx.conn())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let claimed = match row.try_get::<Option<String>, _>("staff_id")? {
            Some(staff) => to_staff(tx, &row, &staff).await?,
            None => unless_forbidden(tx, &row).await?,
        };
        if let Some(claimed) = claimed {
            return Ok(Some(claimed));
        }
    }
}

/// Mails to staff: they go to the address they sign in with, while they may sign in.
async fn to_staff(tx: &mut Tx, row: &SqliteRow, staff: &str) -> sqlx::Result<Option<Claimed>> {
    let id: String = row.try_get("id")?;
    let found = sqlx::query(
        "SELECT s.email, o.name AS owner, d.name AS desktop
         FROM staff s LEFT JOIN device d ON d.id = $2 LEFT JOIN staff o ON o.id = d.staff_id
         WHERE s.id = $1 AND s.disabled_at IS NULL
           AND (d.id IS NOT NULL
                -- Somebody has looked meanwhile: the mail would only mislead.
                OR ($3 = 'needs_help'
                    AND EXISTS (SELECT 1 FROM help_request r
                                WHERE r.state = 'new' AND r.copied_at IS NOT NULL)))",
    )
    .bind(staff)
    .bind(row.try_get::<Option<String>, _>("device_id")?)
    .bind(row.try_get::<String, _>("kind")?)
    .fetch_optional(tx.conn())
    .await?;
    let Some(found) = found else {
        end(tx, &id).await?;
        return Ok(None);
    };
    let to: String = found.try_get("email")?;
    Ok(Some(Claimed {
        attempt: row.try_get("attempts")?,
        letter: Letter {
            tag: tag(tx.keys(), &id, &to),
            id: id.clone(),
            to,
            language: None,
            asked_at: UnixMillis(row.try_get("created_at")?),
            about: match found.try_get::<Option<String>, _>("owner")? {
                Some(owner) => About::DesktopConnected {
                    owner,
                    desktop: found.try_get("desktop")?,
                },
                None => About::NeedsHelp,
            },
        },
        id,
    }))
}

/// The file has the last word, also over a mail that waited (RULES C2).
async fn unless_forbidden(tx: &mut Tx, row: &SqliteRow) -> sqlx::Result<Option<Claimed>> {
    let id: String = row.try_get("id")?;
    let address: Option<String> = row.try_get("address_id")?;
    let on_file = on_file::by_id(tx.conn(), address.as_deref().unwrap_or_default()).await?;
    if !may_go(tx, row, &on_file).await? {
        end(tx, &id).await?;
        note(tx, Kind::MailNotSent, &id, &on_file, None, None).await?;
        return Ok(None);
    }
    let Some(about) = about(tx, row).await? else {
        // Its link was used, replaced, voided or too old meanwhile: the mail would only mislead.
        end(tx, &id).await?;
        note(tx, Kind::TimePassed, &id, &on_file, None, None).await?;
        return Ok(None);
    };
    let to: String = sqlx::query_scalar("SELECT address FROM address WHERE id = $1")
        .bind(&on_file.address)
        .fetch_one(tx.conn())
        .await?;
    Ok(Some(Claimed {
        attempt: row.try_get("attempts")?,
        letter: Letter {
            tag: tag(tx.keys(), &id, &to),
            id: id.clone(),
            to,
            language: match language(tx.conn(), &on_file.address).await? {
                None => former(tx, row).await?,
                known => known,
            },
            asked_at: UnixMillis(row.try_get("created_at")?),
            about,
        },
        id,
    }))
}

/// Whether it may go there now. The news of a change goes to a mailbox that is nobody's on
/// file any more, while that client and whoever else has it there gets mail at all.
async fn may_go(tx: &mut Tx, row: &SqliteRow, on_file: &on_file::OnFile) -> sqlx::Result<bool> {
    if row.try_get::<String, _>("kind")? != "address_changed" {
        return Ok(on_file.takes_mail());
    }
    let forbidden = sqlx::query(
        "SELECT 1 AS one FROM mail m
         WHERE m.id = $1
           AND (EXISTS (SELECT 1 FROM client c WHERE c.id = m.client_id AND c.no_mail = 1)
                OR EXISTS (SELECT 1 FROM suppression s
                           WHERE s.address_id = m.address_id AND s.lifted_at IS NULL))",
    )
    .bind(row.try_get::<String, _>("id")?)
    .fetch_optional(tx.conn())
    .await?;
    Ok(forbidden.is_none() && !on_file.no_mail)
}

/// The language of who used the mailbox until now, where that is told there.
async fn former(tx: &mut Tx, row: &SqliteRow) -> sqlx::Result<Option<String>> {
    let language: Option<Option<String>> = sqlx::query_scalar(
        "SELECT c.language FROM mail m JOIN client c ON c.id = m.client_id
         WHERE m.id = $1 AND m.kind = 'address_changed'",
    )
    .bind(row.try_get::<String, _>("id")?)
    .fetch_optional(tx.conn())
    .await?;
    Ok(language.flatten())
}

/// The language of everybody who uses the address, where it is the same for all.
pub async fn language(conn: &mut SqliteConnection, address: &str) -> sqlx::Result<Option<String>> {
    let all: Vec<Option<String>> = sqlx::query_scalar(
        "SELECT DISTINCT c.language FROM client_address t JOIN client c ON c.id = t.client_id
         WHERE t.address_id = $1 AND c.disabled_at IS NULL",
    )
    .bind(address)
    .fetch_all(conn)
    .await?;
    Ok(match all.as_slice() {
        [one] => one.clone(),
        _ => None,
    })
}

async fn about(tx: &mut Tx, row: &SqliteRow) -> sqlx::Result<Option<About>> {
    let kind: String = row.try_get("kind")?;
    match kind.as_str() {
        "pin_used" => return Ok(Some(About::PinUsed)),
        "guide" => return Ok(Some(About::Guide)),
        "message" => return Ok(unread(tx, row).await?.then_some(About::Message)),
        "address_changed" => return Ok(Some(About::AddressChanged)),
        _ => {}
    }
    let now = tx.now().0;
    let live = sqlx::query(
        "SELECT 1 AS one FROM link WHERE id = $1 AND state = 'live' AND expires_at > $2",
    )
    .bind(row.try_get::<Option<String>, _>("link_id")?)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    if live.is_none() {
        return Ok(None);
    }
    let id: String = row.try_get("id")?;
    let sealed: Option<Vec<u8>> = row.try_get("sealed_body")?;
    let token = sealed
        .and_then(|sealed| tx.keys().open(Purpose::Mail, id.as_bytes(), &sealed).ok())
        .and_then(|bytes| LinkToken::read(std::str::from_utf8(&bytes).ok()?));
    Ok(token.map(|token| match kind.as_str() {
        "staff_link" => About::StaffLink(token),
        _ => About::Link(token),
    }))
}

/// Whether there is anything that the client has not read by now.
async fn unread(tx: &mut Tx, row: &SqliteRow) -> sqlx::Result<bool> {
    let unread: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM mail n JOIN message m ON m.client_id = n.client_id
         WHERE n.id = $1 AND m.staff_id IS NOT NULL AND m.read_at IS NULL LIMIT 1",
    )
    .bind(row.try_get::<String, _>("id")?)
    .fetch_optional(tx.conn())
    .await?;
    Ok(unread.is_some())
}

async fn end(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    let now = tx.now().0;
    sqlx::query(
        "UPDATE mail SET state = 'not_sent', sealed_body = NULL, next_at = NULL, ended_at = $2,
                         changed_at = $2
         WHERE id = $1",
    )
    .bind(id)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
