//! `latchkey-auth session …`

use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::tz::TimeZone;

use super::words::{aside, say};
use super::{Failure, Flags, open};
use crate::App;
use crate::appointment::{self, Imported, Timetable};
use crate::practice::Practice;
use crate::sheet::BadRow;

#[derive(Subcommand)]
pub enum Session {
    /// Import a calendar (.ics) or a sheet (.csv); the same file twice changes nothing
    Import {
        /// The file
        file: PathBuf,
        /// Leave bad rows out instead of importing nothing
        #[arg(long)]
        skip_bad_rows: bool,
    },
}

pub async fn run(flags: &Flags, session: Session) -> Result<(), Failure> {
    match session {
        Session::Import {
            file,
            skip_bad_rows,
        } => import(flags, &file, skip_bad_rows).await,
    }
}

async fn import(flags: &Flags, file: &Path, skip: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::Failed(format!("cannot read {}: {error}", file.display())))?;
    let app = open(flags.config()?).await?;
    let zone = zone(&app).await?;
    let mut table = Timetable::read(&bytes, &zone, app.now()).map_err(Failure::because)?;
    if !table.unknown.is_empty() {
        aside(format_args!(
            "Columns that are left out: {}",
            table.unknown.join(", ")
        ));
    }
    let nobodys = table.nobodys;
    let mut bad = std::mem::take(&mut table.bad);
    // Read on in any case, so that one run names every bad row.
    let stop = !bad.is_empty() && !skip;
    let done = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let done = appointment::import(tx, table, skip).await?;
                if stop {
                    Err(Stopped::Bad(done.bad))
                } else {
                    Ok(done)
                }
            })
        })
        .await;
    let done = match done {
        Ok(done) => done,
        Err(Stopped::Bad(more)) => Imported {
            bad: more,
            ..Imported::default()
        },
        Err(Stopped::Unavailable(error)) => return Err(Failure::because(error)),
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
        "{} added, {} changed, {} removed, {} unchanged, {} rows left out",
        done.added,
        done.changed,
        done.removed,
        done.unchanged,
        bad.len()
    ));
    if done.out_of_time > 0 {
        say(format_args!(
            "Sessions that are over or more than a year away, and so not imported: {}",
            done.out_of_time
        ));
    }
    if nobodys > 0 {
        say(format_args!(
            "Events that nobody is invited to, and so no sessions: {nobodys}"
        ));
    }
    Ok(())
}

/// Where times hang that the file gives no zone for.
async fn zone(app: &App) -> Result<TimeZone, Failure> {
    let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
    let practice = Practice::load(&mut conn).await.map_err(Failure::because)?;
    let practice = practice.ok_or_else(|| {
        Failure::Failed(
            "no practice is set up in this database; run `latchkey-auth init` first".to_owned(),
        )
    })?;
    TimeZone::get(&practice.time_zone).map_err(Failure::because)
}

enum Stopped {
    Bad(Vec<BadRow>),
    Unavailable(crate::db::Unavailable),
}

impl From<crate::db::Unavailable> for Stopped {
    fn from(error: crate::db::Unavailable) -> Self {
        Self::Unavailable(error)
    }
}
