//! Addresses that get no mail any more, since their mailbox is gone or somebody complained,
//! until staff lift it. What clients see stays the same (RULES A1).

use latchkey_protocol::{ErrorCode, RequestId, ServerReply, StaffId};
use sqlx::Row;

use super::cause::{self, MailCause};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::link::on_file::OnFile;
use crate::refusal::Refusal;

/// Why nothing more is to be sent to an address that our own mail server refused for good.
/// It speaks for everybody's mailboxes and of us as well, so it must say clearly that this
/// one is at fault: by a code for addresses and mailboxes (5.1.x, 5.2.x), or, where it has
/// no such codes at all, by words that mean nothing else.
#[must_use]
pub fn closed(reply: &ServerReply) -> Option<MailCause> {
    let words = reply.words.to_lowercase();
    let clear = match reply.enhanced.as_deref() {
        Some(code) => code.starts_with("5.1.") || code.starts_with("5.2."),
        None => !words.contains("unavailable"),
    };
    // "Relay access denied": it passes nothing on for us, to whomever.
    let of_us = ["relay", "sender"].iter().any(|word| words.contains(word));
    if reply.code < 500 || !clear || of_us {
        return None;
    }
    // Without the reply code, which says no more than that it is refused.
    let cause = cause::of(reply.enhanced.as_deref(), None, &reply.words);
    cause.is_of_the_address().then_some(cause)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::outcome::reply;

    #[test]
    fn a_refusal_that_speaks_of_the_mailbox_closes_it_and_no_other_does() {
        for (code, words, expected) in [
            (
                550,
                "5.1.1 <a@b>: Recipient address rejected: User unknown in local recipient table",
                Some("mailbox_unknown"),
            ),
            (
                550,
                "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
                Some("mailbox_unknown"),
            ),
            (
                550,
                "5.2.1 The email account that you tried to reach is disabled",
                Some("mailbox_disabled"),
            ),
            (550, "5.2.1", Some("mailbox_disabled")),
            (
                550,
                "5.1.2 <a@b>: Recipient address rejected: Domain not found",
                Some("domain_unknown"),
            ),
            (
                553,
                "5.1.3 The recipient address is not a valid address",
                Some("address_malformed"),
            ),
            (550, "No such user here", Some("mailbox_unknown")),
            (
                550,
                "<a@b>: User unknown in virtual mailbox table",
                Some("mailbox_unknown"),
            ),
            // They may let it in another time, or it is about us.
            (450, "4.1.1 User unknown", None),
            (552, "5.2.2 Mailbox full", None),
            (
                550,
                "5.2.1 receiving mail at a rate that prevents additional messages",
                None,
            ),
            (
                554,
                "5.7.1 Service unavailable; Client host blocked using zen.example.net",
                None,
            ),
            (550, "5.7.1 Message rejected as spam", None),
            (
                550,
                "5.7.26 Unauthenticated mail is not accepted: SPF and DKIM failed",
                None,
            ),
            (550, "5.7.1 No such user, or our policy is against it", None),
            (554, "5.7.1 <a@b>: Relay access denied", None),
            (550, "relay not permitted", None),
            (
                550,
                "5.1.0 <s@b>: Sender address rejected: User unknown",
                None,
            ),
            (
                550,
                "5.1.8 <s@b>: Sender address rejected: Domain not found",
                None,
            ),
            (550, "5.1.7 Invalid sender", None),
            (550, "Requested action not taken: mailbox unavailable", None),
            (550, "", None),
            (0, "5.1.3 No mail can be written to this address", None),
        ] {
            let found = closed(&reply(code, words)).map(MailCause::as_str);
            assert_eq!(found, expected, "{code} {words}");
        }
    }
}
