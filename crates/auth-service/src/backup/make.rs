//! A consistent copy, while the service runs.

use std::io;
use std::path::{Path, PathBuf};

use super::check::{Unfit, check};
use super::file;
use crate::App;
use crate::db::{self, OpenError, Unavailable};
use crate::event::{Actor, Event, Kind};

/// A copy that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// Events in it.
    pub events: i64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something has that name.
    #[error("{0} is there already; nothing was changed. Name another file, or say --overwrite")]
    There(PathBuf),
    /// It would replace the database itself.
    #[error("{0} is the database itself; name another file")]
    Itself(PathBuf),
    /// The file system.
    #[error("cannot write {0}: {1}; there is no backup")]
    Write(PathBuf, #[source] io::Error),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite.
    #[error("the database could not be copied: {0}; there is no backup")]
    Copy(#[from] sqlx::Error),
    /// What was copied is broken.
    #[error("the copy cannot be used, so it was not kept: {0}")]
    Unfit(#[from] Unfit),
    /// It could not be written down.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Makes it beside `path` and gives it its name when it is whole, checked and on disk.
pub async fn make(app: &App, path: &Path, overwrite: bool) -> Result<Made, BackupError> {
    let database = app.config.database_path().map_err(|_| Unavailable)?;
    let write = |error| BackupError::Write(path.to_path_buf(), error);
    if path.try_exists().map_err(write)? {
        if same(path, &database) {
            return Err(BackupError::Itself(path.to_path_buf()));
        }
        if !overwrite {
            return Err(BackupError::There(path.to_path_buf()));
        }
    }
    let draft = file::beside(path, ".making");
    let made = copy(app, &database, &draft, write).await;
    let named = made.and_then(|made| {
        let named = if overwrite {
            std::fs::rename(&draft, path).and_then(|()| file::sync(file::folder(path)))
        } else {
            file::name(&draft, path)
        };
        match named {
            Ok(()) => Ok(made),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(BackupError::There(path.to_path_buf()))
            }
            Err(error) => Err(write(error)),
        }
    });
    if named.is_err() {
        // What is half made is of no use; that it stays is not what went wrong.
        let _ = file::remove(&draft);
    }
    named
}

async fn copy(
    app: &App,
    database: &Path,
    draft: &Path,
    write: impl Fn(io::Error) -> BackupError,
) -> Result<Made, BackupError> {
    let target = file::draft(draft).map_err(&write)?;
    // Written down before anybody has it.
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let event = Event::new(Kind::BackedUp, Actor::Operator);
                tx.append(event).await.map_err(Unavailable::from)
            })
        })
        .await?;
    let mut conn = db::connect(database).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(draft.to_string_lossy().as_ref())
        .execute(&mut conn)
        .await?;
    target.sync_all().map_err(&write)?;
    let events = check(&mut db::still(draft).await?, &app.keys).await?;
    let bytes = target.metadata().map_err(&write)?.len();
    Ok(Made { events, bytes })
}

/// Whether both names lead to one file.
pub(super) fn same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}
