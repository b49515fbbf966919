//! `latchkey-auth backup` and `restore`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::words::{aside, say};
use super::{Failure, Flags, contact_plan, open};
use crate::backup::{self, BackupError};
use crate::clock::SystemClock;
use crate::keys::Keys;
use crate::random::SystemRandom;

#[derive(Args)]
pub struct Backup {
    /// Where the copy goes
    file: PathBuf,
    /// Replace a file of that name
    #[arg(long)]
    overwrite: bool,
}

#[derive(Args)]
pub struct Restore {
    /// The copy, as `backup` made it
    file: PathBuf,
}

pub async fn make(flags: &Flags, wanted: Backup) -> Result<(), Failure> {
    let app = open(flags.config()?).await?;
    contact_plan::tell(&app).await?;
    let made = backup::make(&app, &wanted.file, wanted.overwrite)
        .await
        .map_err(|error| match error {
            BackupError::There(_) | BackupError::Itself(_) => Failure::Usage(error.to_string()),
            other => Failure::because(other),
        })?;
    say(format_args!(
        "{} holds {} events in {} KiB, checked.",
        wanted.file.display(),
        made.events,
        made.bytes.div_ceil(1_024)
    ));
    aside(format_args!(
        "It holds personal values: keep it as you keep the records. The keys are not in it and \
         are needed with it: keep a copy of {} elsewhere.",
        app.config.keys_dir.display()
    ));
    Ok(())
}

pub async fn restore(flags: &Flags, wanted: Restore) -> Result<(), Failure> {
    let config = flags.config()?;
    config.check().map_err(Failure::because)?;
    let path = config.database_path().map_err(Failure::because)?;
    let keys = Arc::new(Keys::load(&config.keys_dir).map_err(Failure::because)?);
    let done = backup::restore(
        &wanted.file,
        &path,
        &keys,
        &SystemClock,
        Arc::new(SystemRandom),
    )
    .await
    .map_err(Failure::because)?;
    say(format_args!(
        "{} is in place, as of {}, with {} events.",
        wanted.file.display(),
        contact_plan::moment(done.until),
        done.events
    ));
    if let Some(replaced) = &done.replaced {
        say(format_args!(
            "The database it replaced is kept as {}; delete it when nobody needs it any more.",
            replaced.display()
        ));
    }
    say(
        "Every link, PIN, session, one-time address, queued mail and desktop of it has ended. \
         Staff sign in anew: `latchkey-auth staff invite ID`.",
    );
    say(
        "No mail goes to clients until you have looked at the contact plans: \
         `latchkey-auth contact-plan confirm`.",
    );
    Ok(())
}
