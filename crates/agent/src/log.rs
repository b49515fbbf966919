//! The log: a file of bounded size in the state folder, and standard error. It holds
//! ids and codes, never a PIN, token, address, name or message text (RULES S8).

use std::{io, path::Path, process::exit, sync::Mutex};

use latchkey_view::Rolling;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// The log's file, below the state folder; the one before it ends in `.1`.
pub const LOG_FILE: &str = "latchkey-agent.log";

/// As the language's own end after a panic.
const PANICKED: i32 = 101;

/// Starts logging, and has a panic leave its trace and end the agent: a part that is missing
/// would be missed by nobody, and whoever started it starts it again. Everything that counts
/// is on disk at any moment.
pub fn start(folder: &Path) {
    let level = std::env::var("LATCHKEY_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    // Of the libraries only what went wrong: their traces quote what they carry.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("latchkey", level);
    let file = Rolling::open(folder.join(LOG_FILE));
    let to_file = file
        .map(|file| fmt::layer().with_ansi(false).with_writer(Mutex::new(file)))
        .ok();
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_ansi(false).with_writer(io::stderr))
        .with(to_file)
        .try_init();
    std::panic::set_hook(Box::new(|panic| {
        // Where, not what: a panic's words may quote what was being handled.
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "a part of the agent failed, and so it ends");
        exit(PANICKED);
    }));
}
