//! The clients directory: staff find a client by the beginnings of the names, in any order.

use latchkey_protocol::{ClientFound, ClientId, ClientsFound, ErrorCode, Holder, StaffId};
use sqlx::SqliteConnection;

use super::names::folded;
use crate::clock::HOUR;
use crate::db::Tx;
use crate::document::clinician_of;
use crate::event::{Actor, Event, Kind};
use crate::refusal::Refusal;
use crate::rights;

/// As many as fit under the field.
const MOST: usize = 20;
/// Fewer letters find only whole names: half a practice begins with an M.
const ENOUGH: usize = 3;

/// Finds clients of this staff member.
pub(crate) async fn find(
    conn: &mut SqliteConnection,
    staff: &StaffId,
    typed: &str,
) -> sqlx::Result<ClientsFound> {
    let typed = folded(typed);
    let words: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    let mut found = ClientsFound {
        clients: Vec::new(),
        more: false,
    };
    if words.is_empty() {
        return Ok(found);
    }
    let mut fitting: Vec<(Fit, Named)> = theirs(conn, staff)
        .await?
        .into_iter()
        .filter_map(|named| Some((fit(&named, &words)?, named)))
        .collect();
    fitting.sort_by(|(one, _), (other, _)| one.cmp(other));
    found.more = fitting.len() > MOST;
    for (_, named) in fitting.into_iter().take(MOST) {
        found.clients.push(named.found(conn).await?);
    }
    Ok(found)
}

/// One client of the directory.
pub(crate) async fn one(
    conn: &mut SqliteConnection,
    client: &ClientId,
) -> sqlx::Result<Option<ClientFound>> {
    let named: Option<Named> = sqlx::query_as(
        "SELECT id, first_name, last_name, preferred_name, disabled_at FROM client WHERE id = $1",
    )
    .bind(&client.0)
    .fetch_optional(&mut *conn)
    .await?;
    match named {
        Some(named) => named.found(conn).await.map(Some),
        None => Ok(None),
    }
}

/// A staff member reads what is told about a client, which is an event (RULES V5); within the
/// hour they are still reading.
pub(crate) async fn note_reading(
    tx: &mut Tx,
    client: &ClientId,
    by: &StaffId,
) -> Result<(), Refusal> {
    if !rights::sees_client(tx.conn(), by, client).await? {
        return Err(Refusal::of(ErrorCode::NotFound));
    }
    let since = tx.now().0 - HOUR;
    let reading = sqlx::query(
        "SELECT 1 AS one FROM event
         WHERE client_id = $1 AND actor_id = $2 AND at > $3 AND request_id IS NULL
           AND kind = 'timeline_read' LIMIT 1",
    )
    .bind(&client.0)
    .bind(&by.0)
    .bind(since)
    .fetch_optional(tx.conn())
    .await?;
    if reading.is_none() {
        let event = Event::new(Kind::TimelineRead, Actor::Staff(by.clone())).client(client);
        tx.append(event).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Named {
    id: String,
    first_name: String,
    last_name: String,
    preferred_name: Option<String>,
    disabled_at: Option<i64>,
}

impl Named {
    async fn found(self, conn: &mut SqliteConnection) -> sqlx::Result<ClientFound> {
        let holders: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT holder FROM client_address WHERE client_id = $1 ORDER BY holder",
        )
        .bind(&self.id)
        .fetch_all(&mut *conn)
        .await?;
        let called = self
            .preferred_name
            .filter(|called| folded(called) != folded(&self.first_name));
        Ok(ClientFound {
            clinician: clinician_of(conn, &self.id).await?,
            id: ClientId(self.id),
            name: format!("{} {}", self.first_name, self.last_name)
                .trim()
                .to_owned(),
            called,
            holders: holders
                .into_iter()
                .map(|holder| serde_json::from_value(holder.into()).unwrap_or(Holder::Other))
                .collect(),
            disabled: self.disabled_at.is_some(),
        })
    }
}

async fn theirs(conn: &mut SqliteConnection, staff: &StaffId) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as(
        "SELECT c.id, c.first_name, c.last_name, c.preferred_name, c.disabled_at
         FROM client_sight v JOIN client c ON c.id = v.client_id
         WHERE v.staff_id = $1",
    )
    .bind(&staff.0)
    .fetch_all(conn)
    .await
}

/// Best first: who has access, then most whole names, then by name.
type Fit = (bool, usize, String, String);

/// Whether every word begins a part of the name, and how well.
fn fit(named: &Named, words: &[&str]) -> Option<Fit> {
    let [first, last] = [&named.first_name, &named.last_name].map(|name| folded(name));
    let called = folded(named.preferred_name.as_deref().unwrap_or_default());
    let parts: Vec<&str> = [&first, &last, &called]
        .into_iter()
        .flat_map(|name| name.split(' '))
        .filter(|part| !part.is_empty())
        .collect();
    let whole = words.iter().filter(|word| parts.contains(word)).count();
    let letters: usize = words.iter().map(|word| word.chars().count()).sum();
    let begins = |word: &&str| parts.iter().any(|part| part.starts_with(word));
    let fits = if letters < ENOUGH {
        whole == words.len()
    } else {
        words.iter().all(begins)
    };
    fits.then_some((
        named.disabled_at.is_some(),
        words.len() - whole,
        last,
        first,
    ))
}
