//! Everything of Latchkey's on this computer, and its end. One list: what is added to a
//! folder is added here (a test walks what is left).

use std::{io, path::Path, sync::Arc};

use latchkey_view::{Keychain, LOCK_FILE, Left, Places, SOCKET_FILE};

use crate::{
    files::write_private,
    lock::{MARK_FILE, PASSPHRASE_FILE},
    log::LOG_FILE,
    os::{ICON_FILE, KeychainThread, Os, SHOWN_FILE, Start, StartError},
    quiet::QUIET_FILE,
    settings::SETTINGS_FILE,
    store::{CACHE_FILE, OUTBOX_FILE, PROBE_FILE, SESSION_FILE},
};

/// Says, below the data folder, that everything is to be deleted; it goes last. A run that
/// is cut half-way is finished by the next one.
const OWED_FILE: &str = "erasing";

/// Beginnings of names: what is written beside a file and put aside goes with it.
const DATA: &[&str] = &[
    CACHE_FILE,
    OUTBOX_FILE,
    // What a cut leaves beside it.
    "outbox.new",
    SESSION_FILE,
    PASSPHRASE_FILE,
];
const STATE: &[&str] = &[LOG_FILE, latchkey_view::WINDOW_LOG_FILE, QUIET_FILE];
const CONFIG: &[&str] = &[SETTINGS_FILE, latchkey_view::WINDOW_FILE];
const RUNTIME: &[&str] = &[SOCKET_FILE, LOCK_FILE, MARK_FILE, ICON_FILE, SHOWN_FILE];

/// From here on it will be done.
///
/// # Errors
/// When the mark cannot be written; deleting can be tried all the same.
pub fn begin(places: &Places) -> io::Result<()> {
    write_private(&places.data.join(OWED_FILE), b"")
}

/// An earlier run began it and did not come to its end.
#[must_use]
pub fn is_owed(places: &Places) -> bool {
    places.data.join(OWED_FILE).exists()
}

/// Deletes what can be deleted while the agent and the window are running, after [`begin`].
pub async fn everything(places: &Places, keychain: &KeychainThread, os: Arc<dyn Os>) -> Vec<Left> {
    let mut left = files(places);
    let stopping = tokio::task::spawn_blocking(move || os.start_at_log_in(Start::No));
    if let Ok(Err(StartError(file))) = stopping.await {
        left.push(Left::File {
            path: file.display().to_string(),
        });
    }
    match keychain.forget().await {
        // Without a keychain nothing was kept in one.
        Ok(()) | Err(Keychain::Absent) => {}
        Err(why) => left.push(Left::Key {
            name: places.name(),
            why,
        }),
    }
    left
}

/// Deletes the rest, once the window is gone: nothing writes here any more.
pub fn last(places: &Places) {
    files(places);
    remove(&places.data.join(OWED_FILE), &mut Vec::new());
    for name in RUNTIME {
        remove_beginning(&places.runtime, name, &mut Vec::new());
    }
    // Only where they are empty: what somebody else put there is not ours.
    for folder in [&places.config, &places.state, &places.data, &places.runtime] {
        let _ = std::fs::remove_dir(folder);
    }
}

/// What an earlier run began, before anything of this one is written.
pub async fn finish(places: &Places, keychain: &KeychainThread, os: Arc<dyn Os>) {
    // What is left now was named when it was asked for, or is in the way of nobody.
    drop(everything(places, keychain, os).await);
    remove(&places.data.join(OWED_FILE), &mut Vec::new());
}

fn files(places: &Places) -> Vec<Left> {
    let mut left = Vec::new();
    let folders = [
        (&places.data, DATA),
        (&places.state, STATE),
        (&places.config, CONFIG),
    ];
    for (folder, names) in folders {
        for name in names {
            remove_beginning(folder, name, &mut left);
        }
    }
    remove(&places.data.join(PROBE_FILE), &mut left);
    for folder in places.window_folders() {
        remove(&folder, &mut left);
    }
    left
}

fn remove_beginning(folder: &Path, beginning: &str, left: &mut Vec<Left>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(beginning) {
            remove(&entry.path(), left);
        }
    }
}

fn remove(path: &Path, left: &mut Vec<Left>) {
    // Of the name itself: a link to elsewhere goes, and what it leads to stays.
    let removed = match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    if let Err(error) = removed
        && error.kind() != io::ErrorKind::NotFound
    {
        left.push(Left::File {
            path: path.display().to_string(),
        });
    }
}
