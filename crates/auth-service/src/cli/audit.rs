//! `latchkey-auth audit …`

use std::io::{BufWriter, ErrorKind, stdout};

use clap::Subcommand;
use latchkey_protocol::ClientId;

use super::words::{aside, say};
use super::{Failure, Flags, open, there};
use crate::event::{self, Corrected, Export, ExportError, Wanted};
use crate::{db, epoch};

#[derive(Subcommand)]
pub enum Audit {
    /// Check that no event was changed, cut off or replaced; names the first that was
    Verify,
    /// Write the events as JSON, one a line; that is itself an event
    Export {
        /// Only what is about this client
        #[arg(long, value_name = "ID")]
        client: Option<String>,
        /// Only from this day (2026-03-01) or moment (2026-03-01T09:00:00Z) on
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// As a sheet (CSV) instead
        #[arg(long)]
        csv: bool,
    },
}

pub async fn run(flags: &Flags, audit: Audit) -> Result<(), Failure> {
    match audit {
        Audit::Verify => verify(flags).await,
        Audit::Export { client, since, csv } => {
            let wanted = Wanted {
                client: client.map(ClientId),
                since,
            };
            export(flags, wanted, csv).await
        }
    }
}

/// Without opening the service: a log that was tampered with is refused there.
async fn verify(flags: &Flags) -> Result<(), Failure> {
    let (path, keys) = there(&flags.config()?)?;
    // Before the log: the service may write on meanwhile.
    let known = epoch::remembered(&keys).map_err(Failure::because)?;
    let mut conn = db::look(&path).await.map_err(Failure::because)?;
    let events = event::verify(&mut conn, &keys)
        .await
        .map_err(Failure::because)?;
    epoch::reaches(&mut conn, &known)
        .await
        .map_err(Failure::because)?;
    say(format_args!("{events} events, none changed or missing."));
    for Corrected { position, name } in event::corrected(&mut conn)
        .await
        .map_err(Failure::because)?
    {
        aside(format_args!(
            "Beside the event at position {position}, the personal value {name:?} is not the \
             one it was written with. The log itself is whole."
        ));
    }
    Ok(())
}

async fn export(flags: &Flags, wanted: Wanted, csv: bool) -> Result<(), Failure> {
    let app = open(flags.config()?).await?;
    let export = app
        .writer
        .run(|tx| Box::pin(Export::begin(tx, wanted)))
        .await
        .map_err(failure)?;
    let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
    let mut out = BufWriter::new(stdout().lock());
    let written = if csv {
        export.write_sheet(&mut conn, &mut out).await
    } else {
        export.write(&mut conn, &mut out).await
    };
    match written {
        Ok(events) => {
            aside(format_args!(
                "{events} events. They hold personal values: keep them as you keep the records."
            ));
            Ok(())
        }
        // A reader that went away (`| head`) is no failure of ours.
        Err(ExportError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(failure(error)),
    }
}

/// Mistakes in what was typed end with 2.
fn failure(error: ExportError) -> Failure {
    match error {
        ExportError::NoDate(_) => Failure::Usage(error.to_string()),
        other => Failure::because(other),
    }
}
