//! Staff pick the browser that waits, by the match words that the client reads out (RULES P2).
//! What was typed there may have matched nobody, or several people: picking it says whose it
//! is, and where no address of that client was typed it makes the PIN guarded (RULES A1).

use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId};
use sqlx::{FromRow, SqliteConnection};

use crate::client::names::folded;
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::refusal::Refusal;
use crate::rights::Viewers;

/// A page that nobody has looked at for this long is not the caller's.
const LATELY: i64 = 30 * MINUTE;

/// One or two words, as staff typed what they heard.
pub struct Heard {
    one: String,
    other: Option<String>,
}

impl Heard {
    /// Reads them; none, or more than two, are no match words.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > 100 {
            return None;
        }
        let folded = folded(typed);
        let mut words = folded.split(' ').filter(|word| !word.is_empty());
        let heard = Self {
            one: words.next()?.to_owned(),
            other: words.next().map(str::to_owned),
        };
        words.next().is_none().then_some(heard)
    }
}

#[derive(FromRow)]
struct Waiting {
    id: String,
    browser_id: String,
    client_id: Option<String>,
}

/// The request of the browser with these words that is this client's, or nobody's yet; it is
/// the client's from now on.
pub async fn pick(
    tx: &mut Tx,
    client: &ClientId,
    heard: &Heard,
    by: &StaffId,
) -> Result<RequestId, Refusal> {
    let waiting: Vec<Waiting> = sqlx::query_as(
        "SELECT r.id, r.browser_id, r.client_id
         FROM help_request r JOIN browser b ON b.id = r.browser_id
         WHERE r.state <> 'solved' AND r.raised_by = 'client'
           AND (r.client_id = $1 OR r.client_id IS NULL)
           AND NOT EXISTS (SELECT 1 FROM help_request f
                           WHERE f.browser_id = r.browser_id AND f.frozen_at IS NOT NULL)
           AND (r.created_at > $2 OR b.last_waiting_at > $2)
           AND (($4 IS NULL AND (r.word1 = $3 OR r.word2 = $3))
                OR (r.word1 = $3 AND r.word2 = $4)
                OR (r.word1 = $4 AND r.word2 = $3))
         ORDER BY CASE WHEN r.client_id IS NULL THEN 1 ELSE 0 END, r.created_at DESC, r.id DESC",
    )
    .bind(&client.0)
    .bind(tx.now().0 - LATELY)
    .bind(&heard.one)
    .bind(&heard.other)
    .fetch_all(tx.conn())
    .await?;
    let newest = waiting
        .first()
        .ok_or(Refusal::of(ErrorCode::NobodyWaiting))?;
    if waiting
        .iter()
        .any(|other| other.browser_id != newest.browser_id)
    {
        return Err(Refusal::of(ErrorCode::SeveralWaiting));
    }
    let request = RequestId(newest.id.clone());
    if newest.client_id.is_none() {
        attach(tx, &request, client, by).await?;
    }
    Ok(request)
}

async fn attach(
    tx: &mut Tx,
    request: &RequestId,
    client: &ClientId,
    by: &StaffId,
) -> sqlx::Result<()> {
    let viewers = Viewers::of(tx, request).await?;
    let now = tx.now().0;
    sqlx::query(
        "UPDATE help_request
         SET client_id = $2, picked_at = $3, picked_by = $4, near_client_id = NULL, near_due = 0
         WHERE id = $1",
    )
    .bind(&request.0)
    .bind(&client.0)
    .bind(now)
    .bind(&by.0)
    .execute(tx.conn())
    .await?;
    let event = Event::new(Kind::BrowserPicked, Actor::Staff(by.clone()))
        .client(client)
        .request(request);
    tx.append(event).await?;
    viewers.after(tx, Actor::Staff(by.clone())).await
}

/// Whether staff picked this request's browser, and no address of the client was typed in it.
pub async fn guarded_by_pick(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM help_request r
         WHERE r.id = $1 AND r.picked_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM client_address t
                           WHERE t.client_id = r.client_id AND t.address_id = r.address_id)",
    )
    .bind(&request.0)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}
