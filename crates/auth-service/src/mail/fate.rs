//! What came back changes the fate of the mail it is about, once, and only of a mail whose
//! tag it carries: whatever anybody else writes changes nothing.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::bounce::{Fate, Recipient, Report};
use super::outcome::reply;
use super::queue;
use super::suppression;
use super::tag::Tag;
use crate::address::Address;
use crate::clock::DAY;
use crate::db::Tx;
use crate::event::Kind;
use crate::link::on_file;

/// So long after a mail was written, what comes back is still believed.
pub const VALID_MS: i64 = 7 * DAY;

/// What a report did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The mail has another fate now.
    Changed,
    /// It is about a mail of ours, which changes nothing any more.
    Known,
    /// No mail of ours: no tag, a wrong one, too old, or another recipient.
    Nothing,
    /// The mail is still being handed over: it is worth saying again.
    NotYet,
}

/// Takes a report. `sent_to` is to whom the report was sent.
pub async fn hear(tx: &mut Tx, report: &Report, sent_to: &str) -> sqlx::Result<Heard> {
    let about = &report.original;
    let places = [&about.envelope_id, &about.return_path, &about.message_id];
    let texts: Vec<&str> = places.into_iter().flatten().map(String::as_str).collect();
    let text = format!("{sent_to} {}", texts.join(" "));
    for tag in Tag::all(&text) {
        let Some(mail) = mail(tx, &tag).await? else {
            continue;
        };
        let Some(said) = report.recipients.iter().find(|said| mail.is_to(said)) else {
            continue;
        };
        return settle(tx, &mail, said).await;
    }
    Ok(Heard::Nothing)
}

struct Mail {
    id: String,
    state: String,
    /// To whom it went.
    to: String,
    /// A client's; mails to staff have none.
    address: Option<String>,
}

/// The mail of a tag, where the tag is ours and not too old.
async fn mail(tx: &mut Tx, tag: &Tag) -> sqlx::Result<Option<Mail>> {
    let row = sqlx::query(
        "SELECT m.id, m.state, m.created_at, m.address_id, COALESCE(a.address, s.email) AS sent_to
         FROM mail m LEFT JOIN address a ON a.id = m.address_id LEFT JOIN staff s ON s.id = m.staff_id
         WHERE m.id = $1",
    )
    .bind(tag.mail())
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mail = Mail::read(&row)?;
    let too_old = tx.now().0 - row.try_get::<i64, _>("created_at")? > VALID_MS;
    let ours = tag.is_for(tx.keys(), &mail.to);
    Ok((ours && !too_old).then_some(mail))
}

impl Mail {
    fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            state: row.try_get("state")?,
            to: row
                .try_get::<Option<String>, _>("sent_to")?
                .unwrap_or_default(),
            address: row.try_get("address_id")?,
        })
    }

    /// A report that names nobody is about whom its tag names.
    fn is_to(&self, said: &Recipient) -> bool {
        let same = |known: &String| {
            Address::parse(known).is_some_and(|known| known.reveal() == self.to)
                || known.eq_ignore_ascii_case(&self.to)
        };
        said.address.is_none() || said.address.iter().chain(&said.also).any(same)
    }
}

/// The code stands beside the words already.
fn without_code(said: &Recipient) -> &str {
    let words = said.words.trim_start();
    let code = said.reply.map(|code| code.to_string()).unwrap_or_default();
    let rest = words.strip_prefix(&code).unwrap_or(words);
    rest.trim_start_matches([' ', '-'])
}

async fn settle(tx: &mut Tx, mail: &Mail, said: &Recipient) -> sqlx::Result<Heard> {
    let (state, kind) = match (said.fate, mail.state.as_str()) {
        // It was taken, and we have not written so yet.
        (_, "sending") => return Ok(Heard::NotYet),
        (Fate::Delayed, "accepted") => ("delayed", Kind::MailDelayed),
        (Fate::Bounced, "accepted" | "delayed") => ("bounced", Kind::MailBounced),
        (Fate::Complaint, "accepted" | "delayed" | "bounced") => {
            ("complained", Kind::MailComplained)
        }
        _ => return Ok(Heard::Known),
    };
    let now = tx.now().0;
    let cause = said.cause();
    let mut said_so = reply(said.reply.unwrap_or_default(), without_code(said));
    // The report's own field goes before what its words may hold. Where there is no code at
    // all, RFC 3464 has one for that; a bare 0 would be our own server's silence.
    let undefined = if state == "delayed" { "4.0.0" } else { "5.0.0" };
    said_so.enhanced = said.status.clone().or(said_so.enhanced);
    if said_so.code == 0 && said_so.enhanced.is_none() {
        said_so.enhanced = Some(undefined.to_owned());
    }
    sqlx::query(
        "UPDATE mail SET state = $2, reply_code = $3, reply_enhanced = $4, reply_words = $5,
                         changed_at = $6
         WHERE id = $1",
    )
    .bind(&mail.id)
    .bind(state)
    .bind(i64::from(said_so.code))
    .bind(&said_so.enhanced)
    .bind(&said_so.words)
    .bind(now)
    .execute(tx.conn())
    .await?;
    tracing::info!(
        mail = mail.id,
        state,
        cause = cause.as_str(),
        "what came back"
    );
    let Some(address) = &mail.address else {
        return Ok(Heard::Changed);
    };
    let on_file = on_file::by_id(tx.conn(), address).await?;
    if let Some(event) = queue::told(tx, kind, &mail.id, &on_file, Some(said_so)).await? {
        tx.append(event.with("cause", cause.as_str())).await?;
    }
    let hard = said.is_permanent() && cause.is_of_the_address();
    if said.fate == Fate::Complaint || said.fate == Fate::Bounced && hard {
        suppression::suppress(tx, &on_file, cause, &mail.id).await?;
    }
    Ok(Heard::Changed)
}
