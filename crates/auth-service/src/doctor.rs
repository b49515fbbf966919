//! `latchkey-auth doctor`: what is well, and what to mend, in words. It changes nothing
//! and prints no secret.

mod address;
mod database;
mod keys;
mod mail;
mod time;

use sqlx::SqliteConnection;

use crate::clock::Clock;
use crate::config::Config;
use crate::db;
use crate::keys::Keys;

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Well.
    Good,
    /// Worth a look.
    Look,
    /// To be mended.
    Mend,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it stands.
    pub level: Level,
    /// What was found, what it means, what to do.
    pub words: String,
}

impl Finding {
    pub(super) fn good(words: impl Into<String>) -> Self {
        Self::of(Level::Good, words)
    }

    pub(super) fn look(words: impl Into<String>) -> Self {
        Self::of(Level::Look, words)
    }

    pub(super) fn mend(words: impl Into<String>) -> Self {
        Self::of(Level::Mend, words)
    }

    fn of(level: Level, words: impl Into<String>) -> Self {
        Self {
            level,
            words: words.into(),
        }
    }
}

/// Looks at everything, in an order in which each thing explains the next.
pub async fn examine(config: &Config, clock: &dyn Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    match config.check() {
        Ok(()) => findings.push(Finding::good("The settings can be used.")),
        Err(error) => findings.push(Finding::mend(format!(
            "The settings cannot be used: {error}."
        ))),
    }
    findings.extend(keys::folder(config));
    let keys = match Keys::load(&config.keys_dir) {
        Ok(keys) => {
            findings.push(Finding::good(
                "The root key is there and is its owner's alone.",
            ));
            Some(keys)
        }
        Err(error) => {
            findings.push(Finding::mend(format!("{error}.")));
            None
        }
    };
    let mut running = false;
    if let Ok(path) = config.database_path() {
        findings.extend(database::file(&path));
        if path.exists() {
            running = database::is_open(&path);
            match db::look(&path).await {
                Ok(mut conn) => {
                    findings.extend(contents(&mut conn, keys, clock).await);
                }
                Err(error) => findings.push(Finding::mend(format!("{error}."))),
            }
        }
    }
    findings.extend(mail::way_out(config).await);
    findings.extend(address::look(config, running).await);
    findings
}

async fn contents(
    conn: &mut SqliteConnection,
    keys: Option<Keys>,
    clock: &dyn Clock,
) -> Vec<Finding> {
    let mut findings = database::inside(conn).await;
    if findings.iter().any(|finding| finding.level == Level::Mend) {
        return findings;
    }
    if let Some(keys) = keys {
        findings.extend(database::history(conn, keys).await);
    }
    findings.extend(mail::queue(conn, clock.now()).await);
    findings.extend(time::clock(conn, clock.now()).await);
    findings
}
