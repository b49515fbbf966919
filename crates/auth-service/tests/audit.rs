//! Checking the log and exporting it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_auth::clock::DAY;
use latchkey_auth::db::Unavailable;
use latchkey_auth::epoch;
use latchkey_auth::event::{
    self, Actor, Broken, Corrected, Event, Export, ExportError, Kind, Wanted,
};
use latchkey_auth::keys::Keys;
use latchkey_auth::random::SystemRandom;
use latchkey_auth::testing::{House, START};
use latchkey_protocol::ClientId;
use serde_json::{Value, json};

/// Text of a stranger that would break a line, a terminal or a quote.
const HOSTILE: &str = "a\"b\\\n\u{1b}[2J\u{9b}31m\u{202e}\u{2028}=cmd";

async fn append(house: &House, event: Event) {
    house
        .app
        .writer
        .run(|tx| Box::pin(async move { tx.append(event).await.map_err(Unavailable::from) }))
        .await
        .unwrap();
}

/// Five events; nobody writes to the file afterwards but the test.
async fn five() -> House {
    let house = House::empty().await;
    for number in 1..=5 {
        append(&house, numbered(number)).await;
    }
    house
}

fn numbered(number: i64) -> Event {
    Event::new(Kind::ViewChanged, Actor::Service).with("number", number)
}

async fn verify(house: &House) -> Result<i64, Broken> {
    let mut conn = house.app.reader.acquire().await.unwrap();
    event::verify(&mut conn, &house.app.keys).await
}

