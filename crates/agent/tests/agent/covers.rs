//! Cover periods and sessions of clients, as the service tells them.

use latchkey_protocol::{ErrorCode, SetCover, UnixMillis};
use latchkey_view::{Command, View};
use serde_json::{Value, json};

use crate::support::{Bench, MORNING, document, is_connected, is_locked, is_offline};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// Longer than what a stream begins with takes to arrive.
const SETTLED: i64 = 1_500;

fn covers(of: &Value) -> String {
    format!("event: covers\ndata: {of}\n\n")
}

fn cover() -> Value {
    json!({
        "id": "k1", "away": "s2", "away_name": "Lee\u{202e} Moreau", "covered_by": "s1",
        "covered_by_name": "Rosa Rivera", "from": 1, "until": MORNING + HOUR, "running": true,
        "mood": "good"
    })
}

fn is_covering(view: &View) -> bool {
    is_connected(view) && view.covers.len() == 1
}

// RULES A5, X1
#[tokio::test]
async fn who_covers_for_whom_is_shown_while_the_service_says_so_and_can_be_reached() {
    let (mut bench, window) = Bench::signed_in().await;
    for data in ["", "{}", "[{\"id\":1}]", "nonsense"] {
        bench
            .practice
            .push(&format!("event: covers\ndata: {data}\n\n"));
    }
    bench.practice.push(&covers(&json!([cover()])));
    let view = window.sees("it", is_covering).await;
    assert_eq!(view.covers[0].away_name, "Lee Moreau");
    // What stood before the connection broke may be over.
    bench.practice.close().await;
    let view = window.sees("no connection", is_offline).await;
    assert!(view.covers.is_empty());
    bench.practice.reopen().await;
    bench
        .passing(window.sees("the connection", is_connected))
        .await;
    bench.pass(SETTLED).await;
    window
        .sees("that it is over", |view| {
            is_connected(view) && view.covers.is_empty()
        })
        .await;
}

// RULES D4
#[tokio::test]
async fn a_locked_window_knows_of_no_cover() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.push(&covers(&json!([cover()])));
    window.sees("it", is_covering).await;
    window.act(Command::Lock).await;
    let view = window.sees("the lock", is_locked).await;
    assert!(view.covers.is_empty());
}

// RULES D9
#[tokio::test]
async fn a_cover_is_set_and_ended_as_the_person_says_and_not_without_a_connection() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let wish = |away: Option<&str>| {
        Command::SetCover(SetCover {
            away: away.map(Into::into),
            covered_by: "s2".into(),
            from: None,
            until: UnixMillis(MORNING + HOUR),
        })
    };
    let end = || Command::CancelCover { cover: "k1".into() };
    for (command, path, body) in [
        (
            wish(None),
            "covers",
            json!({"covered_by": "s2", "until": MORNING + HOUR}),
        ),
        (
            wish(Some("s3")),
            "covers",
            json!({"away": "s3", "covered_by": "s2", "until": MORNING + HOUR}),
        ),
        (end(), "covers/cancel", json!({"cover": "k1"})),
    ] {
        assert_eq!(window.act(command).await["answer"], "done");
        let written = bench.practice.script().written.pop().unwrap();
        assert_eq!((written.path.as_str(), written.body), (path, body));
    }
    let overlaps =
        json!({"status": 409, "code": "cover_overlaps", "title": "x", "by": "Sam\u{7} Park"});
    bench.practice.script().answers.push_back((409, overlaps));
    let told = window.act(wish(None)).await;
    assert_eq!(told["code"], json!(ErrorCode::CoverOverlaps));
    assert_eq!(told["by"], json!("Sam Park"));
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    for command in [wish(None), end()] {
        let told = window.act(command).await;
        assert_eq!(told["code"], json!(ErrorCode::Offline));
    }
}

/// A client who asked so long ago, with a session from then until then.
fn asks(id: &str, ago: i64, session: Option<(i64, i64)>) -> Value {
    let mut request = document(id, 1);
    request["created_at"] = json!(MORNING - ago);
    if let Some((from, until)) = session {
        request["session"] = json!({"from": MORNING + from, "until": MORNING + until});
    }
    request
}

fn order(view: &View) -> Vec<&str> {
    view.inbox
        .rows
        .iter()
        .map(|row| row.id.0.as_str())
        .collect()
}

#[tokio::test]
async fn whose_session_is_next_comes_first_and_then_who_waits_longest() {
    let (bench, window) = Bench::signed_in().await;
    for (position, mut request) in [
        asks("waits", 2 * HOUR, None),
        asks("tomorrow", 3 * HOUR, Some((24 * HOUR, 25 * HOUR))),
        asks("soon", 5 * MINUTE, Some((40 * MINUTE, 90 * MINUTE))),
        asks("in-it", MINUTE, Some((-10 * MINUTE, 10 * MINUTE))),
        asks("later", 10 * MINUTE, Some((4 * HOUR, 5 * HOUR))),
        asks("over", 4 * HOUR, Some((-HOUR, -MINUTE))),
    ]
    .into_iter()
    .enumerate()
    {
        request["position"] = json!(position + 1);
        bench.practice.say(&request);
    }
    let first = ["in-it", "soon", "over", "tomorrow", "waits", "later"];
    let view = window.sees("all", |view| order(view) == first).await;
    let session = view.inbox.rows[1].session.unwrap();
    assert_eq!(session.from.0, MORNING + 40 * MINUTE);
    // The clock alone changes it: a session is over, another one comes near.
    bench.clock.advance(10 * MINUTE);
    let then = ["soon", "over", "tomorrow", "waits", "later", "in-it"];
    window.sees("it over", |view| order(view) == then).await;
    bench.clock.advance(50 * MINUTE);
    let then = ["soon", "later", "over", "tomorrow", "waits", "in-it"];
    window.sees("the next", |view| order(view) == then).await;
}
