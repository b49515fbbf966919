//! The bell.

use latchkey_agent::os::{AlertButton, OsEvent};
use latchkey_view::Command;
use serde_json::json;

use crate::support::{Bench, document, event, solved, until};

pub async fn settled() -> (Bench, crate::support::TestWindow) {
    let (bench, window) = Bench::signed_in().await;
    bench.clock.advance(1_000);
    window.sees("known", |view| view.inbox.known).await;
    (bench, window)
}

/// The clock moves on until the notifications on the screen are so many.
pub async fn rings(bench: &Bench, many: usize) {
    until("the bell", || {
        bench.clock.advance(50);
        bench.os.on_screen().len() == many
    })
    .await;
}

// RULES D5
#[tokio::test]
async fn a_new_request_rings_once_without_a_name() {
    let (bench, window) = settled().await;
    drop(window);
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    let shown = bench.os.on_screen();
    assert_eq!(shown[0].count, 1);
    let (title, body) = latchkey_agent::os::alert_words(&shown[0]);
    assert_eq!(title, "A client needs help to sign in");
    assert!(!title.contains("Ada") && !body.contains("Ada"));
    assert_eq!(bench.os.record().tray.unread, 1);
    // The same request again, changed: no second bell.
    bench.practice.say(&document("r1", 2));
    bench.clock.advance(2_000);
    bench.practice.say(&solved("r9", 3));
    until("arrived", || bench.os.record().tray.unread == 1).await;
    assert_eq!(bench.os.record().notified.len(), 1);
}

// RULES A4
#[tokio::test]
async fn the_backlog_of_a_first_start_is_one_notification() {
    let bench = Bench::started().await;
    let backlog: String = (1..=3)
        .map(|at| event(&document(&format!("r{at}"), at)))
        .collect();
    bench.practice.script().backlog = vec![backlog];
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    window.sees("all", |view| view.inbox.rows.len() == 3).await;
    rings(&bench, 1).await;
    assert_eq!(bench.os.record().notified[0].count, 3);
}

// RULES A4, D5
#[tokio::test]
async fn the_first_rings_at_once_and_what_comes_right_behind_it_is_one() {
    let (bench, window) = settled().await;
    bench.practice.say(&document("r1", 1));
    until("the bell, while no time passes", || {
        bench.os.on_screen().len() == 1
    })
    .await;
    for at in 2..=4 {
        bench.practice.say(&document(&format!("r{at}"), at));
    }
    window.sees("all", |view| view.inbox.rows.len() == 4).await;
    assert_eq!(bench.os.on_screen().len(), 1);
    rings(&bench, 2).await;
    assert_eq!(bench.os.on_screen()[1].count, 3);
}

// RULES A4
#[tokio::test]
async fn what_comes_when_three_are_on_the_screen_is_told_in_one_with_them() {
    let (bench, mut window) = settled().await;
    for at in 1..=3 {
        bench.practice.say(&document(&format!("r{at}"), at));
        rings(&bench, usize::try_from(at).unwrap()).await;
    }
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    bench.practice.say(&document("r4", 4));
    rings(&bench, 3).await;
    bench.practice.say(&document("r5", 5));
    rings(&bench, 1).await;
    assert_eq!(
        bench.os.on_screen()[0].count,
        4,
        "all but the one that is read"
    );
    bench.practice.say(&document("r6", 6));
    rings(&bench, 2).await;
    assert_eq!(bench.os.record().notified.len(), 6);
}

#[tokio::test]
async fn a_restart_does_not_ring_for_what_was_told_before() {
    let (mut bench, window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    window.sees("connected", crate::support::is_connected).await;
    bench.practice.say(&document("r2", 2));
    until("the second bell", || {
        bench.clock.advance(50);
        bench.os.record().notified.len() == 2
    })
    .await;
    assert_eq!(bench.os.record().notified[1].count, 1);
}

#[tokio::test]
async fn a_notification_is_withdrawn_when_the_client_is_in() {
    let (bench, _window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    bench.practice.say(&solved("r1", 2));
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
}

#[tokio::test]
async fn a_notification_is_withdrawn_when_a_colleague_opens_the_request() {
    let (bench, _window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    let mut seen = document("r1", 2);
    seen["state"] = json!("looking");
    seen["seen"] = json!({"by": "Sam Park", "at": 5});
    bench.practice.say(&seen);
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
}

#[tokio::test]
async fn a_notification_is_withdrawn_when_the_request_is_opened_here() {
    let (bench, mut window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
}

#[tokio::test]
async fn open_on_a_notification_starts_the_window_on_that_request() {
    let (bench, window) = settled().await;
    drop(window);
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    bench.practice.say(&document("r2", 2));
    rings(&bench, 2).await;
    let second = bench.os.on_screen()[1].id;
    bench.outside(OsEvent::AlertPressed(second, AlertButton::Open));
    until("the window", || bench.os.record().windows == 1).await;
    let window = bench.window().await;
    let view = window.sees("the request", |view| view.pane.is_some()).await;
    assert_eq!(view.pane.unwrap().request.id.0, "r2");
    until("seen", || !bench.practice.script().written.is_empty()).await;
    assert_eq!(bench.practice.script().written[0].path, "r2/seen");
}

#[tokio::test]
async fn open_on_a_notification_raises_the_window_that_is_there() {
    let (bench, window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    let shown = bench.os.on_screen()[0].id;
    bench.outside(OsEvent::AlertPressed(shown, AlertButton::Open));
    window.hears("raise", |heard| heard.raised >= 1).await;
    window.sees("the request", |view| view.pane.is_some()).await;
    assert_eq!(bench.os.record().windows, 0);
}

#[tokio::test]
async fn the_tray_opens_signs_out_and_quits() {
    let (bench, window) = settled().await;
    bench.outside(OsEvent::OpenChosen);
    window.hears("raise", |heard| heard.raised >= 1).await;
    bench.outside(OsEvent::SignOutChosen);
    window
        .sees("signed out", crate::support::is_signed_out)
        .await;
    until("the tray", || !bench.os.record().tray.signed_in).await;
    bench.outside(OsEvent::QuitChosen);
    window.hears("the end", |heard| heard.ended).await;
}
