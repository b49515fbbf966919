//! The recent requests, in an `SQLCipher` file that opens with a raw key.

use std::{fmt::Write as _, path::Path};

use latchkey_protocol::{HelpRequest, Position, RequestId};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use super::{Loaded, Write, erase, set_aside_a_folder};
use crate::{secret::RootKey, summary::Summary};

const PURPOSE: &str = "latchkey cache 1";
/// So many are read whole at the start; the others, when somebody opens them.
const WHOLE: usize = 50;

/// Of the file in memory, in KiB: a document is read now and then, and nothing is looked
/// through.
const PAGES: i64 = 256;

/// Each entry takes the file from its index to the next `user_version`.
const MIGRATIONS: &[&str] = &[
    "CREATE TABLE request (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
     CREATE TABLE mark (
         request TEXT PRIMARY KEY, read_at INTEGER, shown_at INTEGER,
         seen_owed INTEGER NOT NULL DEFAULT 0
     ) STRICT;
     CREATE TABLE feed (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;",
    // Read-marks have a file of their own.
    "DROP TABLE mark;",
];

#[derive(Debug, thiserror::Error)]
pub(super) enum CacheError {
    #[error("the cache was written by a newer Latchkey")]
    Newer,
    // Of the library's error only the code: its words may quote what was stored.
    #[error("the database failed ({0:?})")]
    Database(Option<rusqlite::ErrorCode>),
}

impl CacheError {
    /// It is the computer that fails, not the file that is bad: the file is left alone.
    fn is_the_computers(&self) -> bool {
        use rusqlite::ErrorCode as E;
        matches!(
            self,
            Self::Database(Some(
                E::DiskFull
                    | E::SystemIoFailure
                    | E::ReadOnly
                    | E::CannotOpen
                    | E::PermissionDenied
                    | E::DatabaseBusy
                    | E::DatabaseLocked
                    | E::FileLockingProtocolFailed
                    | E::OutOfMemory
            ))
        )
    }
}

impl From<rusqlite::Error> for CacheError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.sqlite_error_code())
    }
}

pub(super) struct Cache(Connection);

impl Cache {
    /// Opens the file, or makes it. A bad one is built anew without a question: the
    /// service has everything that was in it.
    pub(super) fn open(
        path: &Path,
        key: &RootKey,
        loaded: &mut Loaded,
    ) -> Result<Self, CacheError> {
        set_aside_a_folder(path);
        match Self::connect(path, key).and_then(|cache| cache.load(loaded, WHOLE).map(|()| cache)) {
            Ok(cache) => return Ok(cache),
            Err(error) if error.is_the_computers() => {
                *loaded = Loaded::default();
                // A disk that is full has no room to open it for writing; what is there can
                // be read all the same.
                let read = unlock(path, key, true).and_then(|alone| {
                    // Nothing can be read from it later.
                    Self(alone).load(loaded, usize::MAX)
                });
                if read.is_err() {
                    *loaded = Loaded::default();
                }
                return Err(error);
            }
            Err(error) => {
                tracing::warn!(%error, "the cache is built anew");
                loaded.requests.clear();
                loaded.documents.clear();
                loaded.position = None;
            }
        }
        Self::anew(path, key)
    }

    /// An empty one in place of whatever was there.
    pub(super) fn anew(path: &Path, key: &RootKey) -> Result<Self, CacheError> {
        erase_cache(path);
        Self::connect(path, key)
    }

