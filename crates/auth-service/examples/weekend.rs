//! Sets the scene of `cargo xtask bench feed`, in a practice whose service is off:
//! `weekend DATA KEYS ask` has every client ask for help once; `weekend DATA KEYS change`
//! has five things happen to each of these requests, of which the last is that the
//! clinician's colleague opened it. Gives how many changes there were.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the bench; it may panic, and talks to it"
)]

use std::path::PathBuf;
use std::sync::Arc;

use latchkey_auth::App;
use latchkey_auth::clock::SystemClock;
use latchkey_auth::config::Config;
use latchkey_auth::db::{Tx, Unavailable};
use latchkey_auth::event::{Actor, Event, Kind};
use latchkey_auth::help::raise::{Cry, raise};
use latchkey_auth::help::staff::mark_seen;
use latchkey_auth::keys::Keys;
use latchkey_auth::pages::visitor::settle;
use latchkey_auth::random::SystemRandom;
use latchkey_auth::refusal::Refusal;
use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId};

/// What happens in one transaction.
const AT_ONCE: usize = 100;
/// What happens to each request before it is opened.
const BEFORE: usize = 4;

#[tokio::main]
async fn main() {
    let [data, keys, act] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let app = open(PathBuf::from(data), PathBuf::from(keys)).await;
    let changes = match act.as_str() {
        "ask" => ask(&app).await,
        "change" => change(&app).await,
        _ => panic!("ask, or change"),
    };
    println!("{changes}");
}

async fn open(data_dir: PathBuf, keys_dir: PathBuf) -> App {
    let keys = Keys::load(&keys_dir).unwrap();
    let config = Config {
        data_dir,
        keys_dir,
        ..Config::default()
    };
    App::open(
        config,
        keys,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(|words| panic!("{words}")),
    )
    .await
    .unwrap()
}

async fn ask(app: &App) -> usize {
    let clients: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT c.id, a.id, a.address_key FROM client c
         JOIN client_address t ON t.client_id = c.id JOIN address a ON a.id = t.address_id
         ORDER BY c.id",
    )
    .fetch_all(&app.reader)
    .await
    .unwrap();
    for some in clients.chunks(AT_ONCE) {
        let some = some.to_vec();
        let done = app.writer.run(|tx| {
            Box::pin(async move {
                for (client, address, key) in some {
                    asks(tx, client, address, key).await?;
                }
                Ok::<_, Unavailable>(())
            })
        });
        done.await.unwrap();
    }
    clients.len()
}

async fn asks(tx: &mut Tx, client: String, address: String, key: Vec<u8>) -> sqlx::Result<()> {
    let hash: [u8; 32] = tx.random().bytes();
    let browser = settle(tx, hash).await?.0;
    let cry = Cry {
        browser,
        typed: "client@example.org".to_owned(),
        message: Some("The mail does not come. I looked in the spam folder, too.".to_owned()),
        key,
        address: Some(address),
        client: Some(ClientId(client)),
        cause: None,
    };
    raise(tx, &cry).await?;
    Ok(())
}

async fn change(app: &App) -> usize {
    let by: String =
        sqlx::query_scalar("SELECT id FROM staff WHERE role = 'admin' ORDER BY id LIMIT 1")
            .fetch_one(&app.reader)
            .await
            .unwrap();
    let requests: Vec<String> = sqlx::query_scalar("SELECT id FROM help_request ORDER BY id")
        .fetch_all(&app.reader)
        .await
        .unwrap();
    // Round by round, so that what happened to one request lies far apart in the log.
    for round in 0..=BEFORE {
        for some in requests.chunks(AT_ONCE) {
            let (some, by) = (some.to_vec(), StaffId(by.clone()));
            let done = app.writer.run(move |tx| {
                Box::pin(async move {
                    for request in some {
                        let request = RequestId(request);
                        if round == BEFORE {
                            mark_seen(tx, &request, &by).await?;
                        } else {
                            happens(tx, &request).await?;
                        }
                    }
                    Ok::<_, Refusal>(())
                })
            });
            assert_eq!(
                done.await.map_err(|refusal| refusal.code),
                Ok::<_, ErrorCode>(())
            );
        }
    }
    requests.len() * (BEFORE + 1)
}

async fn happens(tx: &mut Tx, request: &RequestId) -> sqlx::Result<()> {
    let event = Event::new(Kind::PinInOtherBrowser, Actor::Stranger).request(request);
    tx.append(event).await?;
    Ok(())
}
