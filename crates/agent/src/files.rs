//! Small files, written in order on a thread of their own.

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use latchkey_view::{Places, make_private};
use tokio::sync::oneshot;

use crate::{
    lock::{LockMark, MARK_FILE, PASSPHRASE_FILE},
    os::Thread,
    quiet::{QUIET_FILE, QuietMark},
    settings::Settings,
};

/// Something to keep.
pub enum Keep {
    /// The settings.
    Settings(Settings),
    /// Whether it is locked; `None` where nobody is signed in.
    Mark(Option<LockMark>),
    /// What the person wants to be quiet for, or nothing.
    Quiet(Option<QuietMark>),
    /// The sealed passphrase, or that there is none.
    Passphrase(Option<Vec<u8>>),
}

/// The way to the thread.
pub struct Files(Option<(Thread, Arc<Places>)>);

impl Files {
    /// Keeps nothing.
    #[must_use]
    pub const fn nowhere() -> Self {
        Self(None)
    }

    /// Keeps them in their folders.
    #[must_use]
    pub fn in_places(places: Places, thread: Thread) -> Self {
        Self(Some((thread, Arc::new(places))))
    }

    /// Returns once everything asked for is on disk; nothing more is kept.
    pub async fn close(self) {
        if let Some((thread, _)) = self.0 {
            let (done, ended) = oneshot::channel();
            thread.run(move || {
                let _ = done.send(());
            });
            let _ = ended.await;
        }
    }

    /// Some time soon, in order.
    pub fn keep(&self, what: Keep) {
        let Some((thread, places)) = &self.0 else {
            return;
        };
        let places = places.clone();
        // The thread lives as long as this.
        thread.run(move || {
            if let Err(error) = write(&places, &what) {
                tracing::error!(kind = ?error.kind(), "a small file could not be kept");
            }
        });
    }
}

fn write(places: &Places, what: &Keep) -> io::Result<()> {
    match what {
        Keep::Settings(settings) => settings.write(&places.config),
        Keep::Mark(Some(mark)) => {
            write_private(&places.runtime.join(MARK_FILE), &serde_json::to_vec(mark)?)
        }
        Keep::Mark(None) => remove(&places.runtime.join(MARK_FILE)),
        Keep::Quiet(Some(mark)) => {
            write_private(&places.state.join(QUIET_FILE), &serde_json::to_vec(mark)?)
        }
        Keep::Quiet(None) => remove(&places.state.join(QUIET_FILE)),
        Keep::Passphrase(Some(sealed)) => write_private(&places.data.join(PASSPHRASE_FILE), sealed),
        Keep::Passphrase(None) => remove(&places.data.join(PASSPHRASE_FILE)),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a file that only this user can read, beside and renamed: a cut at any moment
/// leaves the old one or the new one.
///
/// # Errors
/// What the file system says.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent()
        && !folder.exists()
    {
        make_private(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(beside, path)
}
