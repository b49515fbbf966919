//! The command line. Exit codes: 0 done, 1 failed, 2 wrong arguments; 75 to a mail system
//! that is to try again.

mod audit;
mod backup;
mod client;
mod contact_plan;
mod doctor;
mod flags;
mod init;
mod mail;
mod serve;
mod session;
mod staff;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::App;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::keys::Keys;
use crate::random::SystemRandom;

pub use flags::Flags;

/// The practice's auth service: sign-in links, PINs, help requests.
#[derive(Parser)]
#[command(name = "latchkey-auth", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up the practice; asks for what is not given, prints the admin's one-time address
    Init(Box<init::Init>),
    /// Serve pages, desktops and mails until told to stop
    Serve,
    /// Import and look at clients
    #[command(subcommand)]
    Client(client::Client),
    /// Add, invite and disable staff
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Import when clients have their sessions
    #[command(subcommand)]
    Session(session::Session),
    /// Take what a mail system pipes here
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Check and export the log of what happened
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Say whose mailbox gets no mail, and confirm it after a restore
    #[command(subcommand)]
    ContactPlan(contact_plan::ContactPlan),
    /// Copy the database to a file, while the service runs; the keys are not in it
    Backup(backup::Backup),
    /// Put a copy in the database's place, with the service stopped
    Restore(backup::Restore),
    /// Bring the database up to date and stop
    Migrate,
    /// Check settings, keys, database, mail, clock and address; says what to mend
    Doctor,
}

/// What went wrong: `Usage` ends with 2, everything else with 1.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failed(String),
    /// Ends with 75 (`EX_TEMPFAIL`): whoever pipes something here tries again.
    #[error("{0}")]
    Later(String),
}

impl Failure {
    fn because(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Reads the arguments and does what they say.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::because)
        .and_then(|runtime| runtime.block_on(command(cli)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            words::aside(format_args!("latchkey-auth: {failure}"));
            ExitCode::from(match failure {
                Failure::Usage(_) => 2,
                Failure::Failed(_) => 1,
                Failure::Later(_) => 75,
            })
        }
    }
}

async fn command(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Init(init) => init::run(&cli.flags, *init).await,
        Command::Serve => serve::run(&cli.flags).await,
        Command::Client(client) => client::run(&cli.flags, client).await,
        Command::Staff(staff) => staff::run(&cli.flags, staff).await,
        Command::Session(session) => session::run(&cli.flags, session).await,
        Command::Mail(mail) => mail::run(&cli.flags, mail).await,
        Command::Audit(audit) => audit::run(&cli.flags, audit).await,
        Command::ContactPlan(plan) => contact_plan::run(&cli.flags, plan).await,
        Command::Backup(backup) => backup::make(&cli.flags, backup).await,
        Command::Restore(restore) => backup::restore(&cli.flags, restore).await,
        Command::Doctor => doctor::run(&cli.flags).await,
        Command::Migrate => {
            let app = open(cli.flags.config()?).await?;
            contact_plan::tell(&app).await?;
            words::say(format_args!("The database is up to date."));
            Ok(())
        }
    }
}

/// Opens the database that is there.
async fn open(config: Config) -> Result<App, Failure> {
    let (_, keys) = there(&config)?;
    with(config, keys).await
}

/// The database that is there, and its keys.
fn there(config: &Config) -> Result<(PathBuf, Keys), Failure> {
    config.check().map_err(Failure::because)?;
    let path = config.database_path().map_err(Failure::because)?;
    if !path.exists() {
        return Err(Failure::Failed(format!(
            "there is no database at {}; run `latchkey-auth init` first, or point --data-dir to it",
            path.display()
        )));
    }
    let keys = Keys::load(&config.keys_dir).map_err(Failure::because)?;
    Ok((path, keys))
}

/// Opens the database, or makes it and its keys. A database without its key is refused.
async fn create(config: Config) -> Result<App, Failure> {
    if config.database_path().is_ok_and(|path| path.exists()) {
        return open(config).await;
    }
    config.check().map_err(Failure::because)?;
    let keys = Keys::load_or_create(&config.keys_dir, &SystemRandom).map_err(Failure::because)?;
    with(config, keys).await
}

async fn with(config: Config, keys: Keys) -> Result<App, Failure> {
    App::open(
        config,
        keys,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(|_| std::process::exit(1)),
    )
    .await
    .map_err(Failure::because)
}
