//! A sealed file of small records, each of which opens by itself: what can be read of a
//! damaged one is kept, and a record that another version wrote is kept as it is.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::set_aside_a_folder;
use crate::{random::Random, secret::RootKey};

const PURPOSE: &str = "latchkey outbox 1";
/// Before each record, so that the next one is found behind a damaged one.
const MARK: [u8; 8] = [0xc3, 0x1f, 0x8a, 0x5e, 0x02, 0xd7, 0x94, 0x6b];
const HEAD: usize = MARK.len() + 4;
/// A file that is longer is not ours.
const LONGEST: u64 = 64 * 1024 * 1024;
/// What has been replaced may take this much room, and as much again as what holds.
const WASTE: u64 = 256 * 1024;

/// Whose, of which kind, and which.
pub(super) type Name = (String, String, String);

/// By owner, kind and id; as text, which takes a tenth of the room of a parsed value.
type Entries = BTreeMap<String, BTreeMap<String, BTreeMap<Box<str>, Box<str>>>>;

/// What is kept under a name; nothing takes it away.
#[derive(Serialize, Deserialize)]
struct Record {
    owner: String,
    kind: String,
    id: String,
    value: Option<Value>,
}

pub(super) struct Journal {
    path: PathBuf,
    key: Arc<RootKey>,
    random: Arc<dyn Random>,
    entries: Entries,
    /// As long as we left it: any other length means that somebody was there.
    length: u64,
    /// As long as it was when it held nothing that is replaced.
    clean: u64,
    /// Everything in the file is ours and readable.
    whole: bool,
}

impl Journal {
    /// Reads what can be read.
    pub(super) fn open(path: PathBuf, key: Arc<RootKey>, random: Arc<dyn Random>) -> Self {
        set_aside_a_folder(&path);
        let mut journal = Self {
            path,
            key,
            random,
            entries: Entries::new(),
            length: 0,
            clean: 0,
            whole: true,
        };
        match journal.read() {
            Ok(bytes) => journal.replay(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "what waits to be sent cannot be read");
                journal.whole = false;
            }
        }
        journal
    }

    /// Everything that holds: whose, of which kind, which, and what as JSON.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &str, &str, &str)> {
        self.entries.iter().flat_map(|(owner, kinds)| {
            kinds.iter().flat_map(move |(kind, all)| {
                all.iter()
                    .map(move |(id, value)| (&**owner, &**kind, &**id, &**value))
            })
        })
    }

    /// Changes entries; `durable` returns only once that would survive a power cut.
    ///
    /// # Errors
    /// When it is not in the file. It holds in this run, and the next write tries again.
    pub(super) fn write(
        &mut self,
        changes: Vec<(Name, Option<Value>)>,
        durable: bool,
    ) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for (name, value) in changes {
            self.encode(&name, value.as_ref(), &mut bytes)?;
            self.set(name, value.as_ref());
        }
        let untouched = std::fs::metadata(&self.path).map_or(0, |file| file.len()) == self.length;
        let roomy = self.length <= 2 * self.clean + WASTE;
        let written = if self.whole && untouched && roomy {
            self.append(&bytes, durable)
        } else {
            self.rewrite()
        };
        // Half a record may stand there now.
        self.whole = written.is_ok();
        written
    }

    /// Writes it whole, where the last write failed.
    pub(super) fn mend(&mut self) {
        if !self.whole {
            self.whole = self.rewrite().is_ok();
        }
    }

    /// Takes back a change that could not be written: nobody was told that it holds.
    pub(super) fn take_back(&mut self, name: &Name) {
        self.set(name.clone(), None);
    }

    fn set(&mut self, (owner, kind, id): Name, value: Option<&Value>) {
        match value {
            Some(value) => {
                let of_kind = self.entries.entry(owner).or_default();
                let all = of_kind.entry(kind).or_default();
                all.insert(id.into(), value.to_string().into());
            }
            None => {
                if let Some(of_kind) = self.entries.get_mut(&owner)
                    && let Some(all) = of_kind.get_mut(&kind)
                {
                    all.remove(&*id);
                }
            }
        }
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(&self.path)?
            .take(LONGEST)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn replay(&mut self, bytes: &[u8]) {
        self.length = bytes.len() as u64;
        self.clean = self.length;
        let mut rest = bytes;
        while !rest.is_empty() {
            if let Some((record, after)) = self.decode(rest) {
                rest = after;
                let name = (record.owner, record.kind, record.id);
                self.set(name, record.value.as_ref());
            } else {
                self.whole = false;
                // On to the next mark.
                rest = rest[1..]
                    .windows(MARK.len())
                    .position(|window| window == MARK)
                    .map_or(&[], |at| &rest[1 + at..]);
            }
        }
        if !self.whole {
            tracing::warn!("a part of what waits to be sent was damaged; the rest is kept");
        }
    }

    fn decode<'a>(&self, from: &'a [u8]) -> Option<(Record, &'a [u8])> {
        let rest = from.strip_prefix(&MARK)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (sealed, after) = rest.split_at_checked(length)?;
        let plain = self.key.open(PURPOSE, sealed)?;
        Some((serde_json::from_slice(&plain).ok()?, after))
    }

    fn encode(&self, name: &Name, value: Option<&Value>, into: &mut Vec<u8>) -> io::Result<()> {
        let record = Record {
            owner: name.0.clone(),
            kind: name.1.clone(),
            id: name.2.clone(),
            value: value.cloned(),
        };
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(&record)?);
        let sealed = self
            .key
            .seal(PURPOSE, &plain, &*self.random)
            .ok_or_else(|| io::Error::other("sealing failed"))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        into.reserve(HEAD + sealed.len());
        into.extend(MARK);
        into.extend(length.to_le_bytes());
        into.extend(sealed);
        Ok(())
    }

    fn append(&mut self, bytes: &[u8], durable: bool) -> io::Result<()> {
        let mut file = private(OpenOptions::new().append(true).create(true)).open(&self.path)?;
        file.write_all(bytes)?;
        if durable {
            file.sync_data()?;
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Written beside and renamed: a cut at any moment leaves the old one or the new one.
    fn rewrite(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        for (owner, kind, id, value) in self.entries() {
            let name = (owner.to_owned(), kind.to_owned(), id.to_owned());
            let value = serde_json::from_str(value)?;
            self.encode(&name, Some(&value), &mut bytes)?;
        }
        let beside = self.path.with_extension("new");
        let mut file =
            private(OpenOptions::new().write(true).create(true).truncate(true)).open(&beside)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        drop(file);
        set_aside_a_folder(&self.path);
        std::fs::rename(&beside, &self.path)?;
        sync_folder(&self.path);
        self.length = bytes.len() as u64;
        self.clean = self.length;
        Ok(())
    }
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The new name is on disk, too; where a system cannot say so, the old file is.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}
