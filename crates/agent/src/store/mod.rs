//! The sealed cache, the sealed session, and what is this person's own, on a thread of
//! their own.

mod cache;
mod disk;
mod journal;
mod own;
mod session_file;
mod shelf;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, mpsc},
};

use indexmap::IndexMap;
use latchkey_protocol::{HelpRequest, Position, RequestId};
use latchkey_view::{NoteId, StorageFault};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{os::Thread, random::Random, secret::RootKey, summary::Summary};
pub use disk::PROBE_FILE;
pub use own::{DraftOf, Mark, Note, Own, Owner, Snooze};
pub use session_file::SESSION_FILE;
use shelf::Shelf;

/// The cache's file, below the data folder.
pub const CACHE_FILE: &str = "cache.db";
/// The file of read-marks, drafts and queued notes, below the data folder.
pub const OUTBOX_FILE: &str = "outbox.sealed";

/// What was on disk.
#[derive(Default)]
pub struct Loaded {
    /// The requests, in short.
    pub requests: IndexMap<RequestId, Summary>,
    /// Those of them that were written last, whole.
    pub documents: Vec<HelpRequest>,
    /// The last position of the feed that is in the cache.
    pub position: Option<Position>,
    /// What each person did here.
    pub own: HashMap<Owner, Own>,
    /// The session, as it was sealed.
    pub session: Option<Zeroizing<Vec<u8>>>,
}

/// Something to write.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A request as it stands, and the position it came at.
    Put(Box<HelpRequest>, Position),
    /// Erase a request; its position is the feed's.
    Erase(RequestId, Option<Position>),
    /// Erase all requests and the position.
    Reset,
    /// The whole cache anew: the file failed, or there was none until now.
    Refill(Vec<HelpRequest>, Option<Position>),
    /// Whose is what follows.
    For(Owner),
    /// What this person did.
    Mark(RequestId, Mark),
    /// Erase the marks of requests that are long gone.
    ForgetMark(RequestId),
    /// A note that is being written; nothing where it is empty.
    Draft(RequestId, DraftOf, String),
    /// A note that waits, or was refused.
    Note(Note),
    /// A note that the practice has, or that was put away.
    ForgetNote(NoteId),
}

impl Write {
    /// Something of the service's is to be on this computer no more.
    const fn erases(&self) -> bool {
        matches!(self, Self::Erase(..) | Self::Reset)
    }
}

enum Job {
    Write(Write),
    Read(RequestId, oneshot::Sender<Option<HelpRequest>>),
    KeepNote(Note, oneshot::Sender<bool>),
    KeepSession(Zeroizing<Vec<u8>>, oneshot::Sender<()>),
    Wipe,
    Look,
    Flush(oneshot::Sender<()>),
    Close(oneshot::Sender<()>),
}

/// Told when the cache has failed and is off until a [`Write::Refill`].
pub type OnLost = Box<dyn Fn() + Send>;

/// Told why the folder cannot be written, and when it can again.
pub type OnDisk = Box<dyn Fn(Option<StorageFault>) + Send>;

/// Where to keep things, and by what.
pub struct Place {
    /// Below this folder.
    pub folder: PathBuf,
    /// Sealed under this key.
    pub key: Arc<RootKey>,
    /// An unlocked keychain definitely had no key: what is there can never be opened
    /// again, and is wiped.
    pub fresh: bool,
    /// For what is sealed.
    pub random: Arc<dyn Random>,
    /// Told when the cache fails.
    pub on_lost: OnLost,
    /// Told how the folder does.
    pub on_disk: OnDisk,
    /// Where it is done.
    pub thread: Thread,
}

/// The way to the thread. Without a key nothing is kept beyond this run.
#[derive(Clone)]
pub struct Store(Arc<OnceLock<Way>>);

#[derive(Clone)]
struct Way {
    jobs: mpsc::Sender<Job>,
    thread: Thread,
    /// Only ever looked into on the thread; empty until it was opened there.
    shelf: Arc<Mutex<Option<Shelf>>>,
}

