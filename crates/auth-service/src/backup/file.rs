//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The path with something after its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder a file lies in.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// An empty file of its owner alone; one that a crash left behind is taken away.
pub(super) fn draft(path: &Path) -> io::Result<File> {
    remove(path)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// A copy of its owner alone, on disk.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = draft(to)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

/// Takes it away, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives a file its second name, unless something has that name.
pub(super) fn name(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Ok(()) => remove(draft)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        // Not every stick knows second names.
        Err(_) if path.try_exists()? => return Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(draft, path)?,
    }
    sync(folder(path))
}

/// The names in a folder are on disk.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
