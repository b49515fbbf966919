//! `latchkey-auth mail …`

mod status;

use std::io::Read;

use clap::Subcommand;
use serde::Serialize;

use super::words::{aside, say};
use super::{Failure, Flags, open};
use crate::mail::bounce::{self, Fate, Recipient, Report};
use crate::mail::cause::MailCause;
use crate::mail::fate::{self, Heard, Way};

#[derive(Subcommand)]
pub enum Mail {
    /// Read a message from standard input, as mail systems pipe it: what it tells of a mail
    /// of ours is kept, everything else is left alone
    Bounce {
        /// To whom it was sent, where the mail system says so
        #[arg(long, env = "ORIGINAL_RECIPIENT", value_name = "ADDR")]
        recipient: Option<String>,
        /// Say what it would understand, and keep nothing
        #[arg(long)]
        dry_run: bool,
        /// One JSON object a recipient, a line each
        #[arg(long, requires = "dry_run")]
        json: bool,
    },
    /// Say how it stands with mail: what waits, what became of the last day's, what came back
    Status {
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(flags: &Flags, mail: Mail) -> Result<(), Failure> {
    let (recipient, dry_run, json) = match mail {
        Mail::Status { json } => return status::run(flags, json).await,
        Mail::Bounce {
            recipient,
            dry_run,
            json,
        } => (recipient, dry_run, json),
    };
    let report = bounce::read(&piped()?);
    if dry_run {
        show(&report, json);
        return Ok(());
    }
    if report.recipients.is_empty() {
        aside("Not a bounce: nothing was changed.");
        return Ok(());
    }
    // Postfix names the address with its tag so, and without it in RECIPIENT.
    let given = recipient.or_else(|| std::env::var("RECIPIENT").ok());
    let sent_to = [given.into_iter().collect(), report.sent_to.clone()]
        .concat()
        .join(" ");
    let heard = keep(flags, report, sent_to)
        .await
        .map_err(|failure| Failure::Later(failure.to_string()))?;
    match heard {
        Heard::Changed => aside("Noted."),
        Heard::Known => aside("Noted before: nothing was changed."),
        Heard::Nothing => aside("About no mail of this service, or too late: nothing was changed."),
        Heard::NotYet => {
            return Err(Failure::Later(
                "the mail is still being sent; try again".to_owned(),
            ));
        }
    }
    Ok(())
}

async fn keep(flags: &Flags, report: Report, sent_to: String) -> Result<Heard, Failure> {
    open(flags.config()?)
        .await?
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let heard = fate::hear(tx, Way::Pipe, &report, &sent_to).await?;
                Ok::<_, crate::db::Unavailable>(heard)
            })
        })
        .await
        .map_err(Failure::because)
}

/// The beginning of what is piped here; the rest is read, so that nobody writes to a closed
/// pipe, and let go.
fn piped() -> Result<Vec<u8>, Failure> {
    let later = |error: std::io::Error| Failure::Later(error.to_string());
    let mut input = std::io::stdin().lock();
    let mut bytes = Vec::new();
    let limit = u64::try_from(bounce::LONGEST).unwrap_or(u64::MAX);
    input
        .by_ref()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(later)?;
    std::io::copy(&mut input, &mut std::io::sink()).map_err(later)?;
    Ok(bytes)
}

/// What scripts read (docs/mail.md); add to it, and rename nothing.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    recipient: Option<&'a str>,
    status: Option<&'a str>,
    reply: Option<u16>,
    cause: Option<&'static str>,
    permanent: bool,
}

const NO_BOUNCE: Line<'static> = Line {
    kind: "not-a-bounce",
    recipient: None,
    status: None,
    reply: None,
    cause: None,
    permanent: false,
};

fn show(report: &Report, json: bool) {
    let lines: Vec<Line<'_>> = report.recipients.iter().filter_map(line).collect();
    if lines.is_empty() {
        print(&NO_BOUNCE, json);
    }
    for line in &lines {
        print(line, json);
    }
}

/// That a mail arrived is no bounce.
fn line(said: &Recipient) -> Option<Line<'_>> {
    let kind = match said.fate {
        Fate::Bounced => "bounced",
        Fate::Delayed => "delayed",
        Fate::Complaint => "complaint",
        Fate::Delivered => return None,
    };
    Some(Line {
        kind,
        recipient: said.address.as_deref(),
        status: said.status.as_deref(),
        reply: said.reply,
        cause: Some(cause(said)),
        permanent: said.is_permanent(),
    })
}

/// In the words of the diagnosis, which has no cause of its own for what is not told.
fn cause(said: &Recipient) -> &'static str {
    match said.cause() {
        MailCause::Complaint => "suppressed",
        MailCause::CannotTell | MailCause::TooLarge if said.fate == Fate::Delayed => {
            "mail_deferred"
        }
        MailCause::CannotTell | MailCause::TooLarge => "mail_refused",
        known => known.as_str(),
    }
}

fn print(line: &Line<'_>, json: bool) {
    if json {
        say(serde_json::to_string(line).unwrap_or_default());
        return;
    }
    let code = line.reply.map(|reply| reply.to_string());
    let words = [
        Some(line.kind),
        line.recipient,
        code.as_deref(),
        line.status,
        line.cause,
        line.permanent.then_some("permanent"),
    ];
    say(words.into_iter().flatten().collect::<Vec<_>>().join("  "));
}
