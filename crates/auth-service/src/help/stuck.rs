//! Clients who seem stuck: they asked for links and are not in. The service raises the
//! request that they did not, once, and closes it when they get in or ask themselves.
//!
//! It is done beside the requests of browsers, never in one: no browser is told, and none
//! can tell by the time an answer takes that an address is on file (RULES A1).

use std::time::Duration;

use latchkey_protocol::{RaisedBy, RequestId};
use sqlx::{FromRow, SqliteConnection};

use super::raise::{Cry, say_first};
use super::staff::end;
use crate::App;
use crate::appointment::SOON;
use crate::clock::{DAY, MINUTE};
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::link::on_file;

/// How often it is looked for.
pub const LOOK: Duration = Duration::from_secs(5);
/// Who is not in this long after asking seems stuck.
pub const LONG: i64 = 10 * MINUTE;
/// So does, sooner, who has a session soon.
pub const SHORT: i64 = 3 * MINUTE;
/// So does who asks this often, however soon.
pub const OFTEN: i64 = 3;

/// Looks once. Gives how many requests were raised or closed.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    let now = app.now().0;
    if stuck(&mut conn, now).await?.is_empty() && overtaken(&mut conn).await?.is_empty() {
        return Ok(0);
    }
    drop(conn);
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let overtaken = overtaken(tx.conn()).await?;
                for request in &overtaken {
                    close(tx, request).await?;
                }
                let stuck = stuck(tx.conn(), now).await?;
                for asks in &stuck {
                    raise(tx, asks).await?;
                }
                Ok(overtaken.len() + stuck.len())
            })
        })
        .await
}

/// The asks for one address since somebody came in by it.
#[derive(FromRow)]
struct Asks {
    address_id: String,
    address: String,
    address_key: Vec<u8>,
    browser_id: String,
    count: i64,
    first: i64,
}

/// Of each address on file: asks of the last day, after the last sign-in by anybody who
/// uses the address, and after the last request for it that is over. An open one is enough.
async fn stuck(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<Vec<Asks>> {
    sqlx::query_as(
        "SELECT a.address_id, d.address, d.address_key, COUNT(*) AS count, MIN(a.at) AS first,
                (SELECT n.browser_id FROM ask n WHERE n.address_key = d.address_key
                 ORDER BY n.at DESC, n.id DESC LIMIT 1) AS browser_id
         FROM ask a JOIN address d ON d.id = a.address_id
         WHERE a.at > $1 - $2
           AND NOT EXISTS (SELECT 1 FROM client_address t
                           JOIN client_session s ON s.client_id = t.client_id
                           WHERE t.address_id = a.address_id AND s.created_at >= a.at)
           AND NOT EXISTS (SELECT 1 FROM help_request r
                           WHERE r.address_key = d.address_key
                             AND (r.state <> 'solved' OR r.solved_at >= a.at))
           AND EXISTS (SELECT 1 FROM client_address t WHERE t.address_id = a.address_id)
         GROUP BY a.address_id
         HAVING MIN(a.at) <= $1 - $3 OR COUNT(*) >= $4
             OR (MIN(a.at) <= $1 - $5
                 AND EXISTS (SELECT 1 FROM client_address t
                             JOIN appointment p ON p.client_id = t.client_id
                             WHERE t.address_id = a.address_id
                               AND p.starts_at <= $1 + $6 AND p.ends_at > $1))
         ORDER BY first, a.address_id",
    )
    .bind(now)
    .bind(DAY)
    .bind(LONG)
    .bind(OFTEN)
    .bind(SHORT)
    .bind(SOON)
    .fetch_all(conn)
    .await
}

async fn raise(tx: &mut Tx, asks: &Asks) -> sqlx::Result<()> {
    let on_file = on_file::by_id(tx.conn(), &asks.address_id).await?;
    let cry = Cry {
        browser: asks.browser_id.clone(),
        typed: asks.address.clone(),
        message: None,
        key: asks.address_key.clone(),
        address: Some(asks.address_id.clone()),
        client: on_file.client().cloned(),
        cause: None,
    };
    let request = say_first(tx, &cry, RaisedBy::Service).await?;
    let mut event = Event::new(Kind::HelpRaised, Actor::Service)
        .request(&request)
        .address(&asks.address_id)
        .with("asks", asks.count)
        .with("since", asks.first);
    if let Some(client) = &cry.client {
        event = event.client(client);
    }
    tx.append(event).await?;
    Ok(())
}

/// Raised by the service, opened by nobody yet, and the client has asked for help since.
async fn overtaken(conn: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT r.id FROM help_request r
         WHERE r.state = 'new' AND r.raised_by = 'service'
           AND EXISTS (SELECT 1 FROM help_request c
                       WHERE c.address_key = r.address_key AND c.raised_by = 'client'
                         AND c.state <> 'solved')
         ORDER BY r.id",
    )
    .fetch_all(conn)
    .await
}

async fn close(tx: &mut Tx, request: &str) -> sqlx::Result<()> {
    let request = RequestId(request.to_owned());
    let viewers = end(tx, &request, "asked_for_help", "service").await?;
    let event = Event::new(Kind::HelpSolved, Actor::Service)
        .request(&request)
        .with("how", "asked_for_help");
    tx.append(event).await?;
    viewers.after(tx, Actor::Service).await
}