impl Store {
    /// Keeps nothing, until it takes the place of one that does.
    #[must_use]
    pub fn nowhere() -> Self {
        Self(Arc::default())
    }

    /// Opens what is there.
    pub async fn open(place: Place) -> (Self, Loaded) {
        let (loaded, opened) = oneshot::channel();
        let (jobs, todo) = mpsc::channel();
        let (thread, shelf) = (place.thread.clone(), Arc::new(Mutex::new(None)));
        let empty = shelf.clone();
        thread.run(move || {
            let (shelf, found) = Shelf::open(place, todo);
            *empty.lock().unwrap_or_else(PoisonError::into_inner) = Some(shelf);
            let _ = loaded.send(found);
        });
        let found = opened.await.unwrap_or_default();
        let way = Way {
            jobs,
            thread,
            shelf,
        };
        (Self(Arc::new(OnceLock::from(way))), found)
    }

    /// From now on, and for everybody who holds this one, that one keeps things.
    pub fn becomes(&self, other: &Self) {
        if let Some(way) = other.0.get() {
            let _ = self.0.set(way.clone());
        }
    }

    /// Writes, some time soon.
    pub fn write(&self, write: Write) {
        self.send(Job::Write(write));
    }

    /// A request, as everything asked for so far has left it.
    pub async fn read(&self, id: RequestId) -> Option<HelpRequest> {
        let (answer, read) = oneshot::channel();
        self.send(Job::Read(id, answer));
        read.await.ok().flatten()
    }

    /// Keeps a note; returns once it is on disk, or false where that cannot be.
    pub async fn keep_note(&self, note: Note) -> bool {
        if self.0.get().is_none() {
            // For this run only, as the window says.
            return true;
        }
        let (done, kept) = oneshot::channel();
        self.send(Job::KeepNote(note, done));
        kept.await.unwrap_or(false)
    }

    /// Seals the session; returns once it is on disk.
    pub async fn keep_session(&self, session: Zeroizing<Vec<u8>>) {
        let (done, wait) = oneshot::channel();
        self.send(Job::KeepSession(session, done));
        let _ = wait.await;
    }

    /// Erases everything, before anything that is asked for later.
    pub fn wipe(&self) {
        self.send(Job::Wipe);
    }

    /// Looks whether a folder that could not be written can be by now.
    pub fn look(&self) {
        self.send(Job::Look);
    }

    /// Returns once everything asked for so far is on disk.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        self.send(Job::Flush(done));
        let _ = wait.await;
    }

    /// Returns once everything asked for so far is on disk and the files are let go of;
    /// what is asked for later is not kept.
    pub async fn close(&self) {
        let (done, wait) = oneshot::channel();
        self.send(Job::Close(done));
        let _ = wait.await;
    }

    fn send(&self, job: Job) {
        let Some(way) = self.0.get() else { return };
        // Without the thread there is only this run's memory; it was logged.
        let _ = way.jobs.send(job);
        let place = way.shelf.clone();
        way.thread.run(move || {
            if let Some(opened) = &mut *place.lock().unwrap_or_else(PoisonError::into_inner) {
                opened.work();
            }
        });
    }
}

fn erase(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::error!(kind = ?error.kind(), "a file could not be erased");
    }
}

/// A folder where a file of ours belongs is not ours to erase: it gets another name.
fn set_aside_a_folder(path: &Path) {
    let is_folder = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder {
        return;
    }
    for number in 1..100 {
        let mut aside = path.as_os_str().to_owned();
        aside.push(format!(".aside-{number}"));
        let aside = PathBuf::from(aside);
        if std::fs::symlink_metadata(&aside).is_err() {
            tracing::warn!("a folder stood where a file belongs; it was renamed");
            if let Err(error) = std::fs::rename(path, aside) {
                tracing::error!(kind = ?error.kind(), "the folder could not be renamed");
            }
            return;
        }
    }
}