/// As somebody with the file in hand, who leaves the triggers out.
async fn tampered(house: &House, sql: &'static str) {
    use sqlx::ConnectOptions;
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(house.app.config.database_path().unwrap())
        .foreign_keys(false)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(
        "DROP TRIGGER IF EXISTS event_is_not_changed; DROP TRIGGER IF EXISTS event_is_not_deleted",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
}

async fn export(house: &House, wanted: Wanted) -> Result<String, ExportError> {
    let export = house
        .app
        .writer
        .run(|tx| Box::pin(Export::begin(tx, wanted)))
        .await?;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let mut out = Vec::new();
    let written = export.write(&mut conn, &mut out).await?;
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count() as u64, written);
    Ok(text)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kinds(text: &str) -> Vec<String> {
    lines(text)
        .iter()
        .map(|line| line["kind"].as_str().unwrap().to_owned())
        .collect()
}

// RULES V5
#[tokio::test]
async fn the_first_broken_row_is_named_however_it_was_broken() {
    for (sql, first) in [
        ("UPDATE event SET at = at + 1 WHERE position = 2", 2),
        ("UPDATE event SET client_id = 'x' WHERE position >= 4", 4),
        ("UPDATE event SET hash = x'00' WHERE position = 3", 3),
        (
            "UPDATE event SET prev_hash = zeroblob(32) WHERE position = 5",
            5,
        ),
        ("UPDATE event SET position = 0 WHERE position = 1", 0),
        (
            "INSERT INTO event SELECT -7, at, kind, actor_kind, actor_id, client_id, request_id,
             address_id, browser_id, subject_id, body, prev_hash, hash, seal FROM event LIMIT 1",
            -7,
        ),
    ] {
        let house = five().await;
        assert_eq!(verify(&house).await.unwrap(), 5);
        tampered(&house, sql).await;
        let found = verify(&house).await;
        assert!(
            matches!(found, Err(Broken::Link(at)) if at == first),
            "{sql}: {found:?}"
        );
    }
}

// RULES V5
#[tokio::test]
async fn a_missing_row_and_a_cut_tail_are_named() {
    for (sql, first) in [
        ("DELETE FROM event WHERE position = 1", 1),
        ("DELETE FROM event WHERE position = 3", 3),
        ("DELETE FROM event WHERE position > 3", 4),
        ("DELETE FROM event", 1),
    ] {
        let house = five().await;
        tampered(&house, sql).await;
        let found = verify(&house).await;
        assert!(
            matches!(found, Err(Broken::Missing(at)) if at == first),
            "{sql}: {found:?}"
        );
    }
    let house = five().await;
    tampered(&house, "DELETE FROM event_head").await;
    assert!(matches!(verify(&house).await, Err(Broken::Head(5))));
}

/// What somebody without the key has: another one, and the whole program.
async fn forged(events: i64) -> House {
    let house = House::empty().await;
    for number in 1..=events {
        append(&house, numbered(number * 10)).await;
    }
    house
}

/// Replaces the log of `house` by that of `other`, head and all.
async fn replaced(house: &House, other: &House) {
    use sqlx::ConnectOptions;
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(house.app.config.database_path().unwrap())
        .connect()
        .await
        .unwrap();
    sqlx::query("ATTACH DATABASE $1 AS other")
        .bind(other.app.config.database_path().unwrap().to_str().unwrap())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::raw_sql(
        "DROP TRIGGER event_is_not_deleted;
         DELETE FROM event; INSERT INTO event SELECT * FROM other.event;
         DELETE FROM event_head; INSERT INTO event_head SELECT * FROM other.event_head",
    )
    .execute(&mut conn)
    .await
    .unwrap();
}

// RULES V5
#[tokio::test]
async fn a_chain_recomputed_under_another_key_is_named_by_its_first_row() {
    let other = forged(5).await;
    // The seeded randomness of tests gives every house one key: this one is another.
    let folder = tempfile::tempdir().unwrap();
    let key = Keys::load_or_create(&folder.path().join("keys"), &SystemRandom).unwrap();
    let mut conn = other.app.reader.acquire().await.unwrap();
    assert!(matches!(
        event::verify(&mut conn, &key).await,
        Err(Broken::Forged(1))
    ));
    // Rows three and later made anew: the hashes follow, and only the seals do not.
    let house = House::empty().await;
    for number in [10, 20, 3, 4, 5] {
        append(&house, numbered(number)).await;
    }
    tampered(
        &other,
        "UPDATE event SET seal = zeroblob(32) WHERE position >= 3",
    )
    .await;
    replaced(&house, &other).await;
    assert!(matches!(verify(&house).await, Err(Broken::Forged(3))));
    // Without any seal, as in a log from before there were any, it is found by its end.
    tampered(
        &house,
        "UPDATE event SET seal = NULL; UPDATE event_head SET mac = zeroblob(32)",
    )
    .await;
    assert!(matches!(verify(&house).await, Err(Broken::Head(5))));
    // A row cannot lose its seal where an earlier one has it.
    let house = five().await;
    tampered(&house, "UPDATE event SET seal = NULL WHERE position = 4").await;
    assert!(matches!(verify(&house).await, Err(Broken::Forged(4))));
}

// RULES V5, V6
#[tokio::test]
async fn a_tail_that_was_cut_off_with_its_old_seal_is_named_by_what_the_keys_folder_remembers() {
    let house = five().await;
    let keys = &house.app.keys;
    let head = "SELECT hex(hash) || ' ' || hex(mac) FROM event_head";
    let old: String = sqlx::query_scalar(head)
        .fetch_one(&house.app.reader)
        .await
        .unwrap();
    let (hash, mac) = old.split_once(' ').unwrap();
    let known = epoch::remembered(keys).unwrap();
    let mut conn = house.app.reader.acquire().await.unwrap();
    epoch::reaches(&mut conn, &known).await.unwrap();
    append(&house, numbered(6)).await;
    append(&house, numbered(7)).await;
    let known = epoch::remembered(keys).unwrap();
    let sql = format!(
        "DELETE FROM event WHERE position > 5;
         UPDATE event_head SET position = 5, hash = x'{hash}', mac = x'{mac}'"
    );
    tampered(&house, Box::leak(sql.into_boxed_str())).await;
    assert_eq!(verify(&house).await.unwrap(), 5, "in itself it is whole");
    let found = epoch::reaches(&mut conn, &known).await;
    assert!(
        matches!(found, Err(Broken::Shorter { end: 5, known: 7 })),
        "{found:?}"
    );
}

// RULES V5
#[tokio::test]
async fn nothing_is_written_after_an_end_that_is_not_ours() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let house = five().await;
    tampered(&house, "UPDATE event_head SET mac = zeroblob(32)").await;
    let ended = Arc::new(AtomicUsize::new(0));
    let count = ended.clone();
    let opened = latchkey_auth::App::open(
        (*house.app.config).clone(),
        Keys::load(&house.app.config.keys_dir).unwrap(),
        house.app.clock.clone(),
        house.app.random.clone(),
        Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        }),
    )
    .await;
    let words = opened.err().unwrap().to_string();
    assert!(words.contains("audit verify"), "{words}");
    assert_eq!(ended.load(Ordering::SeqCst), 0);
    assert!(
        matches!(verify(&house).await, Err(Broken::Head(5))),
        "nobody sealed it again"
    );
}

// RULES V5
#[tokio::test]
async fn a_corrected_personal_value_is_named_and_the_log_stays_whole() {
    let house = House::empty().await;
    let event = Event::new(Kind::ClientChanged, Actor::Operator)
        .personal("name", "Ada Okafor")
        .personal("email", "ada@example.org");
    append(&house, event).await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    assert_eq!(event::corrected(&mut conn).await.unwrap(), []);
    tampered(
        &house,
        "UPDATE event_personal SET value = 'Ada Okafor-Lang' WHERE name = 'name'",
    )
    .await;
    assert_eq!(verify(&house).await.unwrap(), 1);
    assert_eq!(
        event::corrected(&mut conn).await.unwrap(),
        [Corrected {
            position: 1,
            name: "name".to_owned()
        }]
    );
}

