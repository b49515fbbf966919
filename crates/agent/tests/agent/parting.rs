//! What was written here and reached nobody when the session ends: who is told, and asked.

use latchkey_agent::os::OsEvent;
use latchkey_view::{Command, Session, SignedOut, View};

use crate::support::{
    Bench, FakeKeychain, TestWindow, document, is_connected, is_offline, is_signed_in,
    is_signed_out, until,
};

/// Two notes that wait and one that was begun, without a network.
async fn unsent(keychain: FakeKeychain) -> (Bench, TestWindow) {
    let mut bench = Bench::set_up().await;
    bench.os.record().keychain = keychain;
    bench.start();
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    window.sees("connected", is_connected).await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.close().await;
    bench.passing(window.sees("offline", is_offline)).await;
    let request = || "r1".into();
    for text in ["Rings at noon", "Her sister answers"] {
        let text = text.to_owned();
        let note = Command::AddNote {
            request: request(),
            text,
        };
        assert_eq!(window.act(note).await["answer"], "done");
        bench.clock.advance(1);
    }
    let begun = Command::DraftNote {
        request: request(),
        text: "Try".to_owned(),
    };
    window.act(begun).await;
    window
        .sees("all of it", |view| view.unsent_notes == 3)
        .await;
    (bench, window)
}

fn ended(view: &View) -> Option<u32> {
    match &view.session {
        Session::SignedOut {
            why: Some(SignedOut::SessionEnded),
            notes_gone,
            ..
        } => Some(*notes_gone),
        _ => None,
    }
}

/// The practice revoked this computer.
async fn revoked(bench: &mut Bench) {
    bench.practice.script().ended = true;
    bench.practice.script().grants = 99;
    bench.practice.reopen().await;
}

// RULES S5, D9
#[tokio::test]
async fn whoever_wrote_notes_that_go_with_a_revoked_session_is_told_how_many() {
    let (mut bench, window) = unsent(FakeKeychain::Works).await;
    revoked(&mut bench).await;
    let view = bench
        .passing(window.sees("out", |view| ended(view).is_some()))
        .await;
    assert_eq!(ended(&view), Some(3));
    assert_eq!(view.unsent_notes, 0, "wiped all the same");
    // Once more than for the sign-in.
    window.hears("it comes up", |heard| heard.raised == 2).await;
}

// RULES S5, D9
#[tokio::test]
async fn with_no_window_one_is_opened_to_tell_of_the_notes_and_only_then() {
    for keychain in [FakeKeychain::Works, FakeKeychain::Absent] {
        let (mut bench, window) = unsent(keychain).await;
        let opened = bench.os.record().windows;
        drop(window);
        revoked(&mut bench).await;
        bench
            .passing(until("a window is started", || {
                bench.os.record().windows == opened + 1
            }))
            .await;
        // One that keeps nothing is asked again when a window comes.
        let window = bench.window().await;
        let view = window.sees("signed out", is_signed_out).await;
        assert_eq!(ended(&view), Some(3));
    }

    // Nothing unsent, nothing to tell.
    let (mut bench, window) = Bench::signed_in().await;
    let opened = bench.os.record().windows;
    drop(window);
    bench.practice.close().await;
    revoked(&mut bench).await;
    bench
        .passing(until("signed out", || !bench.os.record().tray.signed_in))
        .await;
    assert_eq!(bench.os.record().windows, opened);
}

#[tokio::test]
async fn sign_out_in_the_tray_asks_where_notes_would_be_lost() {
    let (bench, mut window) = unsent(FakeKeychain::Works).await;
    bench.outside(OsEvent::SignOutChosen);
    let asks = |view: &View| is_signed_in(view) && view.asks_to_sign_out;
    let view = window.sees("the question", asks).await;
    assert_eq!(view.unsent_notes, 3);
    // Once more than for the sign-in.
    window.hears("it comes up", |heard| heard.raised == 2).await;
    window.act(Command::StaySignedIn).await;
    window
        .sees("no question", |view| {
            is_signed_in(view) && !view.asks_to_sign_out && view.unsent_notes == 3
        })
        .await;
    // Locked it is the same.
    window.act(Command::Lock).await;
    bench.outside(OsEvent::SignOutChosen);
    window
        .sees("the question", |view| view.asks_to_sign_out)
        .await;
    assert_eq!(window.act(Command::StaySignedIn).await["answer"], "done");
    bench.outside(OsEvent::SignOutChosen);
    window
        .sees("the question", |view| view.asks_to_sign_out)
        .await;
    window.act(Command::SignOut).await;
    let view = window.sees("signed out", is_signed_out).await;
    assert!(!view.asks_to_sign_out);
    assert_eq!(ended(&view), None, "who was asked knows");
}

#[tokio::test]
async fn sign_out_in_the_tray_asks_nothing_where_nothing_would_be_lost() {
    let (bench, window) = Bench::signed_in().await;
    window.sees("connected", is_connected).await;
    bench.outside(OsEvent::SignOutChosen);
    window.sees("signed out", is_signed_out).await;
}
