//! Bringing sessions into the database: all of a file or nothing.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_protocol::UnixMillis;

use super::{AHEAD, Timetable, Whom, Wish};
use crate::address::Address;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::sheet::BadRow;

/// What an import did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Sessions that were not there.
    pub added: usize,
    /// Sessions that end at another time now.
    pub changed: usize,
    /// Sessions that the file does not have any more.
    pub removed: usize,
    /// Sessions that were just so already.
    pub unchanged: usize,
    /// Sessions of the file that are over, or more than a year away.
    pub out_of_time: usize,
    /// Rows that name no client, or several, or no clinician.
    pub bad: Vec<BadRow>,
}

/// Client, start, clinician.
type Key = (String, i64, String);

/// Makes the sessions of the clinicians that the file names, from its first to its last, those of
/// the file. With `skip_bad` rows that cannot be understood are left out; without it one of them
/// leaves out everything.
pub async fn import(
    tx: &mut Tx,
    table: Timetable,
    skip_bad: bool,
) -> Result<Imported, Unavailable> {
    let people = People::load(tx).await?;
    let mut done = Imported::default();
    let mut wanted: BTreeMap<Key, i64> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    let mut range = Range::default();
    let now = tx.now();
    for wish in &table.wishes {
        match people.find(wish) {
            Ok((client, staff)) => {
                range.take(wish, &staff);
                if !is_ahead(wish, now) {
                    done.out_of_time += 1;
                    continue;
                }
                wanted.insert((client, wish.start.0, staff), wish.end.0);
            }
            // A series is one line, and bad once.
            Err(reason) if lines.insert(wish.line) => done.bad.push(BadRow {
                line: wish.line,
                reason,
            }),
            Err(_) => {}
        }
    }
    if !skip_bad && !done.bad.is_empty() {
        return Ok(done);
    }
    let mut touched = BTreeSet::new();
    let mut there = there(tx, &range).await?;
    for (key, end) in wanted {
        match there.remove(&key) {
            Some(known) if known == end => done.unchanged += 1,
            known => {
                write(tx, &key, end).await?;
                touched.insert(key.0);
                match known {
                    Some(_) => done.changed += 1,
                    None => done.added += 1,
                }
            }
        }
    }
    for (key, _) in there {
        remove(tx, &key).await?;
        touched.insert(key.0);
        done.removed += 1;
    }
    tell(tx, &done, &touched).await?;
    Ok(done)
}

const fn is_ahead(wish: &Wish, now: UnixMillis) -> bool {
    wish.end.0 > now.0 && wish.start.0 <= now.0 + AHEAD
}

/// What a file speaks of: its clinicians, from its first session to its last.
#[derive(Default)]
struct Range {
    staff: BTreeSet<String>,
    starts: Option<(i64, i64)>,
}

impl Range {
    fn take(&mut self, wish: &Wish, staff: &str) {
        self.staff.insert(staff.to_owned());
        let start = wish.start.0;
        let (first, last) = self.starts.unwrap_or((start, start));
        self.starts = Some((first.min(start), last.max(start)));
    }
}

/// What is on file in that range and not over.
async fn there(tx: &mut Tx, range: &Range) -> sqlx::Result<BTreeMap<Key, i64>> {
    let Some((first, last)) = range.starts else {
        return Ok(BTreeMap::new());
    };
    let now = tx.now().0;
    let rows: Vec<(String, i64, String, i64)> = sqlx::query_as(
        "SELECT client_id, starts_at, staff_id, ends_at FROM appointment
         WHERE starts_at BETWEEN $1 AND $2 AND ends_at > $3",
    )
    .bind(first)
    .bind(last)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, with, _)| range.staff.contains(with))
        .map(|(client, start, with, end)| ((client, start, with), end))
        .collect())
}

async fn write(tx: &mut Tx, (client, start, staff): &Key, end: i64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO appointment (client_id, staff_id, starts_at, ends_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client_id, starts_at, staff_id) DO UPDATE SET ends_at = $4",
    )
    .bind(client)
    .bind(staff)
    .bind(start)
    .bind(end)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn remove(tx: &mut Tx, (client, start, staff): &Key) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM appointment WHERE client_id = $1 AND staff_id = $2 AND starts_at = $3",
    )
    .bind(client)
    .bind(staff)
    .bind(start)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The open requests of these clients go out again.
