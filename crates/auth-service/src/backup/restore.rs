//! A copy is put in the database's place, and a new epoch begins.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use latchkey_protocol::UnixMillis;
use sqlx::Connection;

use super::check::{Unfit, check, schema};
use super::file::{self, beside};
use super::make::same;
use crate::clock::Clock;
use crate::db::{self, OpenError, Tx};
use crate::epoch::{self, EpochError, Mark, MarkError, Marker};
use crate::keys::Keys;
use crate::random::Random;

/// What SQLite may keep beside a database.
const PARTS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A database that was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The last moment it knows.
    pub until: UnixMillis,
    /// Events in it, before the new epoch.
    pub events: i64,
    /// The new epoch.
    pub epoch: i64,
    /// Where the one that was replaced lies now.
    pub replaced: Option<PathBuf>,
}

/// Why nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Somebody works with the database.
    #[error(
        "the service is running, or another command works with the database; stop it first. Nothing was changed"
    )]
    Running,
    /// It would replace itself.
    #[error("{0} is the database itself; nothing was changed")]
    Itself(PathBuf),
    /// The file system.
    #[error("cannot use {0}: {1}. The database is as it was")]
    Files(PathBuf, #[source] io::Error),
    /// The copy.
    #[error("{0} cannot be restored: {1}. The database is as it was")]
    Unfit(PathBuf, #[source] Unfit),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new epoch.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// It lies in its place, but the keys folder does not know yet: the next start sees it.
    #[error("the copy is in place, but {0}. Mend that, then start the service")]
    Mark(#[from] MarkError),
}

/// Checks a copy, begins a new epoch in it, and puts it in place of the database at
/// `path`, which is kept. Until the one rename that does it, everything is as it was.
pub async fn restore(
    from: &Path,
    path: &Path,
    keys: &Arc<Keys>,
    clock: &dyn Clock,
    random: Arc<dyn Random>,
) -> Result<Restored, RestoreError> {
    let Some(_alone) = db::alone(path)? else {
        return Err(RestoreError::Running);
    };
    if same(from, path) {
        return Err(RestoreError::Itself(from.to_path_buf()));
    }
    let draft = beside(path, ".restoring");
    let done = exchange(from, path, &draft, keys, clock, random).await;
    // What is half done is of no use; that it stays is not what went wrong.
    let _ = clear(&draft);
    done
}

async fn exchange(
    from: &Path,
    path: &Path,
    draft: &Path,
    keys: &Arc<Keys>,
    clock: &dyn Clock,
    random: Arc<dyn Random>,
) -> Result<Restored, RestoreError> {
    let files = |place: &Path| {
        let place = place.to_path_buf();
        move |error| RestoreError::Files(place.clone(), error)
    };
    clear(draft).map_err(files(draft))?;
    file::copy(from, draft).map_err(files(from))?;
    // One that was copied by hand may have its newest part beside it.
    let newest = beside(from, "-wal");
    if newest.exists() {
        file::copy(&newest, &beside(draft, "-wal")).map_err(files(&newest))?;
    }
    let replaced = path.exists().then(|| name_of(path, clock.now()));
    let name = replaced.as_ref().and_then(|path| path.file_name());
    let name = name.map(|name| name.to_string_lossy().into_owned());

    let (events, until, epoch, mark) = prepare(from, draft, keys, clock, random, name).await?;
    fs::File::open(draft)
        .and_then(|file| file.sync_all())
        .map_err(files(draft))?;

    if let Some(replaced) = &replaced {
        keep(path, replaced).await.map_err(files(replaced))?;
    }
    fs::rename(draft, path)
        .and_then(|()| file::sync(file::folder(path)))
        .map_err(files(path))?;
    drop(Marker::open(keys, &mark)?);
    Ok(Restored {
        until,
        events,
        epoch,
        replaced,
    })
}

/// Checks the copy, brings it up to date, begins the epoch, and leaves one file.
async fn prepare(
    from: &Path,
    draft: &Path,
    keys: &Arc<Keys>,
    clock: &dyn Clock,
    random: Arc<dyn Random>,
    replaced: Option<String>,
) -> Result<(i64, UnixMillis, i64, Mark), RestoreError> {
    let unfit = |error| RestoreError::Unfit(from.to_path_buf(), error);
    let sick = |error| unfit(Unfit::Unreadable(error));
    let mut conn = match db::connect(draft).await {
        Err(OpenError::Open(_, error)) => return Err(sick(error)),
        other => other?,
    };
    schema(&mut conn).await.map_err(unfit)?;
    conn.close().await.map_err(sick)?;
    let mut conn = db::migrated(draft).await?;
    let events = check(&mut conn, keys).await.map_err(unfit)?;
    let mut tx = Tx::over(conn, clock.now(), random, keys.clone());
    let until: Option<i64> = sqlx::query_scalar("SELECT MAX(at) FROM event")
        .fetch_one(tx.conn())
        .await
        .map_err(sick)?;
    let epoch = epoch::begin_restored(&mut tx, replaced).await?;
    let mark = Mark::of(epoch, &tx.last());
    let mut conn = tx.into_conn();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        .execute(&mut conn)
        .await
        .map_err(sick)?;
    conn.close().await.map_err(sick)?;
    Ok((events, UnixMillis(until.unwrap_or_default()), epoch, mark))
}

/// The database keeps lying there under a second name, with everything that belongs to it.
async fn keep(path: &Path, replaced: &Path) -> io::Result<()> {
    // A healthy one becomes a single file; a sick one may be why somebody restores.
    if let Ok(mut conn) = db::connect(path).await {
        let _ = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut conn)
            .await;
        let _ = conn.close().await;
    }
    fs::hard_link(path, replaced)?;
    for part in PARTS {
        let there = beside(path, part);
        if there.exists() {
            fs::rename(&there, beside(replaced, part))?;
        }
    }
    file::sync(file::folder(path))
}

fn clear(draft: &Path) -> io::Result<()> {
    file::remove(draft)?;
    for part in PARTS {
        file::remove(&beside(draft, part))?;
    }
    Ok(())
}

/// A name that says when it was replaced, to the millisecond.
fn name_of(path: &Path, now: UnixMillis) -> PathBuf {
    let at = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    beside(
        path,
        &format!(".replaced-{}", at.strftime("%Y%m%dT%H%M%S%3fZ")),
    )
}
