//! `latchkey-auth client …`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use latchkey_protocol::ClientId;

use super::words::{aside, say};
use super::{Failure, Flags, open};
use crate::client::{self, BadRow, Card, Line, Roster};

#[derive(Subcommand)]
pub enum Client {
    /// Import a roster (CSV); the same file twice changes nothing
    Import {
        /// The file
        file: PathBuf,
        /// Leave bad rows out instead of importing nothing
        #[arg(long)]
        skip_bad_rows: bool,
    },
    /// Every client by name
    List,
    /// Everything on file about one client
    Show {
        /// The client's id
        id: String,
    },
    /// Take a client's access away, at once
    Disable {
        /// The client's id
        id: String,
    },
    /// Say whether mail may go to this client's mailbox
    NoMail {
        /// The client's id
        id: String,
        /// `on`: nothing is sent; `off`: mail is sent
        state: Switch,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

pub async fn run(flags: &Flags, client: Client) -> Result<(), Failure> {
    match client {
        Client::Import {
            file,
            skip_bad_rows,
        } => import(flags, &file, skip_bad_rows).await,
        Client::List => {
            let app = open(flags.config()?).await?;
            let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
            for line in client::list(&mut conn).await.map_err(Failure::because)? {
                say(text(&line));
            }
            Ok(())
        }
        Client::Show { id } => {
            let app = open(flags.config()?).await?;
            let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
            let card = client::show(&mut conn, &ClientId(id))
                .await
                .map_err(Failure::because)?;
            show(&card);
            Ok(())
        }
        Client::Disable { id } => {
            let changed = open(flags.config()?)
                .await?
                .writer
                .run(|tx| Box::pin(async move { client::disable(tx, &ClientId(id)).await }))
                .await
                .map_err(Failure::because)?;
            say(if changed {
                "Disabled. Links, PINs and sessions are dead."
            } else {
                "It was disabled already."
            });
            Ok(())
        }
        Client::NoMail { id, state } => {
            let on = matches!(state, Switch::On);
            let changed = open(flags.config()?)
                .await?
                .writer
                .run(move |tx| {
                    Box::pin(async move { client::set_no_mail(tx, &ClientId(id), on).await })
                })
                .await
                .map_err(Failure::because)?;
            say(match (changed, on) {
                (false, _) => "It was so already.",
                (true, true) => "Nothing is sent to this client's mailbox any more.",
                (true, false) => "Mail goes to this client's mailbox again.",
            });
            Ok(())
        }
    }
}

async fn import(flags: &Flags, file: &PathBuf, skip: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::Failed(format!("cannot read {}: {error}", file.display())))?;
    let mut roster = Roster::read(&bytes).map_err(Failure::because)?;
    if !roster.unknown.is_empty() {
        aside(format_args!(
            "Columns that are left out: {}",
            roster.unknown.join(", ")
        ));
    }
    let mut bad = std::mem::take(&mut roster.bad);
    // Read on in any case, so that one run names every bad row.
    let stop = !bad.is_empty() && !skip;
    let app = open(flags.config()?).await?;
    let done = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let done = client::import(tx, roster, skip).await?;
                if stop {
                    Err(ImportError::Stopped(done.bad))
                } else {
                    Ok(done)
                }
            })
        })
        .await;
    let done = match done {
        Ok(done) => done,
        Err(ImportError::Stopped(more)) => client::Imported {
            bad: more,
            ..client::Imported::default()
        },
        Err(ImportError::Unavailable(error)) => return Err(Failure::because(error)),
    };
    bad.extend(done.bad);
    bad.sort_by_key(|row| row.line);
    for BadRow { line, reason } in &bad {
        aside(format_args!("line {line}: {reason}"));
    }
    if !bad.is_empty() && !skip {
        return Err(Failure::Failed(format!(
            "{} bad rows, so nothing was imported; mend them, or use --skip-bad-rows",
            bad.len()
        )));
    }
    say(format_args!(
        "{} added, {} changed, {} unchanged, {} rows left out",
        done.added,
        done.changed,
        done.unchanged,
        bad.len()
    ));
    if done.waiting > 0 {
        say(format_args!(
            "New mail addresses that get no link yet: {}. Staff confirm each on the client's next \
             request, or the client does, signed in.",
            done.waiting
        ));
    }
    Ok(())
}

enum ImportError {
    Stopped(Vec<BadRow>),
    Unavailable(crate::db::Unavailable),
}

impl From<crate::db::Unavailable> for ImportError {
    fn from(error: crate::db::Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

fn text(line: &Line) -> String {
    let mut text = format!("{}  {}", line.id, line.name);
    if !line.clinicians.is_empty() {
        text = format!("{text}  with {}", line.clinicians.join(", "));
    }
    if !line.flags.is_empty() {
        text = format!("{text}  ({})", line.flags.join(", "));
    }
    text
}

fn show(card: &Card) {
    say(text(&card.line));
    for (name, value) in [
        ("preferred name", &card.preferred_name),
        ("phone", &card.phone),
        ("external id", &card.external_id),
        ("date of birth", &card.birth_date),
        ("language", &card.language),
    ] {
        if let Some(value) = value {
            say(format_args!("  {name}: {value}"));
        }
    }
    for (address, holder) in &card.addresses {
        say(format_args!("  e-mail ({holder}): {address}"));
    }
    for address in &card.waiting {
        say(format_args!("  e-mail (waits to be confirmed): {address}"));
    }
    if let Some(at) = card.contact_changed_at
        && let Ok(at) = jiff::Timestamp::from_millisecond(at.0)
    {
        say(format_args!("  contact changed: {at}"));
    }
}
