//! Raises a help request, or says it again: one open request for a browser and what it
//! typed. One that the service raised is another: no browser knows of it (RULES A1).

use latchkey_protocol::{ClientId, RaisedBy, RequestId};
use sqlx::Row;

use super::words;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};

/// What is asked, by whom.
pub struct Cry {
    /// The browser that will wait.
    pub browser: String,
    /// "Who you are", as typed.
    pub typed: String,
    /// "What happened", as typed.
    pub message: Option<String>,
    /// The keyed hash of the address.
    pub key: Vec<u8>,
    /// The address on file.
    pub address: Option<String>,
    /// The one client on file whom it belongs to.
    pub client: Option<ClientId>,
    /// What the service itself knows of the cause.
    pub cause: Option<&'static str>,
}

impl Cry {
    /// An event of the same browser, address and client.
    #[must_use]
    pub fn about(&self, event: Event) -> Event {
        let event = event.browser(&self.browser);
        let event = match &self.client {
            Some(client) => event.client(client),
            None => event,
        };
        match &self.address {
            Some(address) => event.address(address),
            None => event,
        }
    }
}

/// Raises it.
pub async fn raise(tx: &mut Tx, cry: &Cry) -> sqlx::Result<RequestId> {
    let again = sqlx::query(
        "SELECT id FROM help_request
         WHERE browser_id = $1 AND state <> 'solved' AND address_key = $2
           AND (client_id IS NOT DISTINCT FROM $3 OR picked_at IS NOT NULL
                OR frozen_at IS NOT NULL)
           AND raised_by = 'client'
         ORDER BY created_at DESC LIMIT 1",
    )
    .bind(&cry.browser)
    .bind(&cry.key)
    .bind(cry.client.as_ref().map(|id| &id.0))
    .fetch_optional(tx.conn())
    .await?;
    let request = match again {
        Some(row) => say_again(tx, cry, RequestId(row.try_get("id")?)).await?,
        None => say_first(tx, cry, RaisedBy::Client).await?,
    };
    let mut event = cry
        .about(Event::new(Kind::HelpAsked, Actor::Stranger))
        .request(&request)
        .personal("typed", &cry.typed);
    if let Some(message) = &cry.message {
        event = event.personal("message", message);
    }
    tx.append(event).await?;
    Ok(request)
}

async fn say_again(tx: &mut Tx, cry: &Cry, request: RequestId) -> sqlx::Result<RequestId> {
    sqlx::query(
        "UPDATE help_request
         SET typed = $2, message = COALESCE($3, message),
             near_due = CASE WHEN client_id IS NULL AND address_id IS NULL THEN 1 ELSE 0 END
         WHERE id = $1",
    )
    .bind(&request.0)
    .bind(&cry.typed)
    .bind(&cry.message)
    .execute(tx.conn())
    .await?;
    Ok(request)
}

/// Writes a new request.
pub(super) async fn say_first(
    tx: &mut Tx,
    cry: &Cry,
    raised_by: RaisedBy,
) -> sqlx::Result<RequestId> {
    let (id, now) = (tx.id(), tx.now().0);
    let [first, second] = match_words(tx, &cry.browser).await?;
    sqlx::query(
        "INSERT INTO help_request
             (id, state, cause, client_id, address_id, address_key, typed, message, browser_id,
              word1, word2, created_at, position, raised_by, near_due)
         VALUES ($1, 'new', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&id)
    .bind(cry.cause)
    .bind(cry.client.as_ref().map(|id| &id.0))
    .bind(&cry.address)
    .bind(&cry.key)
    .bind(&cry.typed)
    .bind(&cry.message)
    .bind(&cry.browser)
    .bind(first)
    .bind(second)
    .bind(now)
    .bind(tx.position().0)
    .bind(match raised_by {
        RaisedBy::Service => "service",
        RaisedBy::Client | RaisedBy::Unknown => "client",
    })
    .bind(i64::from(cry.client.is_none() && cry.address.is_none()))
    .execute(tx.conn())
    .await?;
    Ok(RequestId(id))
}

/// The words name the browser, so its open requests share them, and one that a sign-in
/// elsewhere has ended still shows them here; no other open request has the same first
/// word, where that can be helped.
async fn match_words(tx: &mut Tx, browser: &str) -> sqlx::Result<[String; 2]> {
    let own = sqlx::query(
        "SELECT word1, word2 FROM help_request
         WHERE browser_id = $1 AND (state <> 'solved' OR solved_how = 'signed_in')
         ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(browser)
    .fetch_optional(tx.conn())
    .await?;
    if let Some(row) = own {
        return Ok([row.try_get("word1")?, row.try_get("word2")?]);
    }
    let mut drawn = words::pair(tx.random().bytes());
    for _ in 0..20 {
        let taken = sqlx::query(
            "SELECT 1 AS one FROM help_request
             WHERE state <> 'solved' AND (word1 = $1 OR word2 = $2) LIMIT 1",
        )
        .bind(drawn[0])
        .bind(drawn[1])
        .fetch_optional(tx.conn())
        .await?;
        if taken.is_none() {
            break;
        }
        drawn = words::pair(tx.random().bytes());
    }
    Ok(drawn.map(str::to_owned))
}
