//! What happens to a database before anybody works with it.

use std::sync::Arc;

use latchkey_protocol::Position;
use sqlx::{Row, SqliteConnection};

use super::begin::{Lost, begin};
use super::judge::{Log, Verdict, Why, judge};
use super::mark::{Mark, MarkError, Marker, Remembered, remembered};
use crate::db::Tx;
use crate::event::{Broken, Head};
use crate::keys::Keys;

/// Why it cannot be told, or written, which epoch it is.
#[derive(Debug, thiserror::Error)]
pub enum EpochError {
    /// The file beside the keys.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// The database.
    #[error("the database could not be read or written: {0}")]
    Database(#[from] sqlx::Error),
}

/// Judges the database, begins a new epoch where it must, and gives the file that
/// remembers from now on. Nobody else writes meanwhile.
pub(crate) async fn settle(tx: &mut Tx) -> Result<Marker, EpochError> {
    // Read before the database: what it says was true of the database then.
    let known = remembered(tx.keys())?;
    let done = settled(tx, &known).await;
    let epoch = finish(tx, done).await?;
    let keys = tx.keys().clone();
    Ok(Marker::open(&keys, &Mark::of(epoch, &tx.last()))?)
}

/// In a transaction that is open when it returns.
async fn settled(tx: &mut Tx, known: &Remembered) -> Result<i64, EpochError> {
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(tx.conn()).await?;
    let keys = tx.keys().clone();
    tx.reload().await?;
    let own = own(tx.conn()).await?;
    let head = tx.last();
    let log = log(tx.conn(), &head, known).await?;
    match judge(own, known, log) {
        Verdict::Same => Ok(own.unwrap_or_default()),
        Verdict::First { number } => {
            // The file first: a database whose epoch has no file is taken for a copy.
            drop(Marker::open(&keys, &Mark::of(number, &tx.last()))?);
            let now = tx.now().0;
            sqlx::query(
                "INSERT INTO epoch (number, began_at, position, why, confirmed_at)
                 VALUES ($1, $2, 0, 'first', $2)",
            )
            .bind(number)
            .bind(now)
            .execute(tx.conn())
            .await?;
            Ok(number)
        }
        Verdict::New { number, why } => {
            new(tx, known, number, why, None).await?;
            Ok(number)
        }
    }
}

async fn new(
    tx: &mut Tx,
    known: &Remembered,
    number: i64,
    why: Why,
    replaced: Option<String>,
) -> Result<(), EpochError> {
    let lost = match known {
        Remembered::Mark(mark) => {
            // Time never runs behind the last event, a lost one either (RULES V6).
            tx.not_before(mark.at);
            Lost {
                position: mark.position,
                until: (mark.position > tx.last().position).then_some(mark.at.0),
                replaced,
            }
        }
        Remembered::Nothing | Remembered::Unreadable => Lost {
            position: Position(0),
            until: None,
            replaced,
        },
    };
    begin(tx, number, why, lost).await?;
    tx.seal().await?;
    Ok(())
}

/// Begins a new epoch in a database that is about to be put in place of another one,
/// named `replaced`. Its mark is written when it lies there.
pub async fn begin_restored(tx: &mut Tx, replaced: Option<String>) -> Result<i64, EpochError> {
    let keys = tx.keys().clone();
    let known = remembered(&keys)?;
    let done = async {
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(tx.conn()).await?;
        tx.reload().await?;
        let own = own(tx.conn()).await?.unwrap_or_default();
        let number = match known {
            Remembered::Mark(mark) => mark.epoch.max(own) + 1,
            Remembered::Nothing | Remembered::Unreadable => own + 1,
        };
        new(tx, &known, number, Why::Restored, replaced).await?;
        Ok::<_, EpochError>(number)
    }
    .await;
    finish(tx, done).await
}

async fn finish(tx: &mut Tx, done: Result<i64, EpochError>) -> Result<i64, EpochError> {
    match done {
        Ok(epoch) => {
            sqlx::raw_sql("COMMIT").execute(tx.conn()).await?;
            Ok(epoch)
        }
        Err(error) => {
            // Where nothing was begun there is nothing to undo.
            let _ = sqlx::raw_sql("ROLLBACK").execute(tx.conn()).await;
            Err(error)
        }
    }
}

/// The epoch a database says it is in. `None`: it has none yet.
async fn own(conn: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT MAX(number) FROM epoch")
        .fetch_one(conn)
        .await
}

/// How its log stands to what is remembered.
async fn log(conn: &mut SqliteConnection, head: &Head, known: &Remembered) -> sqlx::Result<Log> {
    let Remembered::Mark(mark) = known else {
        return Ok(Log::Has);
    };
    if mark.position > head.position {
        return Ok(Log::Shorter);
    }
    if mark.position == Position(0) {
        return Ok(Log::Has);
    }
    let row = sqlx::query("SELECT hash FROM event WHERE position = $1")
        .bind(mark.position.0)
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(row) = row {
        let hash: Vec<u8> = row.try_get("hash")?;
        return Ok(if hash == mark.hash {
            Log::Has
        } else {
            Log::Other
        });
    }
    // It was let go, or never was: events go from the beginning only.
    let gone: Option<i64> = sqlx::query_scalar("SELECT position FROM event_start")
        .fetch_optional(conn)
        .await?;
    Ok(match gone {
        Some(gone) if gone >= mark.position.0 => Log::Has,
        _ => Log::Other,
    })
}

/// What the next start will find, without changing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is the database that was left.
    Same,
    /// It is an older copy, or another history.
    Copy,
    /// Nobody can tell: the file beside the keys is missing or not these keys'.
    Unknown,
}

/// Looks which it is, for whoever checks.
pub async fn found(conn: &mut SqliteConnection, keys: &Arc<Keys>) -> Result<Found, EpochError> {
    let known = remembered(keys)?;
    let has = "SELECT 1 AS one FROM sqlite_master WHERE name = 'epoch'";
    let own = match sqlx::query(has).fetch_optional(&mut *conn).await? {
        Some(_) => own(conn).await?,
        None => None,
    };
    let (head, _) = Head::sealed(conn, keys).await?;
    let log = log(conn, &head, &known).await?;
    Ok(match judge(own, &known, log) {
        Verdict::Same | Verdict::First { .. } => Found::Same,
        Verdict::New {
            why: Why::Unknown, ..
        } => Found::Unknown,
        Verdict::New { .. } => Found::Copy,
    })
}

/// Whether the log reaches as far as was remembered before it was read (RULES V5): a cut
/// tail can carry the seal that its end once had.
pub async fn reaches(conn: &mut SqliteConnection, known: &Remembered) -> Result<(), Broken> {
    let end: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(position), 0) FROM event")
        .fetch_one(&mut *conn)
        .await?;
    let head = Head {
        position: Position(end),
        ..Head::EMPTY
    };
    match (log(conn, &head, known).await?, known) {
        (Log::Shorter | Log::Other, Remembered::Mark(mark)) => Err(Broken::Shorter {
            end,
            known: mark.position.0,
        }),
        _ => Ok(()),
    }
}
