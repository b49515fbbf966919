//! A service that means no good, or is broken.

mod answers;
mod documents;
#[cfg(target_os = "linux")]
mod tls;

use latchkey_view::{Command, Session, SignedOut};
use serde_json::json;

use crate::support::{
    Bench, FakeKeychain, TestWindow, document, event, is_offline, is_signed_in, is_signed_out,
    until,
};

async fn goes_offline(bench: &Bench, window: &TestWindow) {
    bench.passing(window.sees("offline", is_offline)).await;
}

/// The agent gives the stream up by itself, not because time passed.
async fn gives_up(endless: String) {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.script().endless = Some(endless);
    bench.practice.cut();
    until("the stream is opened again", || {
        if bench.practice.script().feeds.len() == 1 {
            bench.clock.advance(500);
        }
        bench.practice.script().feeds.len() > 1
    })
    .await;
    window.sees("offline", is_offline).await;
    let view = window.sees("still there", is_signed_in).await;
    assert!(view.inbox.rows.is_empty());
    let taken = bench
        .practice
        .script()
        .taken
        .load(std::sync::atomic::Ordering::SeqCst);
    // What the sockets on the way hold is taken, too.
    assert!(taken < 32 * 1024 * 1024, "{taken} bytes were taken");
}

// RULES V4
#[tokio::test]
async fn a_document_without_an_end_is_given_up_at_a_bounded_size() {
    gives_up("x".repeat(64 * 1024)).await;
    gives_up(format!("event: request\ndata: {}\n", "x".repeat(64 * 1024))).await;
}

// RULES V4
#[tokio::test]
async fn comments_without_an_end_are_given_up() {
    gives_up(format!(": {}\n", "y".repeat(64 * 1024))).await;
}

// RULES V4
#[tokio::test]
async fn wrong_types_are_never_half_taken() {
    for (member, value) in [
        ("id", json!(7)),
        ("created_at", json!("yesterday")),
        ("who", json!(null)),
        ("match_words", json!(["one"])),
        ("timeline", json!({"0": 1})),
        ("position", json!("x")),
    ] {
        let (bench, window) = Bench::signed_in().await;
        let mut broken = document("r1", 1);
        broken[member] = value;
        bench.practice.script().backlog = vec![event(&broken)];
        bench.practice.say(&broken);
        goes_offline(&bench, &window).await;
        assert!(
            window
                .sees("nothing", is_offline)
                .await
                .inbox
                .rows
                .is_empty(),
            "{member}"
        );
    }
}

// RULES X1
#[tokio::test]
async fn what_a_newer_service_adds_is_passed_over() {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.push("id: 3\nevent: weather\ndata: rain\n\n");
    let mut newer = document("r1", 4);
    newer["state"] = json!("on_the_moon");
    newer["tier"] = json!({"tier": "three_people", "evidence": []});
    newer["diagnosis"]["cause"] = json!("solar_wind");
    newer["timeline"] = json!([{"at": 1, "what": {"kind": "levitated", "height": 3}}]);
    newer["extra"] = json!({"a": 1});
    bench.practice.say(&newer);
    window
        .sees("the request", |view| view.inbox.counts.open == 1)
        .await;
}

// RULES A5
#[tokio::test]
async fn script_in_a_message_stays_text() {
    let (bench, mut window) = Bench::signed_in().await;
    let text = "<script>alert(1)</script> \u{202e}evil\u{7} {{7*7}} %s";
    let mut document = document("r1", 1);
    document["message"] = json!(text);
    document["who"]["typed"] = json!("<img src=x onerror=alert(1)>");
    bench.practice.say(&document);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    let view = window.sees("the pane", |view| view.pane.is_some()).await;
    let request = view.pane.unwrap().request;
    assert_eq!(
        request.message.unwrap(),
        "<script>alert(1)</script> evil {{7*7}} %s"
    );
    assert_eq!(request.who.typed, "<img src=x onerror=alert(1)>");
}

// RULES V4
#[tokio::test]
async fn more_requests_than_a_practice_could_have_do_not_fill_the_memory_where_no_disk_keeps_them()
{
    let mut bench = Bench::set_up().await;
    bench.os.record().keychain = FakeKeychain::Absent;
    bench.start();
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    for batch in 0..25 {
        let text: String = (0..100)
            .map(|at| {
                event(&document(
                    &format!("r{batch:02}{at:02}"),
                    batch * 100 + at + 1,
                ))
            })
            .collect();
        bench.practice.push(&text);
    }
    let newest = "r2499";
    bench.practice.say(&document(newest, 2_500));
    let view = window
        .sees("bounded", |view| {
            let oldest = view.inbox.rows.first();
            view.inbox.counts.open == 2_000 && oldest.is_some_and(|row| row.id.0 == "r0500")
        })
        .await;
    assert_eq!(view.inbox.total, 2_000);
    let last = window
        .act(Command::FindRow {
            request: newest.into(),
        })
        .await;
    assert_eq!(last["at"], 1_999);
}

// RULES D1
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let trap = format!("http://{}", listener.local_addr().unwrap());
    let bench = Bench::started().await;
    let target = bench.practice.url();
    let router = axum::Router::new().fallback(move |uri: axum::http::Uri| {
        let to = format!("{target}{uri}");
        async move { axum::response::Redirect::temporary(&to) }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
    window.act(Command::SignIn { practice: trap }).await;
    window
        .sees("refused", |view| {
            matches!(
                view.session,
                Session::SignedOut {
                    why: Some(SignedOut::NotAPractice),
                    ..
                }
            )
        })
        .await;
    assert!(bench.os.record().browsed.is_empty());
}

// RULES V4
#[tokio::test]
async fn an_answer_without_an_end_is_not_read_to_its_end() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.script().endless_answers = 2;
    let answer = window
        .act(Command::Solve {
            request: "r1".into(),
        })
        .await;
    assert_eq!(answer["code"], "no_answer");
    assert_eq!(bench.practice.script().written.len(), 2);
}
