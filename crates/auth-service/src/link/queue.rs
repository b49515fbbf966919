//! Makes a link and puts its mail into the queue.

use latchkey_protocol::{ClientId, ErrorCode, UnixMillis};
use sqlx::Row;

use super::on_file::{self, OnFile};
use super::state::LIFETIME_MS;
use super::token::LinkToken;
use crate::clock::{DAY, MINUTE};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::keys::Purpose;
use crate::mail::suppression;
use crate::refusal::Refusal;

/// One link in this time (RULES S1).
pub const APART_MS: i64 = 2 * MINUTE;
/// Links a day (RULES S1).
pub const A_DAY: i64 = 10;

/// Whom a link is for.
pub struct LinkFor {
    /// The address's id.
    pub address: String,
    /// The one client it signs in, where staff sent it for one.
    pub client: Option<ClientId>,
    /// The browser that asked.
    pub browser: Option<String>,
    /// Who wants it.
    pub by: Actor,
}

/// A link whose mail waits in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The link's id.
    pub link: String,
    /// The mail's id.
    pub mail: String,
}

/// Makes a link, ends the older ones of that address, queues the mail. Refuses what
/// the file or the limits forbid.
pub async fn queue_link(tx: &mut Tx, link: LinkFor) -> Result<Queued, Refusal> {
    let on_file = on_file::by_id(tx.conn(), &link.address).await?;
    if on_file.no_mail {
        return Err(Refusal::of(ErrorCode::NoMail));
    }
    if on_file.enabled.is_empty() {
        return Err(Refusal::of(ErrorCode::ClientDisabled));
    }
    suppression::refuse(&on_file)?;
    if let Some(until) = held_back(tx, &link.address).await? {
        return Err(Refusal::of(ErrorCode::HeldBack).until(until));
    }
    Ok(make(tx, Some(&on_file), link.client, link.browser, link.by).await?)
}

/// Until when the limits hold back another link to this address.
async fn held_back(tx: &mut Tx, address: &str) -> sqlx::Result<Option<UnixMillis>> {
    let now = tx.now().0;
    let row = sqlx::query(
        "SELECT MAX(created_at) AS last, MIN(created_at) AS first, COUNT(*) AS count
         FROM link WHERE address_id = $1 AND created_at > $2",
    )
    .bind(address)
    .bind(now - DAY)
    .fetch_one(tx.conn())
    .await?;
    let last: Option<i64> = row.try_get("last")?;
    let first: Option<i64> = row.try_get("first")?;
    let count: i64 = row.try_get("count")?;
    let soon = last.map(|at| at + APART_MS).filter(|at| *at > now);
    let tomorrow = first.map(|at| at + DAY).filter(|_| count >= A_DAY);
    Ok(tomorrow.or(soon).map(UnixMillis))
}

/// Does it, and for an address that gets nothing does as much (RULES A1): a dead
/// link and a mail that is not sent.
pub(super) async fn make(
    tx: &mut Tx,
    on_file: Option<&OnFile>,
    client: Option<ClientId>,
    browser: Option<String>,
    by: Actor,
) -> sqlx::Result<Queued> {
    let now = tx.now().0;
    let sends = on_file.is_some_and(OnFile::takes_mail);
    let address = on_file.map(|found| found.address.clone());
    let queued = Queued {
        link: tx.id(),
        mail: tx.id(),
    };
    end_older(tx, address.as_deref().filter(|_| sends)).await?;

    let token = LinkToken::draw(tx.random());
    let keys = tx.keys().clone();
    let sealed = keys.seal(
        Purpose::Mail,
        queued.mail.as_bytes(),
        token.reveal().as_bytes(),
        tx.random(),
    );
    let ended = (!sends).then_some(now);
    sqlx::query(
        "INSERT INTO mail (id, kind, link_id, client_id, address_id, state, next_at, sealed_body,
                           key_id, message_id, created_at, changed_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $1, $10, $10, $11)",
    )
    .bind(&queued.mail)
    .bind(if matches!(by, Actor::Staff(_)) {
        "staff_link"
    } else {
        "link"
    })
    .bind(&queued.link)
    .bind(client.as_ref().map(|id| &id.0))
    .bind(&address)
    .bind(if sends { "queued" } else { "not_sent" })
    .bind(sends.then_some(now))
    .bind(sends.then_some(sealed))
    .bind(keys.id())
    .bind(now)
    .bind(ended)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO link (id, address_id, client_id, token_hash, browser_id, state, created_at,
                           expires_at, mail_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&queued.link)
    .bind(&address)
    .bind(client.as_ref().map(|id| &id.0))
    .bind(token.hash().as_slice())
    .bind(&browser)
    .bind(if sends { "live" } else { "voided" })
    .bind(now)
    .bind(now + LIFETIME_MS)
    .bind(&queued.mail)
    .execute(tx.conn())
    .await?;

    let kind = if sends {
        Kind::MailQueued
    } else {
        Kind::MailNotSent
    };
    let mut event = about(Event::new(kind, by), on_file, client.as_ref()).subject(&queued.mail);
    if let Some(browser) = browser {
        event = event.browser(browser);
    }
    if !sends {
        event = event.with("why", on_file.map_or("unknown", OnFile::outcome));
    }
    tx.append(event).await?;
    Ok(queued)
}

/// Names the address and, where it is one person's, the client.
pub(super) fn about(event: Event, on_file: Option<&OnFile>, client: Option<&ClientId>) -> Event {
    let event = match client.or_else(|| on_file.and_then(OnFile::client)) {
        Some(client) => event.client(client),
        None => event,
    };
    match on_file {
        Some(found) => event.address(&found.address),
        None => event,
    }
}

/// A link that is really queued ends the older ones, and their mails that wait still.
async fn end_older(tx: &mut Tx, address: Option<&str>) -> sqlx::Result<()> {
    let now = tx.now().0;
    sqlx::query(
        "UPDATE mail SET state = 'not_sent', sealed_body = NULL, ended_at = $2, changed_at = $2
         WHERE ended_at IS NULL AND state <> 'sending'
           AND link_id IN (SELECT id FROM link WHERE address_id = $1 AND state = 'live')",
    )
    .bind(address)
    .bind(now)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE link SET state = 'replaced', replaced_at = $2 WHERE address_id = $1 AND state = 'live'",
    )
    .bind(address)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
