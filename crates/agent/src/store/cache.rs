//! The recent requests, in an `SQLCipher` file that opens with a raw key.

use std::{collections::HashMap, fmt::Write as _, path::Path};

use latchkey_protocol::{Position, RequestId, UnixMillis};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use super::{Loaded, Mark, Write, erase};
use crate::secret::RootKey;

const PURPOSE: &str = "latchkey cache 1";

/// Each entry takes the file from its index to the next `user_version`.
const MIGRATIONS: &[&str] = &[
    "CREATE TABLE request (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
     CREATE TABLE mark (
         request TEXT PRIMARY KEY, read_at INTEGER, shown_at INTEGER,
         seen_owed INTEGER NOT NULL DEFAULT 0
     ) STRICT;
     CREATE TABLE feed (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;",
];

#[derive(Debug, thiserror::Error)]
pub(super) enum CacheError {
    #[error("the cache was written by a newer Latchkey")]
    Newer,
    // Of the library's error only the code: its words may quote what was stored.
    #[error("the database failed ({0:?})")]
    Database(Option<rusqlite::ErrorCode>),
}

impl From<rusqlite::Error> for CacheError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.sqlite_error_code())
    }
}

pub(super) struct Cache(Connection);

impl Cache {
    /// Opens the file, or makes it. One that cannot be read is built anew: the service
    /// has everything but the marks, and those are kept where they can be read.
    pub(super) fn open(
        path: &Path,
        key: &RootKey,
        loaded: &mut Loaded,
    ) -> Result<Self, CacheError> {
        let mut kept = HashMap::new();
        match Self::connect(path, key).and_then(|cache| cache.load(loaded).map(|()| cache)) {
            Ok(cache) => return Ok(cache),
            Err(error) => {
                tracing::warn!(%error, "the cache is built anew");
                *loaded = Loaded::default();
                if let Ok(connection) = unlock(path, key) {
                    salvage_marks(&connection, &mut kept);
                }
            }
        }
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            erase(Path::new(&name));
        }
        let mut cache = Self::connect(path, key)?;
        let marks: Vec<Write> = kept
            .iter()
            .map(|(request, mark)| Write::Mark(request.clone(), *mark))
            .collect();
        cache.write(&marks)?;
        loaded.marks = kept;
        Ok(cache)
    }

    fn connect(path: &Path, key: &RootKey) -> Result<Self, CacheError> {
        let mut connection = unlock(path, key)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let missing = usize::try_from(version)
            .ok()
            .and_then(|version| MIGRATIONS.get(version..))
            .ok_or(CacheError::Newer)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let step = connection.transaction()?;
        for (migration, version) in missing.iter().zip(version + 1..) {
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", version)?;
        }
        step.commit()?;
        Ok(Self(connection))
    }

    fn load(&self, loaded: &mut Loaded) -> Result<(), CacheError> {
        let mut rows = self.0.prepare("SELECT document FROM request")?;
        let mut whole = true;
        for document in rows.query_map([], |row| row.get::<_, String>(0))? {
            match serde_json::from_str(&document?) {
                Ok(request) => loaded.requests.push(request),
                Err(_) => whole = false,
            }
        }
        let mut rows = self
            .0
            .prepare("SELECT request, read_at, shown_at, seen_owed FROM mark")?;
        for mark in rows.query_map([], mark_of_row)? {
            let (request, mark) = mark?;
            loaded.marks.insert(request, mark);
        }
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

    pub(super) fn write(&mut self, writes: &[Write]) -> Result<(), CacheError> {
        if writes.is_empty() {
            return Ok(());
        }
        let step = self.0.transaction()?;
        for write in writes {
            match write {
                Write::Put(request, position) => {
                    let Ok(document) = serde_json::to_string(request) else {
                        continue;
                    };
                    step.prepare_cached("INSERT OR REPLACE INTO request VALUES (?1, ?2)")?
                        .execute(params![request.id.0, document])?;
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
                Write::Mark(request, mark) => {
                    step.prepare_cached("INSERT OR REPLACE INTO mark VALUES (?1, ?2, ?3, ?4)")?
                        .execute(params![
                            request.0,
                            mark.read_at.map(|at| at.0),
                            mark.shown_at.map(|at| at.0),
                            mark.seen_owed
                        ])?;
                }
                Write::ForgetMark(request) => {
                    step.prepare_cached("DELETE FROM mark WHERE request = ?1")?
                        .execute([&request.0])?;
                }
            }
        }
        step.commit()?;
        Ok(())
    }
}

fn set_position(step: &Connection, position: Position) -> rusqlite::Result<()> {
    step.prepare_cached("INSERT OR REPLACE INTO feed VALUES (1, ?1)")?
        .execute([position.0])
        .map(|_| ())
}

fn mark_of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(RequestId, Mark)> {
    Ok((
        RequestId(row.get(0)?),
        Mark {
            read_at: row.get::<_, Option<i64>>(1)?.map(UnixMillis),
            shown_at: row.get::<_, Option<i64>>(2)?.map(UnixMillis),
            seen_owed: row.get(3)?,
        },
    ))
}

fn salvage_marks(connection: &Connection, kept: &mut HashMap<RequestId, Mark>) {
    let Ok(mut rows) = connection.prepare("SELECT request, read_at, shown_at, seen_owed FROM mark")
    else {
        return;
    };
    if let Ok(marks) = rows.query_map([], mark_of_row) {
        // Up to the first page that cannot be read.
        kept.extend(marks.map_while(Result::ok));
    }
}

fn unlock(path: &Path, key: &RootKey) -> Result<Connection, CacheError> {
    private_file(path);
    let connection = Connection::open(path)?;
    // What goes wrong is told by us: its own words go straight to standard error.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
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
