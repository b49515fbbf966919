//! What came back changes the fate of the mail it is about, once, and only of a mail whose
//! tag it carries: whatever anybody else writes changes nothing.

use latchkey_protocol::ServerReply;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::bounce::{Fate, Recipient, Report};
use super::outcome::reply;
use super::tag::Tag;
use super::{settle, suppression};
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

/// By which way something is heard of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A mail system pipes it to the command.
    Pipe,
    /// Postmark's webhook.
    Postmark,
    /// Amazon SES, through SNS.
    Ses,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Pipe, Self::Postmark, Self::Ses];

    /// As it is written in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pipe => "pipe",
            Self::Postmark => "postmark",
            Self::Ses => "ses",
        }
    }

    /// Whoever sends our mails says so of their own deliveries. What is piped may be any
    /// server's on the way, and passing a mail on is no arrival.
    const fn knows_arrival(self) -> bool {
        !matches!(self, Self::Pipe)
    }
}

/// Takes a report. `sent_to` is to whom the report was sent.
pub async fn hear(tx: &mut Tx, way: Way, report: &Report, sent_to: &str) -> sqlx::Result<Heard> {
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
        let heard = change(tx, way, &mail, said).await?;
        if heard != Heard::NotYet {
            count(tx, way).await?;
        }
        return Ok(heard);
    }
    Ok(Heard::Nothing)
}

/// That a way works is worth knowing (`latchkey-auth mail status`).
async fn count(tx: &mut Tx, way: Way) -> sqlx::Result<()> {
    let now = tx.now().0;
    sqlx::query(
        "INSERT INTO mail_news (way, first_at, last_at, count) VALUES ($1, $2, $2, 1)
         ON CONFLICT (way) DO UPDATE SET last_at = $2, count = count + 1",
    )
    .bind(way.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Mail {
    id: String,
    state: String,
    /// It has reached the client's own server, or more: its link was opened.
    arrived: bool,
    /// To whom it went.
    to: String,
    /// A client's; mails to staff have none.
    address: Option<String>,
}

/// The mail of a tag, where the tag is ours and not too old.
async fn mail(tx: &mut Tx, tag: &Tag) -> sqlx::Result<Option<Mail>> {
    let row = sqlx::query(
        "SELECT m.id, m.state, m.created_at, m.address_id, COALESCE(a.address, s.email) AS sent_to,
                COALESCE(m.arrived_at, l.opened_at) IS NOT NULL AS arrived
         FROM mail m LEFT JOIN address a ON a.id = m.address_id LEFT JOIN staff s ON s.id = m.staff_id
         LEFT JOIN link l ON l.id = m.link_id
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
            arrived: row.try_get("arrived")?,
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

/// What a server said when it took the mail: its code is known where it says none.
fn taken(words: &str) -> ServerReply {
    let (first, rest) = words.split_once([' ', '-']).unwrap_or((words, ""));
    match first.parse() {
        Ok(code) if first.len() == 3 => reply(code, rest),
        _ => reply(250, words),
    }
}

async fn change(tx: &mut Tx, way: Way, mail: &Mail, said: &Recipient) -> sqlx::Result<Heard> {
    let (state, kind) = match (said.fate, mail.state.as_str()) {
        // It was taken, and we have not written so yet.
        (_, "sending") => return Ok(Heard::NotYet),
        // What is told late, or out of its order, is over.
        (Fate::Delayed | Fate::Delivered, _) if mail.arrived => return Ok(Heard::Known),
        (Fate::Delivered, "accepted" | "delayed") if way.knows_arrival() => {
            ("accepted", Kind::MailAccepted)
        }
        (Fate::Delayed, "accepted") => ("delayed", Kind::MailDelayed),
        (Fate::Bounced, "accepted" | "delayed") => ("bounced", Kind::MailBounced),
        (Fate::Complaint, "accepted" | "delayed" | "bounced") => {
            ("complained", Kind::MailComplained)
        }
        _ => return Ok(Heard::Known),
    };
    let now = tx.now().0;
    let cause = said.cause();
    let mut said_so = match said.fate {
        Fate::Delivered => taken(&said.words),
        _ => reply(said.reply.unwrap_or_default(), without_code(said)),
    };
    // The report's own field goes before what its words may hold. Where there is no code at
    // all, RFC 3464 has one for that; a bare 0 would be our own server's silence.
    let undefined = if state == "delayed" { "4.0.0" } else { "5.0.0" };
    said_so.enhanced = said.status.clone().or(said_so.enhanced);
    if said_so.code == 0 && said_so.enhanced.is_none() {
        said_so.enhanced = Some(undefined.to_owned());
    }
    sqlx::query(
        "UPDATE mail SET state = $2, reply_code = $3, reply_enhanced = $4, reply_words = $5,
                         changed_at = $6, arrived_at = COALESCE(arrived_at, $7)
         WHERE id = $1",
    )
    .bind(&mail.id)
    .bind(state)
    .bind(i64::from(said_so.code))
    .bind(&said_so.enhanced)
    .bind(&said_so.words)
    .bind(now)
    .bind((said.fate == Fate::Delivered).then_some(now))
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
    if let Some(mut event) = settle::told(tx, kind, &mail.id, &on_file, Some(said_so)).await? {
        if said.fate != Fate::Delivered {
            event = event.with("cause", cause.as_str());
        }
        tx.append(event.with("way", way.as_str())).await?;
    }
    let hard = said.is_permanent() && cause.is_of_the_address();
    if said.fate == Fate::Complaint || said.fate == Fate::Bounced && hard {
        suppression::suppress(tx, &on_file, cause, &mail.id).await?;
    }
    Ok(Heard::Changed)
}
