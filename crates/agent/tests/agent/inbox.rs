//! Reading, opening, being the one window.

use latchkey_protocol::RequestId;
use latchkey_view::{Command, Folder};

use crate::support::{Bench, document, solved, until};

// RULES N2
#[tokio::test]
async fn opening_a_request_reads_it_here_and_says_seen_to_the_service_once() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("unread", |view| view.inbox.counts.unread == 1)
        .await;
    assert!(
        bench.practice.script().written.is_empty(),
        "arriving is not seeing"
    );
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    let view = window
        .sees("read", |view| view.inbox.counts.unread == 0)
        .await;
    assert_eq!(
        view.pane.unwrap().request.who.first_name.as_deref(),
        Some("Ada")
    );
    until("seen", || !bench.practice.script().written.is_empty()).await;
    assert_eq!(bench.practice.script().written[0].path, "r1/seen");

    let mut seen = document("r1", 2);
    seen["state"] = serde_json::json!("looking");
    seen["seen"] = serde_json::json!({"by": "Rosa Rivera", "at": 5});
    bench.practice.say(&seen);
    window
        .sees("looking", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.request.seen.is_some())
        })
        .await;
    window.act(Command::Select { request: None }).await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    assert_eq!(bench.practice.script().written.len(), 1);
}

#[tokio::test]
async fn a_read_request_can_be_marked_unread_and_stays_so_after_a_restart() {
    let (mut bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    bench.practice.say(&document("r2", 2));
    window
        .sees("both", |view| view.inbox.counts.unread == 2)
        .await;
    for id in ["r1", "r2"] {
        window
            .act(Command::Select {
                request: Some(id.into()),
            })
            .await;
    }
    window
        .act(Command::MarkUnread {
            request: "r1".into(),
        })
        .await;
    window
        .sees("one unread", |view| view.inbox.counts.unread == 1)
        .await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    let view = window.sees("both", |view| view.inbox.rows.len() == 2).await;
    let unread: Vec<_> = view.inbox.rows.iter().filter(|row| row.unread).collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].id, RequestId::from("r1"));
    assert_eq!(bench.os.record().tray.unread, 1);
}

#[tokio::test]
async fn the_folder_of_solved_ones_shows_how_they_ended() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&solved("r1", 1));
    bench.practice.say(&document("r2", 2));
    window
        .sees("both", |view| {
            view.inbox.counts.solved == 1 && view.inbox.counts.open == 1
        })
        .await;
    window
        .act(Command::Show {
            folder: Folder::Solved,
        })
        .await;
    let view = window
        .sees("solved", |view| view.inbox.folder == Folder::Solved)
        .await;
    assert_eq!(view.inbox.rows.len(), 1);
    assert!(view.inbox.rows[0].solved.is_some());
}

#[tokio::test]
async fn a_second_launch_raises_the_first_window_on_its_request() {
    let (bench, first) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    first
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    let second = bench.window_on("r1").await;
    second.hears("leave", |heard| heard.leaves).await;
    // Once after the sign-in, once now.
    first.hears("raise", |heard| heard.raised == 2).await;
    first.sees("the request", |view| view.pane.is_some()).await;
}

// RULES D7
#[tokio::test]
async fn an_address_selects_and_never_acts() {
    let (bench, first) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    first
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    drop(first);
    let window = bench.window_on("r1").await;
    let view = window.sees("the pane", |view| view.pane.is_some()).await;
    assert_eq!(view.inbox.counts.unread, 1);
    assert!(bench.practice.script().written.is_empty());
}

#[tokio::test]
async fn a_window_that_is_killed_loses_nothing() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    drop(window);
    let window = bench.window().await;
    window.hears("stay", |heard| heard.stays).await;
    let view = window.sees("as it was", |view| view.pane.is_some()).await;
    assert_eq!(view.pane.unwrap().request.id.0, "r1");
}

// RULES R1
#[tokio::test]
async fn solved_requests_leave_the_cache_after_14_days() {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.say(&solved("r1", 1));
    window
        .sees("solved", |view| view.inbox.counts.solved == 1)
        .await;
    bench.clock.advance(15 * 24 * 60 * 60 * 1000);
    window
        .sees("swept", |view| view.inbox.counts.solved == 0)
        .await;
}
