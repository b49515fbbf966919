//! Mails as files, one each, in the order in which they came.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::run::{Outcome, make_folder};

/// The folder of mails; clones share it.
#[derive(Clone)]
pub struct Store {
    folder: PathBuf,
    next: Arc<Mutex<u32>>,
}

impl Store {
    /// Opens a folder, which may hold mails already.
    pub fn open(folder: &Path) -> Outcome<Self> {
        make_folder(folder)?;
        let store = Self {
            folder: folder.to_path_buf(),
            next: Arc::new(Mutex::new(1)),
        };
        if let (Some(newest), Ok(mut next)) = (store.numbers().first(), store.next.lock()) {
            *next = newest + 1;
        }
        Ok(store)
    }

    /// Keeps a mail, written whole before it gets its name.
    pub fn keep(&self, mail: &[u8]) -> Outcome<u32> {
        let mut next = self
            .next
            .lock()
            .map_err(|_| "A thread of the mailbox failed.".to_owned())?;
        let number = *next;
        let draft = self.folder.join("incoming");
        fs::write(&draft, mail)
            .and_then(|()| fs::rename(&draft, self.file(number)))
            .map_err(|why| format!("A mail could not be kept: {why}"))?;
        *next += 1;
        Ok(number)
    }

    /// Numbers of all mails, newest first.
    pub fn numbers(&self) -> Vec<u32> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut numbers: Vec<u32> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name();
                name.to_str()?.strip_suffix(".eml")?.parse().ok()
            })
            .collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers
    }

    /// A mail as it came.
    pub fn read(&self, number: u32) -> Option<Vec<u8>> {
        fs::read(self.file(number)).ok()
    }

    fn file(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number:04}.eml"))
    }
}
