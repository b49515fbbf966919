//! Near misses: somebody who is not on file asks for help, and what they typed is one slip
//! away from the address of exactly one client. Staff who may know are told; nobody is
//! mailed or attached by it (RULES A2).
//!
//! It is looked for beside the requests of browsers, never in one, so that no answer takes
//! longer for an address that is nearly on file (RULES A1).

use std::time::Duration;

use latchkey_protocol::{ClientId, RequestId};
use sqlx::{FromRow, SqliteConnection};

use crate::App;
use crate::address::slip::Typed;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::rights::Viewers;

/// How often it is looked for.
pub const LOOK: Duration = Duration::from_secs(2);
/// So many at a time: a flood of requests waits its turn.
const AT_ONCE: i64 = 20;

#[derive(Clone, FromRow)]
struct Due {
    id: String,
    typed: String,
}

#[derive(FromRow)]
struct OnFile {
    address: String,
    client_id: String,
    /// Has access, and mail may go there.
    open: bool,
}

/// Looks once. Gives how many requests were compared with the file.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    let due = due(&mut conn).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let on_file = on_file(&mut conn).await?;
    drop(conn);
    // Thousands of addresses take some milliseconds, which no other task should wait for.
    let found = tokio::task::spawn_blocking(move || {
        due.into_iter()
            .map(|due| (nearest(&due.typed, &on_file), due))
            .collect::<Vec<_>>()
    })
    .await
    .map_err(|_| Unavailable)?;
    let count = found.len();
    app.writer
        .run::<_, Unavailable, _>(move |tx| {
            Box::pin(async move {
                for (client, due) in &found {
                    settle(tx, due, client.as_ref()).await?;
                }
                Ok(count)
            })
        })
        .await
}

async fn due(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(
        "SELECT id, typed FROM help_request
         WHERE near_due = 1 AND state <> 'solved' ORDER BY id LIMIT $1",
    )
    .bind(AT_ONCE)
    .fetch_all(conn)
    .await
}

async fn on_file(conn: &mut SqliteConnection) -> sqlx::Result<Vec<OnFile>> {
    sqlx::query_as(
        "SELECT a.address, c.id AS client_id,
                c.disabled_at IS NULL AND c.no_mail = 0 AS open
         FROM address a JOIN client_address t ON t.address_id = a.id
         JOIN client c ON c.id = t.client_id",
    )
    .fetch_all(conn)
    .await
}

/// The one client near whose address it is. Where there are two, it could be either; of who
/// gets no mail, nothing is told that could lead to a call.
fn nearest(typed: &str, on_file: &[OnFile]) -> Option<ClientId> {
    let typed = Typed::read(typed)?;
    let mut near = on_file
        .iter()
        .filter(|known| typed.is_slip_of(&known.address));
    let first = near.next()?;
    let only = first.open && near.all(|other| other.client_id == first.client_id);
    only.then(|| ClientId(first.client_id.clone()))
}

/// Writes what was found, unless something else was typed meanwhile.
async fn settle(tx: &mut Tx, due: &Due, client: Option<&ClientId>) -> sqlx::Result<()> {
    let settled = sqlx::query(
        "UPDATE help_request SET near_due = 0
         WHERE id = $1 AND typed = $2 AND near_due = 1 AND client_id IS NULL",
    )
    .bind(&due.id)
    .bind(&due.typed)
    .execute(tx.conn())
    .await?
    .rows_affected();
    if settled == 1 {
        point(tx, &due.id, client).await?;
    }
    Ok(())
}

/// The client is no longer told of: no request points there any more.
pub async fn forget(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    let requests: Vec<String> =
        sqlx::query_scalar("SELECT id FROM help_request WHERE near_client_id = $1 ORDER BY id")
            .bind(&client.0)
            .fetch_all(tx.conn())
            .await?;
    for request in requests {
        point(tx, &request, None).await?;
    }
    Ok(())
}

/// The file has changed: what was typed is compared with it once more.
pub async fn look_again(tx: &mut Tx) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE help_request SET near_due = 1
         WHERE state <> 'solved' AND client_id IS NULL AND address_id IS NULL",
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets a request point to a client, or to none. Who sees it by that changes with it.
async fn point(tx: &mut Tx, request: &str, client: Option<&ClientId>) -> sqlx::Result<()> {
    let id = RequestId(request.to_owned());
    let before = Viewers::of(tx, &id).await?;
    let changed = sqlx::query(
        "UPDATE help_request SET near_client_id = $2
         WHERE id = $1 AND near_client_id IS DISTINCT FROM $2",
    )
    .bind(request)
    .bind(client.map(|client| &client.0))
    .execute(tx.conn())
    .await?
    .rows_affected();
    if changed == 0 {
        return Ok(());
    }
    let mut event = Event::new(Kind::NearMiss, Actor::Service).request(&id);
    if let Some(client) = client {
        // Not as the event's client: it is none of that client's doings.
        event = event.subject(&client.0);
    }
    tx.append(event).await?;
    before.after(tx, Actor::Service).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(address: &str, client: &str, open: bool) -> OnFile {
        OnFile {
            address: address.to_owned(),
            client_id: client.to_owned(),
            open,
        }
    }

    fn found(typed: &str, on_file: &[OnFile]) -> Option<String> {
        nearest(typed, on_file).map(|client| client.0)
    }

    // RULES A2
    #[test]
    fn it_is_one_client_or_nobody() {
        let ada = || known("ada@example.org", "ada", true);
        let work = || known("adda@example.org", "ada", true);
        let ida = || known("ida@example.org", "ida", true);
        let one = Some("ada".to_owned());
        assert_eq!(found("adaa@example.org", &[ada()]), one);
        assert_eq!(
            found("adaa@example.org", &[ada(), work()]),
            one,
            "both hers"
        );
        assert_eq!(found("ada@example.og", &[ada(), ida()]), one);
        assert_eq!(found("da@example.org", &[ada(), ida()]), None, "either");
        assert_eq!(found("ben@example.org", &[ada(), ida()]), None);
        assert_eq!(found("Ada Okafor", &[ada()]), None);
    }

    // RULES A2, C2
    #[test]
    fn who_gets_no_mail_is_not_told_of_and_hides_who_is() {
        let quiet = || known("ada@example.org", "ada", false);
        let ida = || known("ida@example.org", "ida", true);
        assert_eq!(found("adaa@example.org", &[quiet()]), None);
        for both in [[quiet(), ida()], [ida(), quiet()]] {
            assert_eq!(found("da@example.org", &both), None);
        }
    }
}
