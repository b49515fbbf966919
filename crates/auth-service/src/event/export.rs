//! The log for somebody outside: one event a line, as JSON or as a sheet, with the personal values
//! that lie beside it (RULES V5).

use std::io::{self, Write};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use latchkey_protocol::{ClientId, Position, UnixMillis};
use serde_json::{Map, Value, json};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::chain::{Written, hash_of, hex};
use super::sheet;
use super::{Actor, Event, Kind};
use crate::db::{Tx, Unavailable};
use crate::practice::Practice;

/// How many events are held at once.
const PAGE: i64 = 500;

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only what is about this client.
    pub client: Option<ClientId>,
    /// Only from here on: a day of the practice's calendar (`2026-03-01`), or a
    /// moment (`2026-03-01T09:00:00Z`).
    pub since: Option<String>,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No such client.
    #[error("there is no client with this id; `latchkey-auth client list` shows them")]
    NoClient,
    /// Not a date.
    #[error("{0:?} is no date; write a day as 2026-03-01, or a moment as 2026-03-01T09:00:00Z")]
    NoDate(String),
    /// Whoever reads could not take it.
    #[error("the export could not be written to its end: {0}")]
    Write(#[from] io::Error),
    /// The log could not be read.
    #[error("the log could not be read: {0}")]
    Unreadable(#[from] sqlx::Error),
    /// It could not be written down that somebody exports.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// An export that is written down in the log, and may now be read.
#[derive(Debug)]
pub struct Export {
    client: Option<ClientId>,
    since: UnixMillis,
    until: Position,
}

impl Export {
    /// Writes down who exports what, before anybody reads a line of it.
    pub async fn begin(tx: &mut Tx, wanted: Wanted) -> Result<Self, ExportError> {
        let since = match &wanted.since {
            None => UnixMillis(i64::MIN),
            Some(text) => moment(text, tx.conn()).await?,
        };
        let mut event = Event::new(Kind::AuditExported, Actor::Operator);
        if let Some(client) = &wanted.client {
            sqlx::query("SELECT 1 AS one FROM client WHERE id = $1")
                .bind(&client.0)
                .fetch_optional(tx.conn())
                .await?
                .ok_or(ExportError::NoClient)?;
            event = event.client(client);
        }
        if wanted.since.is_some() {
            event = event.with("since", since.0);
        }
        Ok(Self {
            until: tx.append(event).await?,
            client: wanted.client,
            since,
        })
    }

    /// Writes the events in order; the last line is the export itself. Gives how many.
    pub async fn write(
        &self,
        conn: &mut SqliteConnection,
        into: &mut impl Write,
    ) -> Result<u64, ExportError> {
        let written = self
            .each(conn, |line| {
                Ok(writeln!(into, "{}", harmless(&line.to_string()))?)
            })
            .await?;
        into.flush()?;
        Ok(written)
    }

    /// The same as a sheet: CSV with a header row.
    pub async fn write_sheet(
        &self,
        conn: &mut SqliteConnection,
        into: &mut impl Write,
    ) -> Result<u64, ExportError> {
        let mut sheet = csv::Writer::from_writer(into);
        let bad = |error: csv::Error| ExportError::Write(io::Error::other(error));
        sheet.write_record(sheet::HEADER).map_err(bad)?;
        let written = self
            .each(conn, |line| {
                sheet.write_record(sheet::cells(line)).map_err(bad)
            })
            .await?;
        sheet.flush()?;
        Ok(written)
    }

    async fn each(
        &self,
        conn: &mut SqliteConnection,
        mut take: impl FnMut(&Value) -> Result<(), ExportError>,
    ) -> Result<u64, ExportError> {
        let mut tx = conn.begin().await?;
        let mut written = 0;
        let mut after = 0_i64;
        loop {
            let rows = self.page(&mut tx, after).await?;
            if rows.is_empty() {
                return Ok(written);
            }
            for row in rows {
                after = row.try_get("position")?;
                take(&line(&mut tx, &row).await?)?;
                written += 1;
            }
        }
    }

    /// What is about a client: what names them, what belongs to one of their requests,
    /// what an address of theirs saw before anybody was named, and what they did.
    async fn page(&self, conn: &mut SqliteConnection, after: i64) -> sqlx::Result<Vec<SqliteRow>> {
        sqlx::query(
            "SELECT * FROM event e
             WHERE e.position > $1 AND e.position <= $2 AND e.at >= $3
               AND ($4 IS NULL OR e.client_id = $4
                    OR (e.actor_kind = 'client' AND e.actor_id = $4)
                    OR e.request_id IN (SELECT r.id FROM help_request r WHERE r.client_id = $4)
                    OR (e.client_id IS NULL
                        AND e.address_id IN (SELECT a.address_id FROM client_address a
                                             WHERE a.client_id = $4)))
             ORDER BY e.position LIMIT $5",
        )
        .bind(after)
        .bind(self.until.0)
        .bind(self.since.0)
        .bind(self.client.as_ref().map(|id| &id.0))
        .bind(PAGE)
        .fetch_all(conn)
        .await
    }
}

/// A day begins at midnight where the practice is.
async fn moment(text: &str, conn: &mut SqliteConnection) -> Result<UnixMillis, ExportError> {
    let bad = || ExportError::NoDate(text.to_owned());
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(UnixMillis(moment.as_millisecond()));
    }
    // A time of the day without its zone is refused rather than left out.
    if text.len() != "2026-03-01".len() {
        return Err(bad());
    }
    let day: Date = text.parse().map_err(|_| bad())?;
    let practice = Practice::load(conn).await?;
    let zone = practice
        .and_then(|practice| TimeZone::get(&practice.time_zone).ok())
        .unwrap_or(TimeZone::UTC);
    let midnight = day.to_zoned(zone).map_err(|_| bad())?;
    Ok(UnixMillis(midnight.timestamp().as_millisecond()))
}

/// With the hashes and the salts, so that a reader can check the chain and the values.
async fn line(conn: &mut SqliteConnection, row: &SqliteRow) -> sqlx::Result<Value> {
    let event = Written::read(row)?;
    let mut personal = Map::new();
    let rows = sqlx::query(
        "SELECT name, value, salt FROM event_personal WHERE position = $1 ORDER BY name",
    )
    .bind(event.position)
    .fetch_all(conn)
    .await?;
    for row in rows {
        let salt: Vec<u8> = row.try_get("salt")?;
        let value: String = row.try_get("value")?;
        personal.insert(
            row.try_get("name")?,
            json!({ "value": value, "salt": hex(&salt) }),
        );
    }
    let body: Value =
        serde_json::from_str(&event.body).unwrap_or_else(|_| Value::String(event.body.clone()));
    let erased: Vec<&str> = body
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter_map(|name| name.strip_suffix("_commitment"))
        .filter(|name| !personal.contains_key(*name))
        .collect();
    let time = jiff::Timestamp::from_millisecond(event.at)
        .map(|time| time.to_string())
        .ok();
    Ok(json!({
        "position": event.position,
        "at": event.at,
        "time": time,
        "kind": event.kind,
        "actor": { "kind": event.actor_kind, "id": event.actor_id },
        "client": event.client_id,
        "request": event.request_id,
        "address": event.address_id,
        "browser": event.browser_id,
        "subject": event.subject_id,
        "erased": erased,
        "body": body,
        "personal": personal,
        "previous_hash": hex(&hash_of(row, "prev_hash")?),
        "hash": hex(&hash_of(row, "hash")?),
    }))
}

/// JSON escapes quotes and most controls. What else would move a terminal's cursor or
/// turn a line around (RULES A5) only stands inside strings, and is escaped here.
pub(super) fn harmless(json: &str) -> String {
    use std::fmt::Write as _;
    json.chars()
        .fold(String::with_capacity(json.len()), |mut text, character| {
            let turns = matches!(
                character,
                '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}'
            );
            if character.is_control() || turns {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            } else {
                text.push(character);
            }
            text
        })
}
