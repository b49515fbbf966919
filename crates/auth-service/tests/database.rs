//! The writer, the hash chain, and the engine below them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use latchkey_auth::App;
use latchkey_auth::clock::HOUR;
use latchkey_auth::db::{Tx, Unavailable};
use latchkey_auth::event::{self, Actor, Event, Kind};
use latchkey_auth::keys::Keys;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Position};
use sqlx::Row;

async fn note(tx: &mut Tx, number: i64) -> sqlx::Result<Position> {
    tx.append(Event::new(Kind::ViewChanged, Actor::Service).with("number", number))
        .await
}

async fn verify(house: &House) -> Result<i64, event::Broken> {
    let mut conn = house.app.reader.acquire().await.unwrap();
    event::verify(&mut conn, &house.app.keys).await
}

/// A second connection, as somebody with the file in hand would have.
async fn tampered(house: &House, sql: &'static str) -> sqlx::Result<()> {
    use sqlx::ConnectOptions;
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(house.app.config.database_path().unwrap())
        .connect()
        .await?;
    sqlx::raw_sql(sql).execute(&mut conn).await.map(|_| ())
}

// RULES V1
#[tokio::test]
async fn the_database_is_plain_sqlite_with_the_wal_fix_and_full_sync() {
    let house = House::empty().await;
    let (version, synchronous, journal) = house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                let version: String = sqlx::query_scalar("SELECT sqlite_version()")
                    .fetch_one(tx.conn())
                    .await?;
                let sync: i64 = sqlx::query_scalar("PRAGMA synchronous")
                    .fetch_one(tx.conn())
                    .await?;
                let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
                    .fetch_one(tx.conn())
                    .await?;
                Ok::<_, Unavailable>((version, sync, journal))
            })
        })
        .await
        .unwrap();
    let numbers: Vec<u32> = version.split('.').map(|n| n.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "SQLite {version}");
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
    let cipher = sqlx::query("PRAGMA cipher_version")
        .fetch_optional(&house.app.reader)
        .await
        .unwrap();
    assert!(cipher.is_none(), "SQLCipher was unified into the service");
}

// RULES V1
#[tokio::test]
async fn a_failing_operation_takes_nothing_with_it() {
    let house = House::empty().await;
    let mut waiting = Vec::new();
    for number in 0..200_i64 {
        let writer = house.app.writer.clone();
        waiting.push(tokio::spawn(async move {
            writer
                .run(move |tx| {
                    Box::pin(async move {
                        note(tx, number).await.map_err(|_| ErrorCode::Unavailable)?;
                        match number % 4 {
                            1 => Err(Refused(ErrorCode::NotAllowed)),
                            2 => panic!("an operation with a mistake in it"),
                            _ => Ok(number),
                        }
                    })
                })
                .await
        }));
    }
    for (number, result) in (0_i64..).zip(waiting) {
        let expected = match number % 4 {
            1 => Err(Refused(ErrorCode::NotAllowed)),
            2 => Err(Refused(ErrorCode::Unavailable)),
            _ => Ok(number),
        };
        assert_eq!(result.await.unwrap(), expected);
    }
    let written: Vec<String> = sqlx::query_scalar("SELECT body FROM event ORDER BY position")
        .fetch_all(&house.app.reader)
        .await
        .unwrap();
    assert_eq!(written.len(), 100);
    assert!(written.iter().all(|body| {
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        matches!(body["number"].as_i64().unwrap() % 4, 0 | 3)
    }));
    assert_eq!(verify(&house).await.unwrap(), 100);
}

#[derive(Debug, PartialEq, Eq)]
struct Refused(ErrorCode);
impl From<ErrorCode> for Refused {
    fn from(code: ErrorCode) -> Self {
        Self(code)
    }
}
impl From<Unavailable> for Refused {
    fn from(_: Unavailable) -> Self {
        Self(ErrorCode::Unavailable)
    }
}

