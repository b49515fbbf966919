//! Whether the log is what was written: the whole chain, its end, and the personal
//! values beside it (RULES V5).

use latchkey_protocol::{Position, UnixMillis};
use serde_json::Value;
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::Kind;
use super::chain::{Head, Written, commitment, hash_of, sealed};
use crate::keys::{Keys, Purpose};

/// The first place where the log is not what was written.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// This event was changed, or put there.
    #[error(
        "the event at position {0} was changed or put there: it does not follow from those before it"
    )]
    Link(i64),
    /// This event is gone.
    #[error("the event at position {0} is missing")]
    Missing(i64),
    /// The log goes on after its sealed end.
    #[error("the event at position {0} was added without this key: the log was sealed before it")]
    Unsealed(i64),
    /// The beginning was cut off, not let go.
    #[error(
        "the log's beginning does not carry this key's seal: events were cut off before the \
         first one that is there, or the key is another database's"
    )]
    Start,
    /// This event was written without the key.
    #[error(
        "the event at position {0} does not carry this key's seal: it and those after it were \
         written anew, or the key is another database's"
    )]
    Forged(i64),
    /// The end does not match its seal.
    #[error(
        "the log follows from itself up to position {0}, but that end does not carry this key's \
         seal: events were replaced or cut off, or the key is another database's"
    )]
    Head(i64),
    /// It ends before what the keys folder remembers, or has another event there.
    #[error(
        "the log ends at position {end}, but the keys folder remembers the event at position \
         {known}: those after it were cut off, or an older copy of the database lies here"
    )]
    Shorter {
        /// Its last event.
        end: i64,
        /// The one that is remembered.
        known: i64,
    },
    /// The log could not be read.
    #[error("the log could not be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

/// Walks the whole chain. Gives the number of events.
pub async fn verify(conn: &mut SqliteConnection, keys: &Keys) -> Result<i64, Broken> {
    // One view of it all, while the service may write on.
    let mut tx = conn.begin().await?;
    let end_seal = Head::sealed(&mut tx, keys).await;
    let start = match super::start::load(&mut tx, keys).await {
        Ok(Some(start)) => start,
        Ok(None) | Err(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => {
            return Err(Broken::Start);
        }
        Err(error) => return Err(Broken::Unreadable(error)),
    };
    let mut head = start;
    let mut events = 0;
    // Events were not sealed one by one from the beginning; since they are, each is.
    let mut each = false;
    // The sealed end as it was met on the way.
    let mut met = true;
    // Whatever somebody put before the first one, too.
    let mut after = i64::MIN;
    loop {
        let rows =
            sqlx::query("SELECT * FROM event WHERE position > $1 ORDER BY position LIMIT 1000")
                .bind(after)
                .fetch_all(&mut *tx)
                .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            after = row.try_get("position")?;
            head = follow(&head, &row, after)?;
            each |= is_sealed(&row, &head, keys, each)?;
            events += 1;
            if let Ok((sealed, _)) = &end_seal
                && sealed.position == head.position
            {
                met = sealed.hash == head.hash;
            }
        }
    }
    let end = head.position.0;
    match end_seal {
        Ok((sealed, true)) if met => match sealed.position.0 {
            position if position == end => Ok(events),
            position if position > end => Err(Broken::Missing(end + 1)),
            // Its whole beginning has no seal either: nothing says which is the first.
            0 => Err(Broken::Head(end)),
            position => Err(Broken::Unsealed(position + 1)),
        },
        Ok(_) | Err(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => {
            Err(Broken::Head(end))
        }
        Err(error) => Err(Broken::Unreadable(error)),
    }
}

/// The head after this row, if the row follows.
fn follow(head: &Head, row: &SqliteRow, position: i64) -> Result<Head, Broken> {
    let expected = head.position.0 + 1;
    // A new epoch leaves out positions that a lost history may have given out.
    let leaps = || {
        matches!(row.try_get("kind"), Ok(kind) if Kind::parse(kind) == Some(Kind::EpochBegan))
            && hash_of(row, "prev_hash").is_ok_and(|hash| hash == head.hash)
    };
    if position > expected && !leaps() {
        return Err(Broken::Missing(expected));
    }
    let checked = || -> sqlx::Result<Option<Head>> {
        let written = Written::read(row)?;
        let hash = written.hash(&head.hash);
        let follows = position >= expected
            && hash_of(row, "prev_hash")? == head.hash
            && hash_of(row, "hash")? == hash;
        Ok(follows.then_some(Head {
            position: Position(written.position),
            at: UnixMillis(written.at),
            hash,
        }))
    };
    // A row that cannot be read is not as it was written.
    checked().ok().flatten().ok_or(Broken::Link(position))
}

/// Whether this event has its own seal; a wrong one, or none where one is due, is no
/// work of ours.
fn is_sealed(row: &SqliteRow, head: &Head, keys: &Keys, due: bool) -> Result<bool, Broken> {
    let message = sealed(head.position, &head.hash);
    match row.try_get::<Option<Vec<u8>>, _>("seal") {
        // A database that is only looked at may be from before there were any.
        Ok(None) | Err(sqlx::Error::ColumnNotFound(_)) if !due => Ok(false),
        Ok(Some(seal)) if keys.is_mac(Purpose::Audit, &message, &seal) => Ok(true),
        _ => Err(Broken::Forged(head.position.0)),
    }
}

/// A personal value that is not the one its event committed to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Corrected {
    /// Position of its event.
    pub position: i64,
    /// What it is called.
    pub name: String,
}

/// Personal values that were corrected since they were written. Those that were
/// erased are not there to compare.
pub async fn corrected(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Corrected>> {
    let mut found = Vec::new();
    let (mut after, mut name) = (i64::MIN, String::new());
    loop {
        let rows = sqlx::query(
            "SELECT p.position, p.name, p.value, p.salt, e.body
             FROM event_personal p LEFT JOIN event e ON e.position = p.position
             WHERE (p.position, p.name) > ($1, $2)
             ORDER BY p.position, p.name LIMIT 1000",
        )
        .bind(after)
        .bind(&name)
        .fetch_all(&mut *conn)
        .await?;
        if rows.is_empty() {
            return Ok(found);
        }
        for row in rows {
            after = row.try_get("position")?;
            name = row.try_get("name")?;
            let body: Option<String> = row.try_get("body")?;
            let body: Option<Value> = body.and_then(|text| serde_json::from_str(&text).ok());
            let salt: Vec<u8> = row.try_get("salt")?;
            let is = commitment(&salt, row.try_get("value")?);
            let was = body
                .as_ref()
                .and_then(|body| body.get(format!("{name}_commitment")));
            if was != Some(&is) {
                found.push(Corrected {
                    position: after,
                    name: name.clone(),
                });
            }
        }
    }
}
