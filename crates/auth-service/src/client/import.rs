//! Bringing a roster into the database: all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_protocol::{ClientId, StaffId};
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{BadRow, Roster, Row, addresses};
use crate::address::Address;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::help::near;
use crate::rights::Sight;

/// What an import did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Clients that came on file.
    pub added: usize,
    /// Clients whose details changed.
    pub changed: usize,
    /// New addresses of theirs that wait to be confirmed.
    pub waiting: usize,
    /// Clients that were just so already.
    pub unchanged: usize,
    /// Rows that name a clinician who is not on the staff; nothing was imported.
    pub bad: Vec<BadRow>,
}

/// Imports every row. With `skip_bad` rows that name an unknown clinician, or that fit
/// several clients, are left out; without it one of them leaves out everything.
pub async fn import(tx: &mut Tx, roster: Roster, skip_bad: bool) -> Result<Imported, Unavailable> {
    let clinicians = clinicians(tx).await?;
    let mut done = Imported::default();
    let mut order: Vec<Vec<Row>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in roster.rows {
        let known = |email: &Address| clinicians.contains_key(email);
        if !row.clinician.as_ref().is_none_or(known) {
            done.bad.push(BadRow {
                line: row.line,
                reason: "the clinician e-mail is not that of an enabled clinician or admin"
                    .to_owned(),
            });
            continue;
        }
        let place = *places.entry(row.identity()).or_insert(order.len());
        if place == order.len() {
            order.push(Vec::new());
        }
        order[place].push(row);
    }
    let everyone = everyone(tx).await?;
    let mut plan = Vec::new();
    let mut taken = BTreeSet::new();
    for rows in order {
        let Some(first) = rows.first() else { continue };
        let found = match on_file(&everyone, first) {
            Match::Several => None,
            Match::One(client) => taken.insert(client.id.0.clone()).then_some(Some(client)),
            Match::Nobody => Some(None),
        };
        match found {
            Some(found) => plan.push((rows, found)),
            None => done.bad.extend(rows.iter().map(|row| BadRow {
                line: row.line,
                reason: "several clients could be meant; give each an external id".to_owned(),
            })),
        }
    }
    if !skip_bad && !done.bad.is_empty() {
        return Ok(done);
    }
    let sight = Sight::before(tx).await?;
    for (rows, found) in plan {
        match one(tx, &rows, found, &clinicians).await? {
            Outcome::Added => done.added += 1,
            Outcome::Changed { waiting } => {
                done.changed += 1;
                done.waiting += waiting;
            }
            Outcome::Unchanged => done.unchanged += 1,
        }
    }
    if done.added + done.changed > 0 {
        let event = Event::new(Kind::RosterImported, Actor::Operator)
            .with("added", done.added)
            .with("changed", done.changed);
        tx.append(event).await?;
    }
    sight.after(tx, Actor::Operator).await?;
    near::look_again(tx).await?;
    Ok(done)
}

enum Outcome {
    Added,
    Changed { waiting: usize },
    Unchanged,
}

async fn clinicians(tx: &mut Tx) -> sqlx::Result<BTreeMap<Address, StaffId>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT email, id FROM staff WHERE disabled_at IS NULL AND role IN ('clinician', 'admin')",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(email, id)| Some((Address::parse(&email)?, StaffId(id))))
        .collect())
}

/// A client as it stands in the database.
#[derive(Clone)]
struct OnFile {
    id: ClientId,
    fields: BTreeMap<&'static str, Option<String>>,
}

const FIELDS: [&str; 7] = [
    "external_id",
    "first_name",
    "last_name",
    "preferred_name",
    "phone",
    "birth_date",
    "language",
];

/// What the file says about each field; a column it does not have is left as it is.
fn told(row: &Row) -> BTreeMap<&'static str, Option<String>> {
    let mut fields = BTreeMap::new();
    fields.insert("first_name", Some(row.first_name.clone()));
    fields.insert("last_name", Some(row.last_name.clone()));
    if row.external_id.is_some() {
        fields.insert("external_id", row.external_id.clone());
    }
    for (name, value) in [
        ("preferred_name", &row.preferred_name),
        ("phone", &row.phone),
        ("birth_date", &row.birth_date),
        ("language", &row.language),
    ] {
        if let Some(text) = value {
            fields.insert(name, Some(text.clone()).filter(|text| !text.is_empty()));
        }
    }
    fields
}

async fn one(
    tx: &mut Tx,
    rows: &[Row],
    found: Option<OnFile>,
    clinicians: &BTreeMap<Address, StaffId>,
) -> Result<Outcome, Unavailable> {
    let Some(first) = rows.first() else {
        return Ok(Outcome::Unchanged);
    };
    let added = found.is_none();
    let client = match found {
        Some(client) => client,
        None => add(tx, first).await?,
    };
    let mut changed: BTreeSet<&'static str> = BTreeSet::new();
    for (name, value) in told(first) {
        if client.fields.get(name) != Some(&value) {
            set(tx, &client.id, name, value.as_deref()).await?;
            changed.insert(name);
        }
    }
    let mut waiting = 0;
    if first.has_email {
        let came = addresses::bring(tx, &client.id, rows).await?;
        waiting = came.waiting;
        if came.changed {
            changed.insert("address");
        }
    }
    if first.has_clinician && caseload(tx, &client.id, rows, clinicians).await? {
        changed.insert("clinician");
    }
    if added {
        tx.append(Event::new(Kind::ClientAdded, Actor::Operator).client(&client.id))
            .await?;
        return Ok(Outcome::Added);
    }
    if changed.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    if changed.contains("phone") {
        // A call to it proves no new address until it is on file for 7 days.
        let now = tx.now();
        sqlx::query("UPDATE client SET phone_changed_at = $2 WHERE id = $1")
            .bind(&client.id.0)
            .bind(now.0)
            .execute(tx.conn())
            .await?;
    }
    if changed.contains("address") || changed.contains("phone") {
        // From now on a PIN needs a second staff member for 7 days (RULES P1).
        let now = tx.now();
        sqlx::query("UPDATE client SET contact_changed_at = $2 WHERE id = $1")
            .bind(&client.id.0)
            .bind(now.0)
            .execute(tx.conn())
            .await?;
    }
    let names: Vec<Value> = changed.into_iter().map(Value::from).collect();
    let event = Event::new(Kind::ClientChanged, Actor::Operator)
        .client(&client.id)
        .with("fields", names);
    tx.append(event).await?;
    Ok(Outcome::Changed { waiting })
}

