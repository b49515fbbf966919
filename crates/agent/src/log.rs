//! The log: a file of bounded size in the state folder, and standard error. It holds
//! ids and codes, never a PIN, token, address, name or message text (RULES S8).

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::store::make_private;

/// The log's file, below the state folder; the one before it ends in `.1`.
pub const LOG_FILE: &str = "latchkey-agent.log";
const LONGEST: u64 = 2 * 1024 * 1024;

/// Starts logging, and has a panic leave its trace.
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
        tracing::error!(place, "a part of the agent failed");
    }));
}

/// A file that is put aside when it is long enough.
struct Rolling {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Rolling {
    fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        let file = append_to(&path)?;
        let length = file.metadata()?.len();
        Ok(Self { path, file, length })
    }

    fn roll(&mut self) -> io::Result<()> {
        let mut aside = self.path.as_os_str().to_owned();
        aside.push(".1");
        std::fs::rename(&self.path, aside)?;
        self.file = append_to(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Write for Rolling {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.length >= LONGEST {
            self.roll()?;
        }
        let written = self.file.write(line)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_grows_beyond_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Rolling::open(folder.path().join(LOG_FILE)).unwrap();
        let line = vec![b'x'; 64 * 1024];
        for _ in 0..100 {
            log.write_all(&line).unwrap();
        }
        let total: u64 = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        assert!(total <= 2 * (LONGEST + 64 * 1024), "{total}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
