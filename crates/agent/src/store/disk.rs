//! Whether the data folder can be written, found out by writing into it.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use latchkey_view::StorageFault;

use super::OnDisk;

/// Written and taken away again, below the data folder.
pub const PROBE_FILE: &str = "probe";
/// As much room as the next writes may need.
const ROOM: usize = 64 * 1024;

pub(super) struct Disk {
    folder: PathBuf,
    tell: OnDisk,
    fault: Option<StorageFault>,
}

impl Disk {
    pub(super) const fn new(folder: PathBuf, tell: OnDisk) -> Self {
        Self {
            folder,
            tell,
            fault: None,
        }
    }

    /// True when it can be written; whoever is told hears of each change.
    pub(super) fn look(&mut self) -> bool {
        let found = probe(&self.folder).err().map(|error| fault(&error));
        if found != self.fault {
            self.fault = found;
            (self.tell)(found);
        }
        found.is_none()
    }
}

fn probe(folder: &Path) -> io::Result<()> {
    let path = folder.join(PROBE_FILE);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let written = options.open(&path).and_then(|mut file| {
        file.write_all(&vec![0; ROOM])
            .and_then(|()| file.sync_all())
    });
    // Where it could not be made there is nothing to take away.
    let _ = std::fs::remove_file(&path);
    written
}

fn fault(error: &io::Error) -> StorageFault {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StorageFault::Full,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StorageFault::ReadOnly,
        _ => StorageFault::Failing,
    }
}