// RULES V5
#[tokio::test]
async fn the_first_changed_event_is_named() {
    let house = House::empty().await;
    for number in 0..5 {
        append(&house, number).await;
    }
    assert_eq!(verify(&house).await.unwrap(), 5);
    tampered(
        &house,
        "DROP TRIGGER event_is_not_changed; UPDATE event SET body = '{\"number\":9}' WHERE position = 3",
    )
    .await
    .unwrap();
    assert!(matches!(verify(&house).await, Err(event::Broken::Link(3))));
}

// RULES V5
#[tokio::test]
async fn events_cut_off_at_the_end_are_noticed() {
    let house = House::empty().await;
    for number in 0..5 {
        append(&house, number).await;
    }
    tampered(
        &house,
        "DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE position > 3;
         UPDATE event_head SET position = 3, hash = (SELECT hash FROM event WHERE position = 3)",
    )
    .await
    .unwrap();
    assert!(matches!(verify(&house).await, Err(event::Broken::Head(3))));
}

// RULES V5
#[tokio::test]
async fn the_log_refuses_change_and_deletion() {
    let house = House::empty().await;
    append(&house, 1).await;
    for sql in ["UPDATE event SET at = 0", "DELETE FROM event"] {
        assert!(tampered(&house, sql).await.is_err(), "{sql}");
    }
    assert_eq!(verify(&house).await.unwrap(), 1);
}

// RULES V5
#[tokio::test]
async fn a_personal_value_can_be_erased_without_breaking_the_chain() {
    let house = House::empty().await;
    house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                let event =
                    Event::new(Kind::ClientChanged, Actor::Operator).personal("phone", "555 0101");
                tx.append(event).await.map_err(Unavailable::from)
            })
        })
        .await
        .unwrap();
    let row = sqlx::query("SELECT body FROM event")
        .fetch_one(&house.app.reader)
        .await
        .unwrap();
    let body: String = row.get("body");
    assert!(!body.contains("555"), "{body}");
    tampered(&house, "DELETE FROM event_personal")
        .await
        .unwrap();
    assert_eq!(verify(&house).await.unwrap(), 1);
}

// RULES V6
#[tokio::test]
async fn time_never_runs_behind_the_last_event() {
    let house = House::empty().await;
    append(&house, 1).await;
    house.clock.advance(-HOUR);
    append(&house, 2).await;
    let times: Vec<i64> = sqlx::query_scalar("SELECT at FROM event ORDER BY position")
        .fetch_all(&house.app.reader)
        .await
        .unwrap();
    assert_eq!(times[0], times[1]);
}

async fn append(house: &House, number: i64) {
    house
        .app
        .writer
        .run(move |tx| Box::pin(async move { note(tx, number).await.map_err(Unavailable::from) }))
        .await
        .unwrap();
}

/// The same database again, as another process has it.
async fn second(house: &House, on_fatal: Arc<AtomicUsize>) -> App {
    App::open(
        (*house.app.config).clone(),
        Keys::load(&house.app.config.keys_dir).ok().unwrap(),
        house.app.clock.clone(),
        house.app.random.clone(),
        Arc::new(move |_| {
            on_fatal.fetch_add(1, Ordering::SeqCst);
        }),
    )
    .await
    .unwrap()
}

