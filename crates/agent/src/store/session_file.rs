//! The session, sealed under the key that is only in the keychain (RULES S5).

use std::{io, io::Write, path::Path};

use zeroize::Zeroizing;

use super::erase as erase_file;
use crate::{random::Random, secret::RootKey};

/// The file's name, below the data folder.
pub const SESSION_FILE: &str = "session.sealed";
const PURPOSE: &str = "latchkey session 1";
const LONGEST: u64 = 64 * 1024;

pub(super) fn read(folder: &Path, key: &RootKey) -> Option<Zeroizing<Vec<u8>>> {
    let path = folder.join(SESSION_FILE);
    let length = std::fs::metadata(&path).ok()?.len();
    if length > LONGEST {
        tracing::warn!("the sealed session is not ours");
        return None;
    }
    let sealed = std::fs::read(&path).ok()?;
    let opened = key.open(PURPOSE, &sealed);
    if opened.is_none() {
        tracing::warn!("the sealed session cannot be opened");
    }
    opened
}

/// Written beside and renamed: a cut at any moment leaves the old one or the new one.
pub(super) fn write(
    folder: &Path,
    key: &RootKey,
    session: &[u8],
    random: &dyn Random,
) -> io::Result<()> {
    let sealed = key
        .seal(PURPOSE, session, random)
        .ok_or_else(|| io::Error::other("sealing failed"))?;
    let beside = folder.join(format!("{SESSION_FILE}.new"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&sealed)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&beside, folder.join(SESSION_FILE))
}

pub(super) fn erase(folder: &Path) {
    erase_file(&folder.join(SESSION_FILE));
    erase_file(&folder.join(format!("{SESSION_FILE}.new")));
}
