//! Opening the database: pragmas, migrations, the writer, the readers, the tail.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::task::JoinHandle;

use super::writer::{Held, OnFatal};
use super::{Tx, Writer};
use crate::clock::{Clock, NotBehind};
use crate::epoch::{self, EpochError};
use crate::event::Head;
use crate::keys::Keys;
use crate::random::Random;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
const READERS: u32 = 4;
/// Another process may hold the write lock for one batch.
const BUSY: Duration = Duration::from_secs(10);

/// A pool of read-only connections.
pub type Reader = SqlitePool;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or file could not be made, or not be written.
    #[error("{0} cannot be written: {1}. {remedy}", remedy = io_remedy(.1))]
    Folder(PathBuf, #[source] std::io::Error),
    /// The file is from a newer version (RULES X1).
    #[error(
        "this database was made by a newer latchkey-auth (it has change {0}); update this program, nothing was changed"
    )]
    Newer(i64),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[source] MigrateError),
    /// It could not be told whether this is the database that was left.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// A restore is going on.
    #[error("a database is being restored to {0}; try again when that is done")]
    Busy(PathBuf),
    /// SQLite refused.
    #[error("the database {0} could not be opened: {1}. {remedy}", remedy = remedy(.1))]
    Open(PathBuf, #[source] sqlx::Error),
}

const NO_ROOM: &str =
    "There is no room left on its disk: free some, then start again; nothing was lost";
const READ_ONLY: &str = "Make the folder writable for this user (is its disk mounted read-only?), then start again; nothing was changed";

/// What to do, for whoever starts the service.
fn io_remedy(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => NO_ROOM,
        _ => READ_ONLY,
    }
}

fn remedy(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(DatabaseError::code);
    let code: Option<i32> = code.and_then(|code| code.parse().ok());
    match code.map(|code| (code & 0xff, code)) {
        // SQLITE_FULL, and SQLITE_IOERR_SHMSIZE: no room for the file beside it.
        Some((13, _) | (_, 4874)) => NO_ROOM,
        // SQLITE_READONLY, SQLITE_CANTOPEN.
        Some((8 | 14, _)) => READ_ONLY,
        _ => "Nothing was changed; the log of this computer may say more",
    }
}

/// An open database.
pub struct Store {
    /// The only way to change anything.
    pub writer: Writer,
    /// For everything else.
    pub reader: Reader,
    /// The clock that was given, but never behind the last event.
    pub clock: Arc<dyn Clock>,
    /// The writer's task; it ends when every [`Writer`] is dropped, or for good.
    pub running: JoinHandle<()>,
}

impl Store {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    pub async fn open(
        path: &Path,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        on_fatal: OnFatal,
    ) -> Result<Self, OpenError> {
        let lock = share(path)?;
        let mut conn = migrated(path).await?;
        let open = |error| OpenError::Open(path.to_path_buf(), error);
        let head = Head::load(&mut conn, &keys).await.map_err(open)?;
        let mut tx = Tx::over(conn, clock.now().max(head.at), random, keys);
        let marker = epoch::settle(&mut tx).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options(path).read_only(true).create_if_missing(false))
            .await
            .map_err(open)?;
        // Nor behind this start: what was signed before it is refused.
        let started = clock.now().max(tx.last().at);
        let clock = Arc::new(NotBehind::new(clock, started));
        let (writer, running) = Writer::start(tx, clock.clone(), Held { marker, lock }, on_fatal);
        Ok(Self {
            writer,
            reader,
            clock,
            running,
        })
    }
}

/// One connection that changes nothing: not the tables either, and whatever state the
/// log is in.
pub async fn look(path: &Path) -> Result<SqliteConnection, OpenError> {
    options(path)
        .create_if_missing(false)
        .pragma("query_only", "ON")
        .connect()
        .await
        .map_err(|error| OpenError::Open(path.to_path_buf(), error))
}

/// A connection as the writer has it; the tables are left as they are.
pub(crate) async fn connect(path: &Path) -> Result<SqliteConnection, OpenError> {
    options(path)
        .create_if_missing(false)
        .connect()
        .await
        .map_err(|error| OpenError::Open(path.to_path_buf(), error))
}

/// A connection to a copy that nobody writes; it leaves no other file beside it.
pub(crate) async fn still(path: &Path) -> Result<SqliteConnection, OpenError> {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| OpenError::Open(path.to_path_buf(), error))
}

/// The newest schema that this program knows.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|change| change.version)
        .max()
        .unwrap_or_default()
}

/// The file that whoever works with the database shares, and whoever restores has alone.
fn lock_file(path: &Path) -> Result<File, OpenError> {
    let path = path.with_extension("lock");
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)
        .map_err(|error| OpenError::Folder(path, error))
}

fn share(path: &Path) -> Result<File, OpenError> {
    folder(path)?;
    let file = lock_file(path)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Busy(path.to_path_buf())),
        Err(TryLockError::Error(error)) => Err(OpenError::Folder(path.to_path_buf(), error)),
    }
}

/// For whoever restores: `None` while anybody works with the database.
pub fn alone(path: &Path) -> Result<Option<File>, OpenError> {
    folder(path)?;
    let file = lock_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(OpenError::Folder(path.to_path_buf(), error)),
    }
}

/// The folder of the database, made where it is missing.
fn folder(path: &Path) -> Result<(), OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| OpenError::Folder(folder.to_path_buf(), error))?;
    }
    Ok(())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // What is erased is overwritten, not only taken off the list (RULES R1).
        .pragma("secure_delete", "ON")
        // Statements carry hashes of tokens and personal values: never in the log (RULES S8).
        .disable_statement_logging()
}

pub(crate) async fn migrated(path: &Path) -> Result<SqliteConnection, OpenError> {
    // The owner's alone, whatever the folder allows; SQLite gives its other files the same mode.
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| OpenError::Folder(path.to_path_buf(), error))?;
    let mut conn = connect(path).await?;
    MIGRATIONS
        .run_direct(None, &mut conn, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(version) => OpenError::Newer(version),
            other => OpenError::Migrate(other),
        })?;
    Ok(conn)
}