// RULES V1
#[tokio::test]
async fn a_database_that_cannot_commit_ends_the_process_and_acknowledges_nothing() {
    let house = House::empty().await;
    let ended = Arc::new(AtomicUsize::new(0));
    let app = second(&house, ended.clone()).await;
    let write = |break_it: bool| {
        app.writer.run(move |tx| {
            Box::pin(async move {
                note(tx, 1).await?;
                if break_it {
                    // Found out at COMMIT only.
                    sqlx::raw_sql(
                        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT;
                         CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED) STRICT;
                         INSERT INTO two VALUES (1)",
                    )
                    .execute(tx.conn())
                    .await?;
                }
                Ok::<_, Unavailable>(())
            })
        })
    };
    assert_eq!(write(false).await, Ok(()));
    let (before, broken, after) = tokio::join!(write(false), write(true), write(false));
    assert_eq!(broken, Err(Unavailable));
    assert_eq!(
        (before, after),
        (Err(Unavailable), Err(Unavailable)),
        "one batch, one fate"
    );
    assert_eq!(ended.load(Ordering::SeqCst), 1);
    assert_eq!(
        write(false).await,
        Err(Unavailable),
        "and nothing is written afterwards"
    );
    assert_eq!(verify(&house).await.unwrap(), 1);
}

/// What the file may grow to: as it is, or as large as it likes.
async fn room(house: &House, some: bool) {
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
                    .fetch_one(tx.conn())
                    .await?;
                let most = if some { 1_000_000 } else { pages };
                sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
                    "PRAGMA max_page_count = {most}"
                )))
                .execute(tx.conn())
                .await?;
                Ok::<_, Unavailable>(())
            })
        })
        .await
        .unwrap();
}

// RULES V1
#[tokio::test]
async fn with_the_disk_full_nothing_is_acknowledged_and_nothing_lost_and_with_room_it_goes_on() {
    let house = House::empty().await;
    append(&house, 1).await;
    room(&house, false).await;
    let mut waiting = Vec::new();
    for number in 0..2_000 {
        let writer = house.app.writer.clone();
        waiting.push(tokio::spawn(async move {
            writer
                .run(move |tx| {
                    Box::pin(async move { note(tx, number).await.map_err(Unavailable::from) })
                })
                .await
        }));
    }
    let mut kept = 1;
    let mut refused = 0;
    for result in waiting {
        match result.await.unwrap() {
            Ok(_) => kept += 1,
            Err(Unavailable) => refused += 1,
        }
    }
    assert!(refused > 0, "there was room for all");
    assert_eq!(verify(&house).await.unwrap(), kept, "what was acknowledged");
    room(&house, true).await;
    append(&house, 3).await;
    assert_eq!(verify(&house).await.unwrap(), kept + 1);
}

// RULES V2, V5
#[tokio::test]
async fn two_processes_write_one_chain_and_each_hears_of_the_other() {
    let house = House::empty().await;
    let other = second(&house, Arc::default()).await;
    let mut heard = house.app.writer.position();
    let mut waiting = Vec::new();
    for number in 0..100_i64 {
        let writer = if number % 2 == 0 {
            &house.app.writer
        } else {
            &other.writer
        };
        let writer = writer.clone();
        waiting.push(tokio::spawn(async move {
            writer
                .run(move |tx| {
                    Box::pin(async move { note(tx, number).await.map_err(Unavailable::from) })
                })
                .await
        }));
    }
    let mut positions = Vec::new();
    for result in waiting {
        positions.push(result.await.unwrap().unwrap().0);
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=100).collect::<Vec<_>>());
    assert_eq!(verify(&house).await.unwrap(), 100);
    let all = heard.wait_for(|position| position.0 == 100);
    tokio::time::timeout(std::time::Duration::from_secs(10), all)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn what_each_event_touches_is_found_without_reading_every_request() {
    let house = House::furnished().await;
    let steps: Vec<String> = sqlx::query(
        "EXPLAIN QUERY PLAN UPDATE help_request SET position = 1
         WHERE id = 'r'
            OR (state <> 'solved' AND client_id = 'c')
            OR (state <> 'solved' AND address_id = 'a')
            OR (state <> 'solved' AND client_id IS NULL AND browser_id = 'b')",
    )
    .fetch_all(&house.app.reader)
    .await
    .unwrap()
    .iter()
    .map(|row| row.get("detail"))
    .collect();
    assert!(
        !steps.iter().any(|step| step.starts_with("SCAN")),
        "{steps:?}"
    );
}
