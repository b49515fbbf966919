//! The feed: resumed, reset, gone, idle.

use latchkey_protocol::ErrorCode;
use latchkey_view::{Command, Connection};
use serde_json::json;

use crate::support::{Bench, document, event, is_connected, is_offline, solved, until};

// RULES V2
#[tokio::test]
async fn a_stream_that_was_cut_is_resumed_where_it_was() {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 41));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.cut();
    until("opened again", || {
        bench.clock.advance(500);
        bench.practice.streams() == 1
    })
    .await;
    let feeds = bench.practice.script().feeds.clone();
    assert_eq!(feeds, [None, Some("41".to_owned())]);
}

// RULES V2
#[tokio::test]
async fn the_next_start_resumes_where_the_cache_is() {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 41));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    window.sees("connected", is_connected).await;
    assert_eq!(
        bench.practice.script().feeds.last().unwrap().as_deref(),
        Some("41")
    );
}

#[tokio::test]
async fn a_request_that_changes_is_replaced_whole() {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("open", |view| view.inbox.counts.open == 1)
        .await;
    bench.practice.say(&solved("r1", 2));
    let view = window
        .sees("solved", |view| view.inbox.counts.solved == 1)
        .await;
    assert_eq!(view.inbox.counts.open, 0);
    assert!(view.inbox.rows.is_empty(), "the inbox shows open ones");
}

// RULES V2
#[tokio::test]
async fn a_request_that_left_this_caseload_is_erased() {
    let (mut bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    bench
        .practice
        .push("id: 2\nevent: gone\ndata: {\"request\":\"r1\",\"reason\":\"not_yours\"}\n\n");
    window
        .sees("gone", |view| {
            view.inbox.rows.is_empty() && view.pane.is_none()
        })
        .await;
    bench.practice.close().await;
    bench.restart().await;
    let window = bench.window().await;
    let view = window.sees("from the cache", |view| view.inbox.known).await;
    assert!(view.inbox.rows.is_empty(), "gone from the cache, too");
}

// RULES D3
#[tokio::test]
async fn after_a_reset_the_whole_comes_again_and_what_was_read_stays_read() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    bench.practice.say(&document("r2", 2));
    window
        .sees("both", |view| view.inbox.counts.unread == 2)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    window
        .sees("read", |view| view.inbox.counts.unread == 1)
        .await;
    bench.practice.push("event: reset\n\n");
    bench.practice.say(&document("r1", 7));
    bench.practice.say(&document("r3", 8));
    let view = window
        .sees("the new whole", |view| {
            view.inbox.rows.iter().any(|row| row.id.0 == "r3")
        })
        .await;
    assert!(!view.inbox.rows.iter().any(|row| row.id.0 == "r2"));
    let first = view.inbox.rows.iter().find(|row| row.id.0 == "r1").unwrap();
    assert!(!first.unread);
}

#[tokio::test]
async fn silence_of_45_seconds_is_a_dead_connection_and_a_comment_is_a_sign_of_life() {
    let (bench, window) = Bench::signed_in().await;
    // Ten minutes of nothing but comments.
    bench.pass(600_000).await;
    window.sees("connected", is_connected).await;
    assert_eq!(bench.practice.script().feeds.len(), 1);
    bench.clock.advance(45_000);
    until("opened again", || {
        bench.clock.advance(500);
        bench.practice.script().feeds.len() > 1
    })
    .await;
}

// RULES D9
#[tokio::test]
async fn offline_reading_works_and_acting_is_blocked_with_the_reason() {
    let (mut bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.close().await;
    let view = bench.passing(window.sees("offline", is_offline)).await;
    let Connection::Offline(offline) = view.connection else {
        panic!("not offline");
    };
    assert!(offline.retry_at > offline.since);
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    let view = window.sees("the pane", |view| view.pane.is_some()).await;
    assert_eq!(view.pane.unwrap().blocked, Some(ErrorCode::Offline));
    let refused = window
        .act(Command::IssuePin {
            request: "r1".into(),
            evidence: latchkey_protocol::Evidence::WithMe,
        })
        .await;
    assert_eq!(
        refused,
        json!({"answer": "refused", "code": "offline", "by": null, "retry_at": null})
    );
    let refused = window
        .act(Command::ResendLink {
            request: "r1".into(),
        })
        .await;
    assert_eq!(refused["code"], "offline");

    // Back: what was opened offline is told once; the refused PIN is not issued late.
    bench.practice.reopen().await;
    window.act(Command::ConnectNow).await;
    window.sees("connected", is_connected).await;
    until("seen", || bench.practice.script().written.len() == 1).await;
    assert_eq!(bench.practice.script().written[0].path, "r1/seen");
}

#[tokio::test]
async fn the_inbox_is_drawn_from_the_cache_before_the_network_answers() {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    drop(window);
    bench.stop().await;
    bench.practice.close().await;
    bench.start();
    let window = bench.window().await;
    let view = window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    assert!(view.inbox.known);
    assert_ne!(view.connection, Connection::Connected);
}

#[tokio::test]
async fn an_empty_list_is_not_known_until_the_feed_has_settled() {
    let (bench, window) = Bench::signed_in().await;
    let view = window.sees("connected", is_connected).await;
    assert!(!view.inbox.known);
    bench.clock.advance(1_000);
    window.sees("known", |view| view.inbox.known).await;
}

#[tokio::test]
async fn a_burst_of_requests_is_drawn_in_order_with_nothing_twice() {
    let bench = Bench::started().await;
    let backlog: String = (1..=300)
        .map(|at| event(&document(&format!("r{at:03}"), at)))
        .collect();
    bench.practice.script().backlog = vec![backlog.clone(), backlog];
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    let view = window.sees("all", |view| view.inbox.total == 300).await;
    assert_eq!(view.inbox.rows.len(), 100, "the first page");
    assert_eq!(
        view.inbox.rows[0].id.0, "r001",
        "who waits longest is first"
    );
    let last = window
        .act(Command::ReadRows {
            from: 250,
            count: 100,
        })
        .await;
    assert_eq!(last["list"], json!(view.inbox.list));
    assert_eq!(last["rows"].as_array().unwrap().len(), 50);
    assert_eq!(last["rows"][49]["id"], "r300");
}

// RULES D9
#[tokio::test]
async fn no_pin_is_asked_for_while_only_the_feed_is_down() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.script().feed_status = Some(503);
    bench.practice.cut();
    bench.passing(window.sees("offline", is_offline)).await;
    for command in [
        Command::IssuePin {
            request: "r1".into(),
            evidence: latchkey_protocol::Evidence::WithMe,
        },
        Command::Solve {
            request: "r1".into(),
        },
    ] {
        assert_eq!(window.act(command).await["code"], "offline");
    }
    assert!(bench.practice.script().written.is_empty());
}
