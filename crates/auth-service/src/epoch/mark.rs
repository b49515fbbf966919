//! The file beside the keys that remembers how far the event log had come.
//!
//! Two lines of a fixed length, written in turns in one write each: whatever happens
//! during one, the other can be read. The greater one counts.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use latchkey_protocol::{Position, UnixMillis};

use crate::event::{Head, hex};
use crate::keys::{Keys, Purpose};

/// Its name in the keys folder.
pub const FILE: &str = "epoch";
/// One line: a sector, so that a power cut spoils one of them at most.
const LINE: usize = 512;
/// A power cut takes no more than this of what it remembers; the end of the process
/// takes nothing. The disk is asked to keep it no more often.
const APART: Duration = Duration::from_millis(100);

/// How far the log had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The epoch.
    pub epoch: i64,
    /// Position of the newest event.
    pub position: Position,
    /// Its time.
    pub at: UnixMillis,
    /// Its hash.
    pub hash: [u8; 32],
}

/// What the keys folder remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// There is no file.
    Nothing,
    /// There is a file that these keys did not write.
    Unreadable,
    /// This.
    Mark(Mark),
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the epoch file {0}: {1}; the service must be able to write in its keys folder")]
pub struct MarkError(PathBuf, #[source] io::Error);

impl Mark {
    pub(crate) fn of(epoch: i64, head: &Head) -> Self {
        Self {
            epoch,
            position: head.position,
            at: head.at,
            hash: head.hash,
        }
    }

    fn rank(&self) -> (i64, i64) {
        (self.epoch, self.position.0)
    }

    fn line(&self, keys: &Keys) -> [u8; LINE] {
        let said = format!(
            "epoch {} position {} at {} hash {}",
            self.epoch,
            self.position.0,
            self.at.0,
            hex(&self.hash)
        );
        let mac = hex(&keys.mac(Purpose::Epoch, said.as_bytes()));
        let text = format!("{said} mac {mac}");
        let mut line = [b' '; LINE];
        for (place, byte) in line.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        line[LINE - 1] = b'\n';
        line
    }

    fn read(line: &[u8], keys: &Keys) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?.trim_end();
        let (said, mac) = text.split_once(" mac ")?;
        if !keys.is_mac(Purpose::Epoch, said.as_bytes(), &unhex(mac)?) {
            return None;
        }
        let words: Vec<&str> = said.split(' ').collect();
        let ["epoch", epoch, "position", position, "at", at, "hash", hash] = words.as_slice()
        else {
            return None;
        };
        Some(Self {
            epoch: epoch.parse().ok()?,
            position: Position(position.parse().ok()?),
            at: UnixMillis(at.parse().ok()?),
            hash: unhex(hash)?.try_into().ok()?,
        })
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// What the keys folder remembers now.
pub fn remembered(keys: &Keys) -> Result<Remembered, MarkError> {
    let path = keys.folder().join(FILE);
    match std::fs::read(&path) {
        Ok(bytes) => {
            Ok(newest(&bytes, keys)
                .map_or(Remembered::Unreadable, |(_, mark)| Remembered::Mark(mark)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Remembered::Nothing),
        Err(error) => Err(MarkError(path, error)),
    }
}

/// The greater line that can be read, and which one it is.
fn newest(bytes: &[u8], keys: &Keys) -> Option<(usize, Mark)> {
    bytes
        .chunks(LINE)
        .take(2)
        .enumerate()
        .filter_map(|(place, line)| Some((place, Mark::read(line, keys)?)))
        .max_by_key(|(_, mark)| mark.rank())
}

/// Writes the file, for as long as a database is open.
pub struct Marker {
    file: Arc<File>,
    path: PathBuf,
    keys: Arc<Keys>,
    epoch: i64,
    disk: Arc<(Mutex<Disk>, Condvar)>,
    syncing: Option<JoinHandle<()>>,
}

/// What the thread that asks the disk is told, and tells.
#[derive(Default)]
struct Disk {
    due: bool,
    leaving: bool,
    refused: bool,
}

impl Marker {
    /// Writes this mark durably, making the file where there is none.
    pub fn open(keys: &Arc<Keys>, mark: &Mark) -> Result<Self, MarkError> {
        let path = keys.folder().join(FILE);
        let bad = |error| MarkError(path.clone(), error);
        let file = Arc::new(durable(&path, keys, mark).map_err(bad)?);
        let disk = Arc::<(Mutex<Disk>, Condvar)>::default();
        let syncing = std::thread::Builder::new()
            .name("epoch".to_owned())
            .spawn({
                let (file, disk) = (file.clone(), disk.clone());
                move || sync(&file, &disk)
            })
            .map_err(bad)?;
        Ok(Self {
            file,
            path,
            keys: keys.clone(),
            epoch: mark.epoch,
            disk,
            syncing: Some(syncing),
        })
    }

    /// Remembers this head. Once it returns, the end of the process takes nothing of it.
    pub fn remember(&self, head: &Head) -> Result<(), MarkError> {
        let bad = |error| MarkError(self.path.clone(), error);
        write(&self.file, &self.keys, &Mark::of(self.epoch, head)).map_err(bad)?;
        let mut disk = lock(&self.disk.0);
        if disk.refused {
            return Err(bad(io::Error::other("the disk refused to keep it")));
        }
        disk.due = true;
        self.disk.1.notify_one();
        Ok(())
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        lock(&self.disk.0).leaving = true;
        self.disk.1.notify_one();
        if let Some(syncing) = self.syncing.take() {
            // A panic there was told where it happened.
            let _ = syncing.join();
        }
    }
}

/// The file, with this mark in it for good. A new one gets its name when it is whole, so
/// that a crash never leaves one that cannot be read.
fn durable(path: &Path, keys: &Keys, mark: &Mark) -> io::Result<File> {
    let open = |path: &Path, new: bool| {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(new)
            .truncate(new)
            .mode(0o600)
            .open(path)
    };
    match open(path, false) {
        Ok(file) => {
            write(&file, keys, mark)?;
            file.sync_all()?;
            return Ok(file);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let draft = path.with_extension("new");
    let file = open(&draft, true)?;
    // Its length never changes again: a full disk cannot stop it.
    file.write_all_at(&[mark.line(keys), [b' '; LINE]].concat(), 0)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    File::open(keys.folder())?.sync_all()?;
    Ok(file)
}

/// In place of the lesser line, unless there is a greater mark already: another process
/// (the command line) may have gone further.
fn write(file: &File, keys: &Keys, mark: &Mark) -> io::Result<()> {
    file.lock()?;
    let turn = || -> io::Result<()> {
        let mut bytes = [0; 2 * LINE];
        let mut read = 0;
        while read < bytes.len() {
            match file.read_at(&mut bytes[read..], read as u64)? {
                0 => break,
                more => read += more,
            }
        }
        let place = match newest(&bytes[..read], keys) {
            Some((_, known)) if known.rank() >= mark.rank() => return Ok(()),
            Some((place, _)) => 1 - place,
            None => 0,
        };
        file.write_all_at(&mark.line(keys), (place * LINE) as u64)
    };
    let written = turn();
    file.unlock()?;
    written
}

fn sync(file: &File, shared: &(Mutex<Disk>, Condvar)) {
    let (state, told) = shared;
    loop {
        let waiting = |disk: &mut Disk| !disk.due && !disk.leaving;
        let mut disk = told
            .wait_while(lock(state), waiting)
            .unwrap_or_else(PoisonError::into_inner);
        if !disk.due {
            return;
        }
        disk.due = false;
        drop(disk);
        if file.sync_data().is_err() {
            lock(state).refused = true;
            return;
        }
        // Whoever leaves is not kept waiting.
        drop(told.wait_timeout_while(lock(state), APART, |disk| !disk.leaving));
    }
}

fn lock(state: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
