//! The window's log: a file of bounded size in the state folder, and standard error. It
//! holds codes and places in the program, never anything of a client (RULES S8).

use std::{io, path::Path, sync::Mutex};

use latchkey_view::{Rolling, WINDOW_LOG_FILE};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts logging.
pub fn start(folder: &Path) {
    let level = std::env::var("LATCHKEY_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    // Of the libraries only what went wrong: their traces quote what they carry.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("latchkey", level);
    let file = Rolling::open(folder.join(WINDOW_LOG_FILE));
    let to_file = file
        .map(|file| fmt::layer().with_ansi(false).with_writer(Mutex::new(file)))
        .ok();
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_ansi(false).with_writer(io::stderr))
        .with(to_file)
        .try_init();
}
