//! What the practice takes away is nowhere on this computer any more: one request, or all
//! of it.

use latchkey_protocol::Evidence;
use latchkey_view::{Command, Connection, Session, SignedOut, View};
use serde_json::json;

use crate::support::{Bench, TestWindow, document, is_offline, is_signed_out, until};
use latchkey_agent::clock::Clock;

/// The rule's, in the fake clock's time.
const WITHIN: i64 = 30_000;

/// Two requests: a PIN of the first is on the screen, and a notification tells of both.
async fn at_work() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    bench.practice.say(&document("r2", 2));
    window.sees("both", |view| view.inbox.rows.len() == 2).await;
    until("the bell", || {
        bench.clock.advance(50);
        bench.os.on_screen().len() == 1
    })
    .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    until("seen", || bench.practice.script().written.len() == 1).await;
    let issued =
        json!({"id": "p1", "digits": "482913", "issued_at": 50_000, "expires_at": 650_000});
    bench.practice.script().answers.push_back((200, issued));
    let answer = window
        .act(Command::IssuePin {
            request: "r1".into(),
            evidence: Evidence::CalledNumberOnFile,
        })
        .await;
    assert_eq!(answer["answer"], "pin");
    window.sees("the panel", |view| view.pin.is_some()).await;
    (bench, window)
}

/// The practice revoked this computer: neither token is taken any more.
fn revoke(bench: &Bench) {
    let mut script = bench.practice.script();
    script.ended = true;
    script.grants = 99;
}

fn is_out(view: &View) -> bool {
    matches!(
        view.session,
        Session::SignedOut {
            why: Some(SignedOut::SessionEnded),
            ..
        }
    )
}

/// Nothing of the session is anywhere.
async fn holds_nothing(mut bench: Bench, window: TestWindow) {
    let view = window.sees("out", is_out).await;
    assert!(view.inbox.rows.is_empty() && view.pane.is_none() && view.pin.is_none());
    assert_eq!(view.connection, Connection::Idle);
    assert_eq!(bench.os.on_screen(), []);
    until("the tray", || {
        let tray = bench.os.record().tray;
        !tray.signed_in && tray.unread == 0
    })
    .await;
    drop(window);
    bench.stop().await;
    let data = bench.places.data.clone();
    assert!(!data.join("session.sealed").exists());
    // The same key still opens what lies there now: nothing.
    bench.start();
    let window = bench.window().await;
    let view = window.sees("signed out", is_signed_out).await;
    assert!(view.inbox.rows.is_empty() && !view.inbox.known);
    assert_eq!(bench.practice.script().revoked, Vec::<String>::new());
}

// RULES V2, D3
#[tokio::test]
async fn a_request_that_is_gone_is_in_no_view_no_notification_no_panel_and_not_in_the_cache() {
    for reason in ["not_yours", "retention", "a_reason_of_a_later_version"] {
        let (mut bench, window) = at_work().await;
        for (id, at) in [("r1", 3), ("r2", 4)] {
            let gone = json!({"request": id, "reason": reason});
            bench
                .practice
                .push(&format!("id: {at}\nevent: gone\ndata: {gone}\n\n"));
        }
        let view = window.sees("gone", |view| view.inbox.rows.is_empty()).await;
        assert!(view.pane.is_none() && view.pin.is_none(), "{reason}");
        assert_eq!(bench.os.on_screen(), [], "{reason}");
        drop(window);
        bench.practice.close().await;
        bench.restart().await;
        let window = bench.window().await;
        let view = window.sees("the cache", |view| view.inbox.known).await;
        assert!(view.inbox.rows.is_empty(), "{reason}");
    }
}

// RULES S5, D3
#[tokio::test]
async fn a_desktop_that_is_revoked_while_connected_is_out_within_30_s_and_holds_nothing() {
    let (bench, window) = at_work().await;
    revoke(&bench);
    let revoked = bench.clock.now();
    // Its stream ends; how soon is the service's test.
    bench.practice.cut();
    bench.passing(window.sees("out", is_out)).await;
    assert!(bench.clock.now().0 - revoked.0 <= WITHIN);
    holds_nothing(bench, window).await;
}

// RULES S5, D3
#[tokio::test]
async fn a_desktop_that_is_revoked_while_offline_is_out_at_the_next_contact() {
    let (mut bench, mut window) = at_work().await;
    bench.practice.close().await;
    bench.passing(window.sees("offline", is_offline)).await;
    revoke(&bench);
    bench.practice.reopen().await;
    window.act(Command::ConnectNow).await;
    window.sees("out", is_out).await;
    holds_nothing(bench, window).await;
}

// RULES S5, D3
#[tokio::test]
async fn a_desktop_that_is_revoked_while_its_computer_sleeps_is_out_within_30_s_of_waking() {
    let (bench, window) = at_work().await;
    // Nobody could tell it: the connection hangs, as it does on a computer that sleeps.
    revoke(&bench);
    bench.clock.advance(8 * 60 * 60 * 1000);
    let woken = bench.clock.now();
    bench.passing(window.sees("out", is_out)).await;
    assert!(bench.clock.now().0 - woken.0 <= WITHIN);
    holds_nothing(bench, window).await;
}
