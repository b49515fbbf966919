//! Databases of every schema that has landed, kept as SQL text: each is brought up to
//! date with nothing lost.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "pages/browser.rs"]
mod browser;
mod desk;
mod fixture;
#[path = "pages/scene.rs"]
mod scene;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use latchkey_auth::App;
use latchkey_auth::config::Config;
use latchkey_auth::db::Unavailable;
use latchkey_auth::document;
use latchkey_auth::epoch::{self, Mark, Marker};
use latchkey_auth::event::{self, Actor, Event, Kind};
use latchkey_auth::keys::Keys;
use latchkey_auth::testing::{FakeClock, START, SeededRandom};
use latchkey_protocol::{Cause, Position, RequestId, RequestState, UnixMillis};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};
use tempfile::TempDir;

/// A fixture on disk, with the keys that belong to it.
struct Old {
    folder: TempDir,
    config: Config,
}

impl Old {
    async fn of(schema: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: folder.path().join("data"),
            keys_dir: folder.path().join("keys"),
            ..Config::default()
        };
        // Every house of the tests draws its key first from the same seed.
        Keys::load_or_create(&config.keys_dir, &SeededRandom::new(1)).unwrap();
        let old = Self { folder, config };
        fixture::restore(schema, &old.config.database_path().unwrap()).await;
        old.remember().await;
        old
    }

    /// What the keys folder remembered of it, since there are epochs.
    async fn remember(&self) {
        let mut conn = plain(&self.config.database_path().unwrap()).await;
        if !tables(&mut conn).await.contains(&"epoch".to_owned()) {
            return;
        }
        let row = sqlx::query("SELECT *, (SELECT MAX(number) FROM epoch) AS epoch FROM event_head")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        let mark = Mark {
            epoch: row.get("epoch"),
            position: Position(row.get("position")),
            at: UnixMillis(row.get("at")),
            hash: row.get::<Vec<u8>, _>("hash").try_into().unwrap(),
        };
        drop(Marker::open(&Arc::new(self.keys()), &mark).unwrap());
    }

    fn keys(&self) -> Keys {
        Keys::load(&self.config.keys_dir).unwrap()
    }

    async fn open(&self) -> Result<App, latchkey_auth::app::AppError> {
        App::open(
            self.config.clone(),
            self.keys(),
            Arc::new(FakeClock::at(START)),
            Arc::new(SeededRandom::new(7)),
            Arc::new(|words| panic!("{words}")),
        )
        .await
    }

    async fn rows(&self) -> Rows {
        rows(&mut plain(&self.config.database_path().unwrap()).await).await
    }
}

async fn plain(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file);
    options.connect().await.unwrap()
}

/// Each table's columns, and its rows.
type Rows = BTreeMap<String, (Vec<String>, Vec<String>)>;

async fn tables(conn: &mut SqliteConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlx%'",
    )
    .fetch_all(conn)
    .await
    .unwrap()
}

async fn rows(conn: &mut SqliteConnection) -> Rows {
    let mut all = Rows::new();
    for table in tables(conn).await {
        let columns = fixture::columns(conn, &table).await;
        let rows = fixture::literals(conn, &table, &columns).await;
        all.insert(table, (columns, rows));
    }
    all
}

#[test]
fn every_schema_that_has_landed_has_its_fixture() {
    for schema in fixture::schemas() {
        assert!(
            fixture::path(schema).exists(),
            "schema {schema} has no fixture: CONTRIBUTING.md, \"A new migration\", says how it is made"
        );
    }
}

// RULES X1, V5
#[tokio::test]
async fn each_schema_is_brought_up_to_date_with_every_row_as_it_was() {
    for schema in fixture::schemas() {
        let old = Old::of(schema).await;
        let before = old.rows().await;
        let app = old.open().await.unwrap();
        let mut conn = app.reader.acquire().await.unwrap();
        let events = event::verify(&mut conn, &app.keys).await.unwrap();
        assert!(events >= 40, "schema {schema}: {events}");
        for (table, (columns, rows)) in &before {
            let now = fixture::literals(&mut conn, table, columns).await;
            assert_eq!(&now, rows, "schema {schema}, {table}");
            // Nothing has been let go, lost or repeated on that morning.
            let quiet = ["event_start", "request_lost", "idempotency"];
            assert!(
                !rows.is_empty() || quiet.contains(&table.as_str()),
                "schema {schema}: nothing in {table}"
            );
        }
        // An update is no restore: nothing has ended, and mail goes out.
        assert_eq!(epoch::held(&mut conn).await.unwrap(), None);
        let live = "SELECT (SELECT COUNT(*) FROM link WHERE state = 'live')
                         + (SELECT COUNT(*) FROM pin WHERE state = 'live')
                         + (SELECT COUNT(*) FROM client_session WHERE ended_at IS NULL)
                         + (SELECT COUNT(*) FROM device WHERE revoked_at IS NULL)";
        let live: i64 = sqlx::query_scalar(live)
            .fetch_one(&mut *conn)
            .await
            .unwrap();
        assert!(live >= 5, "schema {schema}: {live}");
        drop(conn);
        works(&app, schema).await;
    }
}