enum Match {
    Nobody,
    One(OnFile),
    Several,
}

async fn everyone(tx: &mut Tx) -> sqlx::Result<Vec<OnFile>> {
    sqlx::query("SELECT * FROM client ORDER BY created_at, id")
        .fetch_all(tx.conn())
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The client this row is about: by external id, else by name and birth date. A row
/// with an external id takes over a client of that name who has none yet.
fn on_file(everyone: &[OnFile], row: &Row) -> Match {
    if row.external_id.is_some() {
        let found = everyone
            .iter()
            .find(|client| client.fields.get("external_id") == Some(&row.external_id));
        if let Some(client) = found {
            return Match::One(client.clone());
        }
    }
    let fits: Vec<&OnFile> = everyone
        .iter()
        .filter(|client| client.fits(row))
        .take(2)
        .collect();
    match fits.as_slice() {
        [] => Match::Nobody,
        [client] => Match::One((*client).clone()),
        _ => Match::Several,
    }
}

impl OnFile {
    fn text(&self, field: &str) -> &str {
        self.fields
            .get(field)
            .and_then(Option::as_deref)
            .unwrap_or_default()
    }

    fn fits(&self, row: &Row) -> bool {
        // SQLite's LOWER knows ASCII only, so names are compared here.
        let same = |field, given: &str| self.text(field).to_lowercase() == given.to_lowercase();
        same("first_name", &row.first_name)
            && same("last_name", &row.last_name)
            && row
                .birth_date
                .as_ref()
                .is_none_or(|date| date == self.text("birth_date"))
            && (row.external_id.is_none() || self.text("external_id").is_empty())
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<OnFile> {
    Ok(OnFile {
        id: ClientId(row.try_get("id")?),
        fields: FIELDS
            .into_iter()
            .map(|name| Ok((name, row.try_get(name)?)))
            .collect::<sqlx::Result<_>>()?,
    })
}

async fn add(tx: &mut Tx, row: &Row) -> sqlx::Result<OnFile> {
    let id = ClientId(tx.id());
    let now = tx.now();
    sqlx::query(
        "INSERT INTO client (id, first_name, last_name, created_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&id.0)
    .bind(&row.first_name)
    .bind(&row.last_name)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    let mut fields: BTreeMap<_, _> = FIELDS.into_iter().map(|name| (name, None)).collect();
    fields.insert("first_name", Some(row.first_name.clone()));
    fields.insert("last_name", Some(row.last_name.clone()));
    Ok(OnFile { id, fields })
}

async fn set(tx: &mut Tx, id: &ClientId, field: &str, value: Option<&str>) -> sqlx::Result<()> {
    let sql = match field {
        "external_id" => "UPDATE client SET external_id = $2 WHERE id = $1",
        "first_name" => "UPDATE client SET first_name = $2 WHERE id = $1",
        "last_name" => "UPDATE client SET last_name = $2 WHERE id = $1",
        "preferred_name" => "UPDATE client SET preferred_name = $2 WHERE id = $1",
        "phone" => "UPDATE client SET phone = $2 WHERE id = $1",
        "birth_date" => "UPDATE client SET birth_date = $2 WHERE id = $1",
        _ => "UPDATE client SET language = $2 WHERE id = $1",
    };
    sqlx::query(sql)
        .bind(&id.0)
        .bind(value)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Makes the client's clinicians those of the file. True where one came or went.
async fn caseload(
    tx: &mut Tx,
    client: &ClientId,
    rows: &[Row],
    clinicians: &BTreeMap<Address, StaffId>,
) -> sqlx::Result<bool> {
    let now = tx.now();
    let wanted: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| clinicians.get(row.clinician.as_ref()?))
        .map(|staff| staff.0.as_str())
        .collect();
    let have: Vec<String> =
        sqlx::query_scalar("SELECT staff_id FROM caseload WHERE client_id = $1")
            .bind(&client.0)
            .fetch_all(tx.conn())
            .await?;
    let have: BTreeSet<&str> = have.iter().map(String::as_str).collect();
    for staff in wanted.difference(&have) {
        sqlx::query("INSERT INTO caseload (client_id, staff_id, since) VALUES ($1, $2, $3)")
            .bind(&client.0)
            .bind(*staff)
            .bind(now.0)
            .execute(tx.conn())
            .await?;
    }
    for staff in have.difference(&wanted) {
        sqlx::query("DELETE FROM caseload WHERE client_id = $1 AND staff_id = $2")
            .bind(&client.0)
            .bind(*staff)
            .execute(tx.conn())
            .await?;
    }
    Ok(wanted != have)
}
