//! The sealed cache and the sealed session, on a thread of their own.

mod cache;
mod session_file;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
};

use latchkey_protocol::{HelpRequest, Position, RequestId, UnixMillis};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{random::Random, secret::RootKey};
use cache::Cache;
pub use session_file::SESSION_FILE;

/// The cache's file, below the data folder.
pub const CACHE_FILE: &str = "cache.db";

/// What this person did with a request, here. Survives a resync (RULES D3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Opened.
    pub read_at: Option<UnixMillis>,
    /// A notification told of it.
    pub shown_at: Option<UnixMillis>,
    /// Opened while offline: the service has not heard of it yet (RULES D9).
    pub seen_owed: bool,
}

/// What was on disk.
#[derive(Default)]
pub struct Loaded {
    /// The requests.
    pub requests: Vec<HelpRequest>,
    /// What this person did with them.
    pub marks: HashMap<RequestId, Mark>,
    /// The last position of the feed that is in the cache.
    pub position: Option<Position>,
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
    /// Erase all requests and the position, not the marks.
    Reset,
    /// What this person did.
    Mark(RequestId, Mark),
    /// Erase the marks of requests that are long gone.
    ForgetMark(RequestId),
}

enum Job {
    Write(Write),
    KeepSession(Zeroizing<Vec<u8>>, oneshot::Sender<()>),
    Wipe,
    Flush(oneshot::Sender<()>),
}

/// The way to the thread. Without a key nothing is kept beyond this run.
#[derive(Clone)]
pub struct Store(Option<mpsc::Sender<Job>>);

impl Store {
    /// Keeps nothing.
    #[must_use]
    pub const fn nowhere() -> Self {
        Self(None)
    }

    /// Opens what is below `folder`. `fresh` says that an unlocked keychain definitely
    /// had no key: what is there can never be opened again, and is wiped.
    pub async fn open(
        folder: PathBuf,
        key: Arc<RootKey>,
        fresh: bool,
        random: Arc<dyn Random>,
    ) -> (Self, Loaded) {
        let (loaded, opened) = oneshot::channel();
        let (jobs, todo) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut shelf, found) = Shelf::open(folder, key, fresh, random);
            let _ = loaded.send(found);
            shelf.work(&todo);
        });
        let found = opened.await.unwrap_or_default();
        (Self(Some(jobs)), found)
    }

    /// Writes, some time soon.
    pub fn write(&self, write: Write) {
        self.send(Job::Write(write));
    }

    /// Seals the session; returns once it is on disk.
    pub async fn keep_session(&self, session: Zeroizing<Vec<u8>>) {
        let (done, wait) = oneshot::channel();
        self.send(Job::KeepSession(session, done));
        let _ = wait.await;
    }

    /// Erases cache and session, before anything that is asked for later.
    pub fn wipe(&self) {
        self.send(Job::Wipe);
    }

    /// Returns once everything asked for so far is on disk.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        self.send(Job::Flush(done));
        let _ = wait.await;
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.0 {
            // Without the thread there is only this run's memory; it was logged.
            let _ = jobs.send(job);
        }
    }
}

/// What the thread owns.
struct Shelf {
    folder: PathBuf,
    key: Arc<RootKey>,
    random: Arc<dyn Random>,
    cache: Option<Cache>,
}

impl Shelf {
    fn open(
        folder: PathBuf,
        key: Arc<RootKey>,
        fresh: bool,
        random: Arc<dyn Random>,
    ) -> (Self, Loaded) {
        if let Err(error) = make_private(&folder) {
            tracing::error!(%error, "the data folder cannot be used");
        }
        if fresh {
            erase_files(&folder);
        }
        let mut loaded = Loaded::default();
        let cache = match Cache::open(&folder.join(CACHE_FILE), &key, &mut loaded) {
            Ok(cache) => Some(cache),
            Err(error) => {
                tracing::error!(%error, "the cache cannot be used in this run");
                None
            }
        };
        loaded.session = session_file::read(&folder, &key);
        let shelf = Self {
            folder,
            key,
            random,
            cache,
        };
        (shelf, loaded)
    }

    fn work(&mut self, todo: &mpsc::Receiver<Job>) {
        while let Ok(first) = todo.recv() {
            // What waits is written in one transaction.
            let mut writes = Vec::new();
            let mut jobs = std::iter::once(first).chain(todo.try_iter().take(512));
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
            if let Some(cache) = &mut self.cache
                && let Err(error) = cache.write(&writes)
            {
                tracing::error!(%error, "the cache could not be written");
            }
            match other {
                Some(Job::KeepSession(session, done)) => {
                    if let Err(error) =
                        session_file::write(&self.folder, &self.key, &session, &*self.random)
                    {
                        tracing::error!(%error, "the session could not be kept");
                    }
                    let _ = done.send(());
                }
                Some(Job::Wipe) => {
                    self.cache = None;
                    erase_files(&self.folder);
                    let path = self.folder.join(CACHE_FILE);
                    self.cache = Cache::open(&path, &self.key, &mut Loaded::default()).ok();
                }
                Some(Job::Flush(done)) => {
                    let _ = done.send(());
                }
                Some(Job::Write(_)) | None => {}
            }
        }
    }
}

fn erase_files(folder: &Path) {
    session_file::erase(folder);
    for ending in ["", "-wal", "-shm", "-journal"] {
        erase(&folder.join(format!("{CACHE_FILE}{ending}")));
    }
}

fn erase(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::error!(%error, "a file could not be erased");
    }
}

/// Makes a folder that only this user can open.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