/// What the rows mean is what they meant, and the log goes on.
async fn works(app: &App, schema: i64) {
    let mut conn = app.reader.acquire().await.unwrap();
    let requests: Vec<String> = sqlx::query_scalar("SELECT id FROM help_request ORDER BY id")
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    let mut told = Vec::new();
    for id in requests {
        let document = document::load(&mut conn, &RequestId(id), app.now()).await;
        let document = document.unwrap().unwrap();
        told.push((document.who.typed, document.state, document.diagnosis.cause));
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let told: Vec<_> = told
        .iter()
        .map(|(typed, state, cause)| (typed.as_str(), *state, *cause))
        .collect();
    assert_eq!(
        told,
        [
            (
                "ben@full.example",
                RequestState::Solved,
                Cause::SignedInSince
            ),
            (
                "lindqvist@example.org",
                RequestState::New,
                Cause::NothingAsked
            ),
            (
                "mother@example.org",
                RequestState::WaitingForClient,
                Cause::NothingAsked
            ),
            (
                "nobody@example.net",
                RequestState::New,
                Cause::AddressUnknown
            ),
        ],
        "schema {schema}"
    );
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let event = Event::new(Kind::ViewChanged, Actor::Service);
                tx.append(event).await.map_err(Unavailable::from)
            })
        })
        .await
        .unwrap();
    event::verify(&mut conn, &app.keys).await.unwrap();
}

// RULES X1
#[tokio::test]
async fn a_newer_schema_is_refused_in_words_and_left_alone() {
    let newest = *fixture::schemas().last().unwrap();
    let old = Old::of(newest).await;
    let file = old.config.database_path().unwrap();
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations VALUES (9001, 'later', '2030-01-01', 1, x'00', 1);
         CREATE TABLE later (id TEXT)",
    )
    .execute(&mut plain(&file).await)
    .await
    .unwrap();
    let before = old.rows().await;
    let words = old.open().await.err().unwrap().to_string();
    assert!(
        words.contains("newer latchkey-auth") && words.contains("9001"),
        "{words}"
    );
    assert_eq!(old.rows().await, before);
}

// RULES V1
#[tokio::test]
async fn a_kill_9_in_the_middle_leaves_a_schema_that_was_and_the_next_run_goes_on() {
    let newest = *fixture::schemas().last().unwrap();
    let old = Old::of(1).await;
    let file = old.config.database_path().unwrap();
    let whole = old.rows().await;
    let mut stopped = std::collections::BTreeSet::new();
    let migrate = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey-auth"));
        command
            .env_clear()
            .env("HOME", old.folder.path())
            .arg("migrate")
            .arg("--data-dir")
            .arg(&old.config.data_dir)
            .arg("--keys-dir")
            .arg(&old.config.keys_dir);
        command
    };
    for step in 0..12 {
        std::fs::remove_dir_all(&old.config.data_dir).unwrap();
        let _ = std::fs::remove_file(old.config.keys_dir.join("epoch"));
        fixture::restore(1, &file).await;
        let mut child = migrate()
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(4 * step)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let mut conn = plain(&file).await;
        let at: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        stopped.insert(at);
        let now = rows(&mut conn).await;
        for (table, (columns, rows)) in &whole {
            assert_eq!(
                &fixture::literals(&mut conn, table, columns).await,
                rows,
                "{table}"
            );
        }
        // What only a later change makes is there with that change, and not before.
        assert_eq!(now.contains_key("event_start"), at >= 3, "{at}");
        assert_eq!(now.contains_key("epoch"), at >= 4, "{at}");
        drop(conn);
        assert!(migrate().output().unwrap().status.success());
        let app = old.open().await.unwrap();
        let mut conn = app.reader.acquire().await.unwrap();
        assert_eq!(
            epoch::held(&mut conn).await.unwrap(),
            None,
            "a kill is no restore"
        );
    }
    assert!(
        stopped.iter().all(|at| (1..=newest).contains(at)),
        "{stopped:?}"
    );
}

// How the fixture of a new schema is made (CONTRIBUTING, "A new migration").
#[tokio::test]
#[ignore = "writes the fixture of the newest schema"]
async fn make_the_fixture_of_the_newest_schema() {
    let house = fixture::lived_in().await;
    let newest = *fixture::schemas().last().unwrap();
    let dump = fixture::dump(&house).await;
    std::fs::write(fixture::path(newest), dump).unwrap();
}
