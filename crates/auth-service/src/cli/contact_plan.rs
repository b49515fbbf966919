//! `latchkey-auth contact-plan …`

use std::path::PathBuf;

use clap::Subcommand;
use latchkey_protocol::UnixMillis;

use super::words::{aside, ask, say};
use super::{Failure, Flags, open};
use crate::App;
use crate::db::Unavailable;
use crate::epoch::{self, Held};

#[derive(Subcommand)]
pub enum ContactPlan {
    /// Whose mailbox gets no mail, and what a restore has lost
    List,
    /// Let mail go to clients again after a restore
    Confirm {
        /// Without a question: somebody has looked at the list
        #[arg(long)]
        yes: bool,
    },
}

pub async fn run(flags: &Flags, plan: ContactPlan) -> Result<(), Failure> {
    let app = open(flags.config()?).await?;
    let held = held(&app).await?;
    show(&app, held.as_ref()).await?;
    let ContactPlan::Confirm { yes } = plan else {
        return tell(&app).await;
    };
    if held.is_none() {
        say("Nothing is held back: mail goes to clients.");
        return Ok(());
    }
    if !yes {
        let answer = ask(
            None,
            "May mail go to every client who is not on this list? Type yes",
            "--yes",
            None,
        )?;
        if answer != "yes" {
            return Err(Failure::Failed(
                "not confirmed; mail to clients is still held back".to_owned(),
            ));
        }
    }
    app.writer
        .run(|tx| Box::pin(async move { epoch::confirm(tx).await.map_err(Unavailable::from) }))
        .await
        .map_err(Failure::because)?;
    say("Confirmed. Mail goes to clients again.");
    Ok(())
}

/// A remark, while mail is held back.
pub async fn tell(app: &App) -> Result<(), Failure> {
    if let Some(held) = held(app).await? {
        aside(words(&held));
    }
    Ok(())
}

/// What happened, what it means, what to do.
pub fn words(held: &Held) -> String {
    format!(
        "This database is an older copy, in place since {}: all that was live in it has ended, \
         and mail to clients is held back. Look who must get none, then let it go: \
         `latchkey-auth contact-plan confirm`.",
        moment(held.since)
    )
}

/// To the minute, in UTC: an operator's log has it so, too.
pub fn moment(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string()
}

async fn held(app: &App) -> Result<Option<Held>, Failure> {
    let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
    epoch::held(&mut conn).await.map_err(Failure::because)
}

async fn show(app: &App, held: Option<&Held>) -> Result<(), Failure> {
    let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
    let replaced = held.and_then(|held| held.replaced.as_ref());
    let replaced: Option<PathBuf> = match (replaced, app.config.database_path()) {
        (Some(name), Ok(path)) => Some(path.with_file_name(name)),
        _ => None,
    };
    let plans = epoch::plans(&mut conn, replaced.as_deref())
        .await
        .map_err(Failure::because)?;
    if plans.no_mail.is_empty() {
        say("No client is marked for no mail.");
    } else {
        say("Clients whose mailbox gets no mail:");
    }
    for (id, name) in &plans.no_mail {
        say(format_args!("  {id}  {name}"));
    }
    let Some(held) = held else { return Ok(()) };
    let from = held
        .lost_from
        .map_or_else(|| "its beginning".to_owned(), moment);
    let until = held.lost_until.unwrap_or(held.since);
    say(format_args!(
        "What happened from {from} to {} is not in this database.",
        moment(until)
    ));
    match &plans.lost {
        Some(lost) => {
            if lost.is_empty() {
                say("The database it replaced knew nothing else about any client.");
            } else {
                say("The database it replaced knew that since then:");
            }
            for change in lost {
                say(format_args!(
                    "  {}  {} {}",
                    change.client, change.name, change.what
                ));
            }
        }
        None => say(
            "The database it replaced cannot be read here, so nobody can list what is lost: ask \
             whoever took calls in that time who asked for no mail.",
        ),
    }
    say("Mark whoever is missing first: `latchkey-auth client no-mail ID on`.");
    Ok(())
}