// RULES V5
#[tokio::test]
async fn an_export_holds_every_event_and_is_one_itself() {
    let house = House::furnished().await;
    let text = export(&house, Wanted::default()).await.unwrap();
    let lines = lines(&text);
    let all = i64::try_from(lines.len()).unwrap();
    assert_eq!(all, house.count("SELECT COUNT(*) FROM event").await);
    let last = lines.last().unwrap();
    assert_eq!(last["kind"], "audit_exported");
    assert_eq!(last["actor"], json!({ "kind": "operator", "id": null }));
    assert_eq!(last["time"], "2026-03-03T14:00:00Z");
    for pair in lines.windows(2) {
        assert_eq!(pair[1]["previous_hash"], pair[0]["hash"]);
    }
    let added = lines.iter().find(|line| line["kind"] == "staff_added");
    assert_eq!(added.unwrap()["personal"]["name"]["value"], "Rosa Rivera");
    assert_eq!(verify(&house).await.unwrap(), all);
}

// RULES V5, A5
#[tokio::test]
async fn what_a_stranger_typed_stays_inside_its_string() {
    let house = House::empty().await;
    let event = Event::new(Kind::HelpAsked, Actor::Stranger).personal("message", HOSTILE);
    append(&house, event).await;
    let text = export(&house, Wanted::default()).await.unwrap();
    assert!(text.is_ascii() && !text.contains('\u{1b}'), "{text:?}");
    let lines = lines(&text);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["personal"]["message"]["value"], HOSTILE);
    assert_eq!(lines[0]["erased"], json!([]));
    house.sql("DELETE FROM event_personal").await;
    let text = export(&house, Wanted::default()).await.unwrap();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(line["erased"], json!(["message"]));
    assert_eq!(line["personal"], json!({}));
}

// RULES A5, V5
#[tokio::test]
async fn a_sheet_holds_a_row_an_event_whatever_a_stranger_typed() {
    let house = House::empty().await;
    let event = Event::new(Kind::HelpAsked, Actor::Stranger)
        .personal("message", HOSTILE)
        .subject("=HYPERLINK(\"https://evil.example\")");
    append(&house, event).await;
    let export = house
        .app
        .writer
        .run(|tx| Box::pin(Export::begin(tx, Wanted::default())))
        .await
        .unwrap();
    let mut conn = house.app.reader.acquire().await.unwrap();
    let mut out = Vec::new();
    assert_eq!(export.write_sheet(&mut conn, &mut out).await.unwrap(), 2);
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 3, "a header and two rows: {text:?}");
    assert!(text.is_ascii() && !text.contains('\u{1b}'), "{text:?}");
    assert!(text.contains("\"'=HYPERLINK("), "{text}");
    let row = text.lines().nth(1).unwrap();
    assert!(
        row.starts_with("1,2026-03-03T14:00:00Z,help_asked,stranger,,"),
        "{row}"
    );
}

// RULES V5
#[tokio::test]
async fn an_export_about_one_client_holds_nothing_of_another() {
    let house = House::furnished().await;
    let (ada, ben) = (house.client("Ada").await, house.client("Ben").await);
    for client in [&ada, &ben] {
        append(
            &house,
            Event::new(Kind::LinkAsked, Actor::Stranger).client(client),
        )
        .await;
        append(
            &house,
            Event::new(Kind::SignedOut, Actor::Client(client.clone())),
        )
        .await;
    }
    let wanted = Wanted {
        client: Some(ada.clone()),
        since: None,
    };
    let text = export(&house, wanted).await.unwrap();
    assert!(text.contains(&ada.0) && !text.contains(&ben.0));
    assert_eq!(
        kinds(&text),
        ["client_added", "link_asked", "signed_out", "audit_exported"]
    );
    let nobody = Wanted {
        client: Some(ClientId("nobody".to_owned())),
        since: None,
    };
    let before = house.count("SELECT COUNT(*) FROM event").await;
    let refused = export(&house, nobody).await;
    assert!(matches!(refused, Err(ExportError::NoClient)));
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
}

// RULES V5
#[tokio::test]
async fn a_day_begins_at_midnight_where_the_practice_is() {
    let house = House::furnished().await;
    // Nine in the morning in New York; on to the last minute of that day, and over it.
    house.clock.advance(15 * 3_600_000 - 1);
    append(&house, numbered(1)).await;
    house.clock.advance(1);
    append(&house, numbered(2)).await;
    let since = |text: &str| Wanted {
        client: None,
        since: Some(text.to_owned()),
    };
    let text = export(&house, since("2026-03-04")).await.unwrap();
    assert_eq!(kinds(&text), ["view_changed", "audit_exported"]);
    assert_eq!(lines(&text)[0]["body"], json!({ "number": 2 }));
    assert_eq!(
        lines(&text)[1]["body"],
        json!({ "since": START.0 + 15 * 3_600_000 })
    );
    let text = export(&house, since("2026-03-04T05:00:00.001Z"))
        .await
        .unwrap();
    assert_eq!(text, "", "not even itself: it lies before that moment");
    house.clock.advance(DAY);
    for bad in [
        "yesterday",
        "2026-02-30",
        "2026-03-04T05:00",
        "04/03/2026",
        "",
    ] {
        let refused = export(&house, since(bad)).await;
        assert!(matches!(refused, Err(ExportError::NoDate(_))), "{bad}");
    }
}
