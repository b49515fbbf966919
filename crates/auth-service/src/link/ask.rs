//! A client asks for a link: the same writes and the same answer for every address (RULES A1).

use sqlx::Row;

use super::on_file::{self, OnFile};
use super::queue::{self, A_DAY, APART_MS};
use crate::clock::DAY;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::freeze::is_frozen;
use crate::pages::symptoms::Symptoms;

/// Asks for a link to the address of this key.
pub async fn ask(
    tx: &mut Tx,
    key: [u8; 32],
    browser: &str,
    symptoms: Symptoms,
) -> sqlx::Result<()> {
    let on_file = on_file::by_key(tx.conn(), &key).await?;
    // Whatever address a frozen browser knows, it is nobody's there.
    let frozen = is_frozen(tx.conn(), browser).await?;
    let on_file = on_file.filter(|_| !frozen);
    let held_back = is_held_back(tx, &key).await?;
    let outcome = match &on_file {
        _ if held_back => "held_back",
        Some(found) => found.outcome(),
        None => "unknown",
    };
    let about = |event: Event| queue::about(event.browser(browser), on_file.as_ref(), None);
    symptoms.note_before(tx, about).await?;
    note(tx, &key, on_file.as_ref(), browser, outcome).await?;
    let kind = if held_back {
        Kind::AskHeldBack
    } else {
        Kind::LinkAsked
    };
    let event = Event::new(kind, Actor::Stranger)
        .browser(browser)
        .with("outcome", outcome);
    tx.append(queue::about(event, on_file.as_ref(), None))
        .await?;
    if !held_back {
        let asked_by = Some(browser.to_owned());
        queue::make(tx, on_file.as_ref(), None, asked_by, Actor::Stranger).await?;
    }
    symptoms.note(tx, about).await
}

/// What a browser asked for last.
pub struct Asked {
    /// The keyed hash of the address.
    pub key: Vec<u8>,
    /// The address, where it is on file.
    pub on_file: Option<OnFile>,
}

/// The newest ask of this browser within a day.
pub async fn newest_of(tx: &mut Tx, browser: &str) -> sqlx::Result<Option<Asked>> {
    let since = tx.now().0 - DAY;
    let row = sqlx::query(
        "SELECT address_key, address_id FROM ask WHERE browser_id = $1 AND at > $2
         ORDER BY at DESC LIMIT 1",
    )
    .bind(browser)
    .bind(since)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let address: Option<String> = row.try_get("address_id")?;
    // As many statements whether it is on file or not (RULES A1).
    let found = on_file::by_id(tx.conn(), address.as_deref().unwrap_or_default()).await?;
    Ok(Some(Asked {
        key: row.try_get("address_key")?,
        on_file: address.map(|_| found),
    }))
}

/// More than one in two minutes, or ten a day. Counted over what was typed, on file or not.
async fn is_held_back(tx: &mut Tx, key: &[u8; 32]) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let row = sqlx::query(
        "SELECT MAX(at) AS last, COUNT(*) AS count
         FROM ask WHERE address_key = $1 AND at > $2 AND outcome <> 'held_back'",
    )
    .bind(key.as_slice())
    .bind(now - DAY)
    .fetch_one(tx.conn())
    .await?;
    let last: Option<i64> = row.try_get("last")?;
    let count: i64 = row.try_get("count")?;
    Ok(last.is_some_and(|at| now - at < APART_MS) || count >= A_DAY)
}

async fn note(
    tx: &mut Tx,
    key: &[u8; 32],
    on_file: Option<&OnFile>,
    browser: &str,
    outcome: &str,
) -> sqlx::Result<()> {
    let (id, now) = (tx.id(), tx.now().0);
    sqlx::query(
        "INSERT INTO ask (id, address_key, address_id, browser_id, at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(key.as_slice())
    .bind(on_file.map(|found| &found.address))
    .bind(browser)
    .bind(now)
    .bind(outcome)
    .execute(tx.conn())
    .await?;
    Ok(())
}
