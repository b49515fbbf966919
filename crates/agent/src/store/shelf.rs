//! What the store's thread owns and does.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
};

use super::{
    CACHE_FILE, Job, Loaded, Note, OUTBOX_FILE, OnLost, Owner, Place, Write,
    cache::{Cache, erase_cache},
    disk::Disk,
    erase,
    journal::Journal,
    own, session_file,
};
use latchkey_protocol::{HelpRequest, RequestId};
use latchkey_view::make_private;
use zeroize::Zeroizing;

use crate::{random::Random, secret::RootKey};

/// The files, and by what they open.
pub(super) struct Shelf {
    folder: PathBuf,
    key: Arc<RootKey>,
    random: Arc<dyn Random>,
    on_lost: OnLost,
    disk: Disk,
    /// One that could not be sealed yet.
    session: Option<Zeroizing<Vec<u8>>>,
    cache: Option<Cache>,
    outbox: Journal,
    owner: Owner,
    todo: mpsc::Receiver<Job>,
}

impl Shelf {
    pub(super) fn open(place: Place, todo: mpsc::Receiver<Job>) -> (Self, Loaded) {
        let Place {
            folder,
            key,
            fresh,
            random,
            on_lost,
            on_disk,
            ..
        } = place;
        let mut disk = Disk::new(folder.clone(), on_disk);
        if let Err(error) = make_private(&folder) {
            tracing::error!(kind = ?error.kind(), "the data folder cannot be used");
        }
        // What is read below says nothing of whether anything can be kept.
        disk.look();
        if fresh {
            erase_files(&folder);
        }
        let mut loaded = Loaded::default();
        let cache = Cache::open(&folder.join(CACHE_FILE), &key, &mut loaded);
        let outbox = Journal::open(folder.join(OUTBOX_FILE), key.clone(), random.clone());
        loaded.own = own::read(outbox.entries());
        loaded.session = session_file::read(&folder, &key);
        let mut shelf = Self {
            folder,
            key,
            random,
            on_lost,
            disk,
            session: None,
            cache: None,
            outbox,
            owner: Owner::default(),
            todo,
        };
        match cache {
            Ok(cache) => shelf.cache = Some(cache),
            Err(error) => {
                tracing::error!(%error, "the cache cannot be opened now");
                (shelf.on_lost)();
            }
        }
        (shelf, loaded)
    }

    /// Does everything that waits.
    pub(super) fn work(&mut self) {
        while let Ok(first) = self.todo.try_recv() {
            // What waits is written in one transaction.
            let mut writes = Vec::new();
            let mut jobs = std::iter::once(first).chain(self.todo.try_iter().take(512));
            let mut other = None;
            for job in jobs.by_ref() {
                match job {
                    Job::Write(write) => writes.push(write),
                    job => {
                        other = Some(job);
                        break;
                    }
                }
            }
            self.write_own(&writes);
            self.write_cache(&writes);
            match other {
                Some(Job::Read(id, answer)) => {
                    let _ = answer.send(self.read(&id));
                }
                Some(Job::KeepNote(note, done)) => {
                    let _ = done.send(self.keep_note(note));
                }
                Some(Job::KeepSession(session, done)) => {
                    self.keep_session(session);
                    let _ = done.send(());
                }
                Some(Job::Look) => self.look(),
                Some(Job::Wipe) => self.wipe(),
                Some(Job::Close(done)) => {
                    self.cache = None;
                    let _ = done.send(());
                    return;
                }
                Some(Job::Flush(done)) => {
                    let _ = done.send(());
                }
                Some(Job::Write(_)) | None => {}
            }
        }
    }

    /// A note that is sent, or put away, must not come back: those are durable, too.
    fn write_own(&mut self, writes: &[Write]) {
        let mut changes = Vec::new();
        let mut durable = false;
        for write in writes {
            if let Write::For(owner) = write {
                self.owner = owner.clone();
            }
            durable |= matches!(write, Write::Note(_) | Write::ForgetNote(_));
            changes.extend(own::change(&self.owner, write));
        }
        if let Err(error) = self.outbox.write(changes, durable) {
            tracing::error!(kind = ?error.kind(), "read-marks and drafts could not be written");
            self.disk.look();
        }
    }

    fn keep_session(&mut self, session: Zeroizing<Vec<u8>>) {
        let written = session_file::write(&self.folder, &self.key, &session, &*self.random);
        self.session = None;
        if let Err(error) = written {
            tracing::error!(kind = ?error.kind(), "the session could not be kept");
            self.session = Some(session);
            self.disk.look();
        }
    }

    /// Where the folder can be written again, what it owes is written.
    fn look(&mut self) {
        if self.disk.look() {
            if let Some(session) = self.session.take() {
                self.keep_session(session);
            }
            self.outbox.mend();
        }
    }

    /// A position in the cache promises everything before it, so after a write that
    /// failed nothing is written until all of it is there again.
    fn write_cache(&mut self, writes: &[Write]) {
        let path = self.folder.join(CACHE_FILE);
        let refills = writes
            .iter()
            .rposition(|write| matches!(write, Write::Refill(..)));
        let writes = match refills {
            Some(from) => {
                self.cache = None;
                self.cache = Cache::anew(&path, &self.key).ok();
                &writes[from..]
            }
            None => writes,
        };
        let failed = match &mut self.cache {
            // Whoever deletes the file wants it gone; it comes anew and whole.
            Some(_) if is_gone(&path) => true,
            Some(cache) => match cache.write(writes) {
                Ok(()) => false,
                Err(error) => {
                    tracing::error!(%error, "the cache could not be written");
                    // Before anything is erased, which would make room.
                    self.disk.look();
                    true
                }
            },
            None => refills.is_some(),
        };
        if failed {
            self.cache = None;
            erase_cache(&path);
            (self.on_lost)();
        }
    }

    fn read(&self, id: &RequestId) -> Option<HelpRequest> {
        let read = self.cache.as_ref()?.read(id);
        if let Err(error) = &read {
            tracing::error!(%error, "the cache could not be read");
        }
        read.ok().flatten()
    }

    fn keep_note(&mut self, note: Note) -> bool {
        let name = own::note_name(&self.owner, &note.id);
        let change = own::change(&self.owner, &Write::Note(note));
        match self.outbox.write(change.into_iter().collect(), true) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "a note could not be kept");
                self.disk.look();
                self.outbox.take_back(&name);
                false
            }
        }
    }

    fn wipe(&mut self) {
        self.cache = None;
        self.session = None;
        erase_files(&self.folder);
        let path = self.folder.join(CACHE_FILE);
        self.cache = Cache::anew(&path, &self.key).ok();
        if self.cache.is_none() {
            (self.on_lost)();
        }
        let path = self.folder.join(OUTBOX_FILE);
        self.outbox = Journal::open(path, self.key.clone(), self.random.clone());
    }
}

fn is_gone(path: &Path) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn erase_files(folder: &Path) {
    session_file::erase(folder);
    erase_cache(&folder.join(CACHE_FILE));
    erase(&folder.join(OUTBOX_FILE));
    erase(&folder.join(OUTBOX_FILE).with_extension("new"));
}
