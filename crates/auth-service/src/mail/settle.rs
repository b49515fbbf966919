//! What became of a try: of the mail, of its request, and of the address.

use latchkey_protocol::ServerReply;
use sqlx::Row;

use super::outcome::{Outcome, Tried};
use super::queue::backoff_ms;
use super::{suppression, tries};
use crate::clock::DAY;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::link::on_file::{self, OnFile};

/// After this long a deferred mail is given up: its link is too old.
const GIVE_UP_MS: i64 = DAY;

/// Writes what became of a try. A worker whose claim ran out changes nothing.
pub async fn settle(
    tx: &mut Tx,
    id: &str,
    attempt: i64,
    tried: impl Into<Tried>,
) -> sqlx::Result<()> {
    let Tried {
        outcome,
        of_recipient,
        dialogue,
    } = tried.into();
    let row = sqlx::query(
        "SELECT address_id, created_at FROM mail
         WHERE id = $1 AND attempts = $2 AND state = 'sending'",
    )
    .bind(id)
    .bind(attempt)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(()) };
    let now = tx.now().0;
    let too_late = now - row.try_get::<i64, _>("created_at")? >= GIVE_UP_MS;
    let refused = matches!(outcome, Outcome::Refused(_));
    let (state, kind, reply, next_at) = match outcome {
        Outcome::Accepted(reply) => ("accepted", Kind::MailAccepted, reply, None),
        Outcome::Refused(reply) => ("refused", Kind::MailRefused, reply, None),
        Outcome::Deferred(reply) if too_late => ("refused", Kind::MailRefused, reply, None),
        Outcome::Deferred(reply) => {
            let next_at = now + backoff_ms(attempt);
            ("deferred", Kind::MailDeferred, reply, Some(next_at))
        }
    };
    sqlx::query(
        "UPDATE mail SET state = $2, next_at = $3, reply_code = $4, reply_enhanced = $5,
                         reply_words = $6, changed_at = $7, ended_at = $8,
                         sealed_body = CASE WHEN $8 IS NULL THEN sealed_body END
         WHERE id = $1",
    )
    .bind(id)
    .bind(state)
    .bind(next_at)
    .bind(i64::from(reply.code))
    .bind(&reply.enhanced)
    .bind(&reply.words)
    .bind(now)
    .bind(next_at.is_none().then_some(now))
    .execute(tx.conn())
    .await?;
    tracing::info!(mail = id, attempt, state, code = reply.code, "mail");
    tries::keep(tx, id, attempt, &dialogue).await?;
    let Some(address) = row.try_get::<Option<String>, _>("address_id")? else {
        return Ok(());
    };
    let on_file = on_file::by_id(tx.conn(), &address).await?;
    let closed = suppression::closed(&reply).filter(|_| refused && of_recipient);
    note(tx, kind, id, &on_file, Some(reply), next_at).await?;
    match closed {
        Some(cause) => suppression::suppress(tx, &on_file, cause, id).await,
        None => Ok(()),
    }
}

/// Tells what became of a mail, where that is part of a client's way in.
pub(super) async fn note(
    tx: &mut Tx,
    kind: Kind,
    id: &str,
    on_file: &OnFile,
    reply: Option<ServerReply>,
    next_at: Option<i64>,
) -> sqlx::Result<()> {
    let Some(mut event) = told(tx, kind, id, on_file, reply).await? else {
        return Ok(());
    };
    if kind == Kind::MailNotSent {
        event = event.with("why", on_file.outcome());
    }
    if let Some(next_at) = next_at {
        event = event.with("next_at", next_at);
    }
    tx.append(event).await?;
    Ok(())
}

/// The event of what became of a mail. Only the mails that carry a link are part of a
/// client's way in.
pub(super) async fn told(
    tx: &mut Tx,
    kind: Kind,
    id: &str,
    on_file: &OnFile,
    reply: Option<ServerReply>,
) -> sqlx::Result<Option<Event>> {
    let row = sqlx::query(
        "SELECT m.client_id, l.browser_id FROM mail m JOIN link l ON l.id = m.link_id WHERE m.id = $1",
    )
    .bind(id)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let meant: Option<String> = row.try_get("client_id")?;
    let mut event = Event::new(kind, Actor::Service)
        .subject(id)
        .address(&on_file.address);
    let meant = meant.map(latchkey_protocol::ClientId);
    if let Some(client) = meant.as_ref().or(on_file.client()) {
        event = event.client(client);
    }
    if let Some(browser) = row.try_get::<Option<String>, _>("browser_id")? {
        event = event.browser(browser);
    }
    if let Some(reply) = reply {
        event = event
            .with("code", reply.code)
            .personal("words", reply.words);
        if let Some(enhanced) = reply.enhanced {
            event = event.with("enhanced", enhanced);
        }
    }
    Ok(Some(event))
}