    fn connect(path: &Path, key: &RootKey) -> Result<Self, CacheError> {
        let mut connection = unlock(path, key, false)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let missing = usize::try_from(version)
            .ok()
            .and_then(|version| MIGRATIONS.get(version..))
            .ok_or(CacheError::Newer)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "cache_size", -PAGES)?;
        // What is erased is overwritten, not only taken off the list (RULES V2).
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let step = connection.transaction()?;
        for (migration, version) in missing.iter().zip(version + 1..) {
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", version)?;
        }
        step.commit()?;
        Ok(Self(connection))
    }

    /// All of it in short, and so many of those that were written last whole.
    fn load(&self, loaded: &mut Loaded, most: usize) -> Result<(), CacheError> {
        let all: i64 = self
            .0
            .query_row("SELECT count(*) FROM request", [], |row| row.get(0))?;
        loaded.requests.reserve(usize::try_from(all).unwrap_or(0));
        // A row that is written anew becomes the last one.
        let mut rows = self
            .0
            .prepare("SELECT document FROM request ORDER BY rowid DESC")?;
        let mut whole = true;
        for document in rows.query_map([], |row| row.get::<_, String>(0))? {
            match serde_json::from_str::<HelpRequest>(&document?) {
                Ok(request) => {
                    let short = Summary::of(&request);
                    loaded.requests.insert(request.id.clone(), short);
                    if loaded.documents.len() < most {
                        loaded.documents.push(request);
                    }
                }
                Err(_) => whole = false,
            }
        }
        // The last one touched comes last.
        loaded.documents.reverse();
        // A document that another version wrote and this one cannot read comes again
        // when the feed starts from its beginning.
        if whole {
            loaded.position = self
                .0
                .query_row("SELECT position FROM feed", [], |row| row.get(0))
                .optional()?
                .map(Position);
        }
        Ok(())
    }

    pub(super) fn read(&self, id: &RequestId) -> Result<Option<HelpRequest>, CacheError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT document FROM request WHERE id = ?1")?;
        let document: Option<String> = statement.query_row([&id.0], |row| row.get(0)).optional()?;
        Ok(document.and_then(|document| serde_json::from_str(&document).ok()))
    }

    pub(super) fn write(&mut self, writes: &[Write]) -> Result<(), CacheError> {
        if writes.is_empty() {
            return Ok(());
        }
        let step = self.0.transaction()?;
        for write in writes {
            match write {
                Write::Put(request, position) => {
                    put(&step, request)?;
                    set_position(&step, *position)?;
                }
                Write::Erase(request, position) => {
                    step.prepare_cached("DELETE FROM request WHERE id = ?1")?
                        .execute([&request.0])?;
                    if let Some(position) = position {
                        set_position(&step, *position)?;
                    }
                }
                Write::Reset => {
                    step.execute_batch("DELETE FROM request; DELETE FROM feed;")?;
                }
                Write::Refill(requests, position) => {
                    step.execute_batch("DELETE FROM request; DELETE FROM feed;")?;
                    for request in requests {
                        put(&step, request)?;
                    }
                    if let Some(position) = position {
                        set_position(&step, *position)?;
                    }
                }
                // Kept apart from the cache.
                Write::For(_)
                | Write::Mark(..)
                | Write::ForgetMark(_)
                | Write::Draft(..)
                | Write::Note(_)
                | Write::ForgetNote(_) => {}
            }
        }
        step.commit()?;
        if writes.iter().any(Write::erases) {
            // The journal holds the pages as they were.
            self.0
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }
}

fn put(step: &Connection, request: &HelpRequest) -> rusqlite::Result<()> {
    // A type of this crate's neighbour that serializes into memory cannot fail.
    let document = serde_json::to_string(request).unwrap_or_default();
    step.prepare_cached("INSERT OR REPLACE INTO request VALUES (?1, ?2)")?
        .execute(params![request.id.0, document])
        .map(|_| ())
}

fn set_position(step: &Connection, position: Position) -> rusqlite::Result<()> {
    step.prepare_cached("INSERT OR REPLACE INTO feed VALUES (1, ?1)")?
        .execute([position.0])
        .map(|_| ())
}

/// The database, and what it keeps beside itself.
pub(super) fn erase_cache(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        erase(Path::new(&name));
    }
}

/// `alone` it needs no index in a file beside it.
fn unlock(path: &Path, key: &RootKey, alone: bool) -> Result<Connection, CacheError> {
    private_file(path);
    let connection = Connection::open(path)?;
    // What goes wrong is told by us: its own words go straight to standard error.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    if alone {
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE;")?;
    }
    let key = key.derive(PURPOSE);
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    pragma.push_str("PRAGMA key = \"x'");
    for byte in &*key {
        // Writing to a String cannot fail.
        let _ = write!(pragma, "{byte:02x}");
    }
    pragma.push_str("'\";");
    connection.execute_batch(&pragma)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    // The key is first used here: a file that it does not open says so now.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// Made with the right mode before the library opens it.
fn private_file(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Err(error) = options.open(path) {
        tracing::warn!(%error, "the cache file cannot be made");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    // RULES V2, D3
    #[test]
    fn what_is_erased_is_overwritten_and_not_left_in_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.db");
        let key = RootKey::draw(&SystemRandom);
        let mut cache = Cache::connect(&path, &key).unwrap();
        let secure: bool = cache
            .0
            .query_row("PRAGMA secure_delete", [], |row| row.get(0))
            .unwrap();
        assert!(secure);
        cache
            .0
            .execute("INSERT INTO request VALUES ('r1', 'a document')", [])
            .unwrap();
        let journal = || {
            std::fs::metadata(folder.path().join("cache.db-wal"))
                .unwrap()
                .len()
        };
        assert!(journal() > 0);
        cache.write(&[Write::Erase("r1".into(), None)]).unwrap();
        assert_eq!(journal(), 0);
    }
}