async fn tell(tx: &mut Tx, done: &Imported, touched: &BTreeSet<String>) -> sqlx::Result<()> {
    if touched.is_empty() {
        return Ok(());
    }
    let event = Event::new(Kind::AppointmentsImported, Actor::Operator)
        .with("added", done.added)
        .with("changed", done.changed)
        .with("removed", done.removed);
    let position = tx.append(event).await?;
    for client in touched {
        sqlx::query(
            "UPDATE help_request SET position = $2 WHERE client_id = $1 AND state <> 'solved'",
        )
        .bind(client)
        .bind(position.0)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Who is on file.
struct People {
    by_external_id: BTreeMap<String, String>,
    by_name: BTreeMap<(String, String), Vec<String>>,
    by_mail: BTreeMap<Address, BTreeSet<String>>,
    clinicians: BTreeMap<Address, String>,
    /// Of each client.
    answering: BTreeMap<String, Vec<String>>,
    staff: BTreeSet<Address>,
}

impl People {
    async fn load(tx: &mut Tx) -> sqlx::Result<Self> {
        let mut people = Self {
            by_external_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_mail: BTreeMap::new(),
            clinicians: BTreeMap::new(),
            answering: BTreeMap::new(),
            staff: BTreeSet::new(),
        };
        let clients: Vec<(String, Option<String>, String, String)> = sqlx::query_as(
            "SELECT id, external_id, first_name, last_name FROM client WHERE disabled_at IS NULL",
        )
        .fetch_all(tx.conn())
        .await?;
        for (id, external_id, first, last) in clients {
            if let Some(external_id) = external_id {
                people.by_external_id.insert(external_id, id.clone());
            }
            // SQLite's LOWER knows ASCII only, so names are compared here.
            let name = (first.to_lowercase(), last.to_lowercase());
            people.by_name.entry(name).or_default().push(id);
        }
        let mails: Vec<(String, String)> = sqlx::query_as(
            "SELECT d.address, t.client_id FROM client_address t
             JOIN address d ON d.id = t.address_id JOIN client c ON c.id = t.client_id
             WHERE c.disabled_at IS NULL",
        )
        .fetch_all(tx.conn())
        .await?;
        for (mail, client) in mails {
            if let Some(mail) = Address::parse(&mail) {
                people.by_mail.entry(mail).or_default().insert(client);
            }
        }
        let staff: Vec<(String, String, String)> =
            sqlx::query_as("SELECT email, id, role FROM staff WHERE disabled_at IS NULL")
                .fetch_all(tx.conn())
                .await?;
        for (mail, id, role) in staff {
            if let Some(mail) = Address::parse(&mail) {
                if role != "front-desk" {
                    people.clinicians.insert(mail.clone(), id);
                }
                people.staff.insert(mail);
            }
        }
        let caseload: Vec<(String, String)> = sqlx::query_as(
            "SELECT l.client_id, l.staff_id FROM caseload l JOIN staff s ON s.id = l.staff_id
             WHERE s.disabled_at IS NULL ORDER BY l.staff_id",
        )
        .fetch_all(tx.conn())
        .await?;
        for (client, clinician) in caseload {
            people.answering.entry(client).or_default().push(clinician);
        }
        Ok(people)
    }

    /// Exactly one client, and exactly one clinician; else why not.
    fn find(&self, wish: &Wish) -> Result<(String, String), String> {
        let client = self.client(&wish.whom)?;
        let named: BTreeSet<&String> = wish
            .with
            .iter()
            .filter_map(|mail| self.clinicians.get(mail))
            .collect();
        let answering = self.answering.get(&client).map_or(&[][..], Vec::as_slice);
        let clinician = match (named.len(), answering) {
            (1, _) => named.first().map(|id| (*id).clone()),
            (0, [only]) => Some(only.clone()),
            // Several of the staff are there: whoever answers for the client holds it.
            (_, several) => {
                let mut both = several.iter().filter(|id| named.contains(id));
                both.next().filter(|_| both.next().is_none()).cloned()
            }
        };
        let clinician =
            clinician.ok_or("it names no enabled clinician, and the client has none or several")?;
        Ok((client, clinician))
    }

    fn client(&self, whom: &Whom) -> Result<String, String> {
        const SEVERAL: &str = "several clients could be meant; give the external id";
        match whom {
            Whom::ExternalId(id) => self
                .by_external_id
                .get(id)
                .cloned()
                .ok_or_else(|| "no client on file has that external id".to_owned()),
            Whom::Name(first, last) => {
                let name = (first.to_lowercase(), last.to_lowercase());
                match self.by_name.get(&name).map_or(&[][..], Vec::as_slice) {
                    [] => Err("no client on file has that name".to_owned()),
                    [only] => Ok(only.clone()),
                    _ => Err(SEVERAL.to_owned()),
                }
            }
            Whom::Mail(mails) => {
                let found: BTreeSet<&String> = mails
                    .iter()
                    .filter(|mail| !self.staff.contains(mail))
                    .filter_map(|mail| self.by_mail.get(mail))
                    .flatten()
                    .collect();
                match (found.first(), found.len()) {
                    (Some(only), 1) => Ok((*only).clone()),
                    (None, _) => Err("nobody there is a client on file by that address".to_owned()),
                    _ => Err(SEVERAL.to_owned()),
                }
            }
        }
    }
}
