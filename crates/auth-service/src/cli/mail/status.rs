//! `latchkey-auth mail status`

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::super::words::say;
use super::super::{Failure, Flags, there};
use crate::backup::schema;
use crate::clock::{Clock, DAY, HOUR, MINUTE, SECOND, SystemClock};
use crate::db;
use crate::mail::status::{self, Domain, News, Status};

/// The longest name of a domain that a terminal's line has room for.
const WIDEST: usize = 36;

/// Says how it stands, without opening the service: it may be running.
pub(super) async fn run(flags: &Flags, json: bool) -> Result<(), Failure> {
    let (path, _) = there(&flags.config()?)?;
    let mut conn = db::look(&path).await.map_err(Failure::because)?;
    is_current(&mut conn).await?;
    let status = status::look(&mut conn, SystemClock.now().0)
        .await
        .map_err(Failure::because)?;
    if json {
        say(serde_json::to_string(&status).map_err(Failure::because)?);
    } else {
        for line in words(&status) {
            say(line);
        }
    }
    Ok(())
}

async fn is_current(conn: &mut SqliteConnection) -> Result<(), Failure> {
    let found = schema(conn).await.map_err(Failure::because)?;
    if found == db::newest_schema() {
        return Ok(());
    }
    Err(Failure::Failed(
        "the database is of another version than this program; run `latchkey-auth migrate`, or \
         the program that belongs to it"
            .to_owned(),
    ))
}

fn words(status: &Status) -> Vec<String> {
    let mut lines = vec![queue(status)];
    if status.queue.held {
        lines.push(
            "Mail to clients is held back since the database was restored: look at \
             `latchkey-auth contact-plan confirm`."
                .to_owned(),
        );
    }
    lines.push(last_day(status));
    if !status.domains.is_empty() {
        let head = ["", "last accepted", "put off", "refused"];
        lines.push(row(&head.map(str::to_owned)));
        lines.extend(status.domains.iter().map(domain));
    }
    if status.more_domains > 0 {
        lines.push(format!("  and {} domains more", status.more_domains));
    }
    lines.push(match status.suppressed {
        0 => "No address is closed.".to_owned(),
        1 => "1 address gets no mail until staff lift it.".to_owned(),
        many => format!("{many} addresses get no mail until staff lift it."),
    });
    lines.extend(news(&status.news));
    lines
}

fn queue(status: &Status) -> String {
    let (queue, now) = (&status.queue, status.now);
    let (Some(next), Some(oldest)) = (queue.next_at, queue.oldest_at) else {
        return "Nothing waits to be sent.".to_owned();
    };
    let mails = if queue.waiting == 1 {
        "mail waits"
    } else {
        "mails wait"
    };
    let next = match next - now {
        ..=0 => "now".to_owned(),
        later => format!("in {}", span(later)),
    };
    format!(
        "{} {mails}, the oldest for {}; the next try is {next}.",
        queue.waiting,
        span(now - oldest)
    )
}

fn last_day(status: &Status) -> String {
    if status.last_day.is_empty() {
        return "No mail in the last 24 hours.".to_owned();
    }
    let counts: Vec<String> = status
        .last_day
        .iter()
        .map(|one| format!("{} {}", one.count, fate(&one.state)))
        .collect();
    format!("Mails of the last 24 hours: {}.", counts.join(", "))
}

/// In words, as the desktop has them.
fn fate(state: &str) -> &str {
    match state {
        "queued" => "to be sent",
        "sending" => "being handed over",
        "deferred" => "put off",
        "not_sent" => "not sent",
        "bounced" => "came back",
        "delayed" => "waiting on the way",
        "complained" => "marked as junk",
        known => known,
    }
}

fn domain(domain: &Domain) -> String {
    let name: String = domain.domain.chars().take(WIDEST).collect();
    let at = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), moment);
    row(&[
        name,
        at(domain.accepted_at),
        at(domain.deferred_at),
        at(domain.refused_at),
    ])
}

fn row([name, accepted, deferred, refused]: &[String; 4]) -> String {
    let line = format!("  {name:<WIDEST$}  {accepted:<17}  {deferred:<17}  {refused}");
    line.trim_end().to_owned()
}

fn news(all: &[News]) -> Vec<String> {
    let heard: Vec<String> = all
        .iter()
        .filter_map(|one| {
            let last = moment(one.last_at?);
            let way = match one.way {
                "pipe" => "`mail bounce`",
                "postmark" => "Postmark",
                _ => "Amazon SES",
            };
            let times = if one.count == 1 { "time" } else { "times" };
            let count = one.count;
            Some(format!(
                "News of mails came by {way} {count} {times}, last {last}."
            ))
        })
        .collect();
    if heard.is_empty() {
        return vec![
            "Nothing has ever come back of a mail: docs/mail.md says how it can.".to_owned(),
        ];
    }
    heard
}

/// To the minute, in UTC: the machine's own zone may be any.
fn moment(at: i64) -> String {
    Timestamp::from_millisecond(at).map_or_else(
        |_| "-".to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%MZ").to_string(),
    )
}

fn span(millis: i64) -> String {
    let (count, what) = match millis.max(0) {
        long @ DAY.. => (long / DAY, "day"),
        long @ HOUR.. => (long / HOUR, "hour"),
        long @ MINUTE.. => (long / MINUTE, "minute"),
        short => (short / SECOND, "second"),
    };
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {what}{many}")
}

#[cfg(test)]
mod tests;
