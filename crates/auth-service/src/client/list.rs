//! Looking at clients from the command line.

use std::collections::BTreeMap;

use latchkey_protocol::{ClientId, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::ClientError;

/// A line of `client list`.
pub struct Line {
    /// Id.
    pub id: ClientId,
    /// "Last, First".
    pub name: String,
    /// The clinicians who answer for the client.
    pub clinicians: Vec<String>,
    /// "disabled", "no mail", or nothing.
    pub flags: Vec<&'static str>,
}

/// Everything on file about a client: `client show`.
pub struct Card {
    /// The line of the list.
    pub line: Line,
    /// What the client likes to be called.
    pub preferred_name: Option<String>,
    /// The number on file.
    pub phone: Option<String>,
    /// The number in the practice's other systems.
    pub external_id: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Address and holder.
    pub addresses: Vec<(String, String)>,
    /// New addresses that wait to be confirmed.
    pub waiting: Vec<String>,
    /// When an address or the phone changed last.
    pub contact_changed_at: Option<UnixMillis>,
}

/// Every client by name.
pub async fn list(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query("SELECT * FROM client ORDER BY last_name, first_name, id")
        .fetch_all(&mut *conn)
        .await?;
    let caseloads: Vec<(String, String)> = sqlx::query_as(
        "SELECT l.client_id, s.name FROM caseload l JOIN staff s ON s.id = l.staff_id
         ORDER BY s.name",
    )
    .fetch_all(conn)
    .await?;
    let mut clinicians: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (client, name) in caseloads {
        clinicians.entry(client).or_default().push(name);
    }
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            line(row, clinicians.remove(&id).unwrap_or_default())
        })
        .collect()
}

/// One client.
pub async fn show(conn: &mut SqliteConnection, id: &ClientId) -> Result<Card, ClientError> {
    let row = sqlx::query("SELECT * FROM client WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(ClientError::NotFound)?;
    let clinicians = sqlx::query_scalar(
        "SELECT s.name FROM caseload l JOIN staff s ON s.id = l.staff_id
         WHERE l.client_id = $1 ORDER BY s.name",
    )
    .bind(&id.0)
    .fetch_all(&mut *conn)
    .await?;
    let addresses = sqlx::query_as(
        "SELECT a.address, t.holder FROM client_address t JOIN address a ON a.id = t.address_id
         WHERE t.client_id = $1 ORDER BY a.address",
    )
    .bind(&id.0)
    .fetch_all(&mut *conn)
    .await?;
    let waiting = sqlx::query_scalar(
        "SELECT address FROM address_change
         WHERE client_id = $1 AND ended_at IS NULL AND address IS NOT NULL
         ORDER BY created_at, id",
    )
    .bind(&id.0)
    .fetch_all(conn)
    .await?;
    Ok(Card {
        line: line(&row, clinicians)?,
        preferred_name: row.try_get("preferred_name")?,
        phone: row.try_get("phone")?,
        external_id: row.try_get("external_id")?,
        birth_date: row.try_get("birth_date")?,
        language: row.try_get("language")?,
        addresses,
        waiting,
        contact_changed_at: row
            .try_get::<Option<i64>, _>("contact_changed_at")?
            .map(UnixMillis),
    })
}

fn line(row: &SqliteRow, clinicians: Vec<String>) -> sqlx::Result<Line> {
    let first: &str = row.try_get("first_name")?;
    let last: &str = row.try_get("last_name")?;
    let mut flags = Vec::new();
    if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        flags.push("disabled");
    }
    if row.try_get::<i64, _>("no_mail")? != 0 {
        flags.push("no mail");
    }
    Ok(Line {
        id: ClientId(row.try_get("id")?),
        name: format!("{last}, {first}"),
        clinicians,
        flags,
    })
}
