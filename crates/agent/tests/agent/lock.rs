//! The lock (RULES D4): what locks, what unlocks, and what is to be seen meanwhile.

use latchkey_agent::{
    clock::Clock,
    lock::LockMark,
    os::{Idle, OsEvent},
};
use latchkey_protocol::Evidence;
use latchkey_view::{Command, ComputerLock, LockedBy, Session, Setting, View};
use serde_json::json;

use crate::support::{Bench, TestWindow, document, is_locked, is_signed_in, until};

const MINUTES_15: u64 = 15 * 60_000;

/// Signed in, with a request on the screen.
pub async fn at_work() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    window.sees("it opens", |view| view.pane.is_some()).await;
    until("seen", || bench.practice.script().written.len() == 1).await;
    (bench, window)
}

async fn locked_by(bench: &Bench, window: &TestWindow, event: OsEvent) -> View {
    bench.outside(event);
    window.sees("locked", is_locked).await
}

fn by(view: &View) -> LockedBy {
    match view.session {
        Session::Locked { by, .. } => by,
        _ => panic!("not locked"),
    }
}

pub fn computer(view: &View) -> ComputerLock {
    match view.session {
        Session::Locked { computer, .. } => computer,
        _ => panic!("not locked"),
    }
}

// RULES D4
#[tokio::test]
async fn each_source_locks_and_what_is_drawn_then_has_counts_and_nothing_else() {
    for (event, why) in [
        (OsEvent::ComputerLocked, LockedBy::Computer),
        (OsEvent::ScreenCovered, LockedBy::Computer),
        (OsEvent::FallsAsleep, LockedBy::Sleep),
        (OsEvent::Untouched(Idle::For(MINUTES_15)), LockedBy::Idle),
    ] {
        let (bench, mut window) = at_work().await;
        let pin = json!({"id": "p1", "digits": "482913", "issued_at": 0, "expires_at": 600_000});
        bench.practice.script().answers.push_back((200, pin));
        let issue = Command::IssuePin {
            request: "r1".into(),
            evidence: Evidence::WithMe,
        };
        window.act(issue).await;
        let view = locked_by(&bench, &window, event).await;
        assert_eq!(by(&view), why);
        assert_eq!((view.inbox.counts.open, view.inbox.counts.unread), (1, 0));
        let drawn = serde_json::to_string(&view).unwrap();
        for word in [
            "Ada", "Okafor", "ada@", "Rosa", "Juniper", "desk", "mail", "maple", "harbor", "555",
            "482", "r1", "I do not",
        ] {
            assert!(!drawn.contains(word), "{word} in {drawn}");
        }
        until("the tray", || bench.os.record().tray.locked).await;
    }
}

// RULES D4
#[tokio::test]
async fn it_locks_at_the_minute_that_was_chosen_and_not_before() {
    let (bench, mut window) = at_work().await;
    window.act(Command::Set(Setting::LockAfter(5))).await;
    window
        .sees("five", |view| view.settings.lock_after == 5)
        .await;
    bench.outside(OsEvent::Untouched(Idle::For(5 * 60_000 - 1)));
    bench.practice.say(&document("r2", 2));
    let view = window
        .sees("still open", |view| view.inbox.rows.len() == 2)
        .await;
    assert!(is_signed_in(&view));
    locked_by(&bench, &window, OsEvent::Untouched(Idle::For(5 * 60_000))).await;
}

// RULES D4
#[tokio::test]
async fn input_alone_unlocks_nothing_and_unlocking_the_computer_does() {
    let (bench, window) = at_work().await;
    locked_by(&bench, &window, OsEvent::Untouched(Idle::For(MINUTES_15))).await;
    bench.outside(OsEvent::Untouched(Idle::For(0)));
    // What was never locked cannot have been unlocked.
    bench.outside(OsEvent::ComputerUnlocked);
    bench.practice.say(&document("r2", 2));
    let view = window
        .sees("the count", |view| view.inbox.counts.open == 2)
        .await;
    assert!(is_locked(&view));
    bench.outside(OsEvent::ComputerLocked);
    bench.outside(OsEvent::ComputerUnlocked);
    let view = window.sees("unlocked", is_signed_in).await;
    assert_eq!(view.pane.unwrap().request.id.0, "r1", "where it was");
}

// RULES D4
#[tokio::test]
async fn acting_needs_unlocking_and_is_refused_with_a_code() {
    let (bench, mut window) = at_work().await;
    locked_by(&bench, &window, OsEvent::FallsAsleep).await;
    let request = || "r1".into();
    for command in [
        Command::IssuePin {
            request: request(),
            evidence: Evidence::WithMe,
        },
        Command::ResendLink { request: request() },
        Command::Solve { request: request() },
        Command::Select {
            request: Some(request()),
        },
        Command::MarkUnread { request: request() },
        Command::Set(Setting::LockAfter(60)),
        Command::SetPassphrase { passphrase: None },
    ] {
        assert_eq!(window.act(command).await["code"], "locked");
    }
    assert_eq!(bench.practice.script().written.len(), 1, "only seen");
}

// RULES D6
#[tokio::test]
async fn digits_that_come_after_the_lock_are_dropped() {
    let (bench, mut window) = at_work().await;
    bench.practice.script().cut_writes = 1;
    let pin = json!({"id": "p1", "digits": "482913", "issued_at": 0, "expires_at": 600_000});
    bench.practice.script().answers.push_back((200, pin));
    let asked = window
        .ask(Command::IssuePin {
            request: "r1".into(),
            evidence: Evidence::WithMe,
        })
        .await;
    // The first answer is cut; before it is asked for again, the computer is locked.
    until("asked", || bench.practice.script().written.len() == 2).await;
    locked_by(&bench, &window, OsEvent::ComputerLocked).await;
    assert_eq!(window.answer(asked).await["code"], "locked");
    bench.outside(OsEvent::ComputerUnlocked);
    let view = window.sees("the panel", |view| view.pin.is_some()).await;
    assert!(!serde_json::to_string(&view).unwrap().contains("482913"));
}

// RULES D4
#[tokio::test]
async fn a_link_that_was_sent_before_the_lock_goes() {
    let (bench, mut window) = at_work().await;
    let request = "r1".into();
    window.act(Command::ResendLink { request }).await;
    locked_by(&bench, &window, OsEvent::ComputerLocked).await;
    bench.clock.advance(5_000);
    until("the link", || {
        let script = bench.practice.script();
        script.written.iter().any(|write| write.path == "r1/link")
    })
    .await;
}

// RULES D4, N2
#[tokio::test]
async fn a_request_that_is_asked_for_while_locked_is_seen_only_after_unlocking() {
    let (bench, window) = at_work().await;
    locked_by(&bench, &window, OsEvent::ComputerLocked).await;
    bench.practice.say(&document("r2", 2));
    until("the bell", || {
        bench.clock.advance(250);
        bench.os.on_screen().iter().any(|alert| alert.count == 1)
    })
    .await;
    let alert = bench.os.on_screen().last().unwrap().id;
    bench.outside(OsEvent::AlertPressed(
        alert,
        latchkey_agent::os::AlertButton::Open,
    ));
    window.hears("raise", |heard| heard.raised > 0).await;
    assert_eq!(bench.practice.script().written.len(), 1, "nobody saw it");
    bench.outside(OsEvent::ComputerUnlocked);
    let view = window.sees("unlocked", |view| view.pane.is_some()).await;
    assert_eq!(view.pane.unwrap().request.id.0, "r2");
    until("seen", || bench.practice.script().written.len() == 2).await;
}

// RULES D4, D7
#[tokio::test]
async fn an_address_selects_after_unlocking() {
    let (bench, window) = at_work().await;
    bench.practice.say(&document("r2", 2));
    window.sees("both", |view| view.inbox.rows.len() == 2).await;
    locked_by(&bench, &window, OsEvent::ComputerLocked).await;
    drop(window);
    let window = bench.window_on("r2").await;
    let view = window.sees("locked", is_locked).await;
    assert!(view.pane.is_none());
    bench.outside(OsEvent::ComputerUnlocked);
    let view = window.sees("unlocked", |view| view.pane.is_some()).await;
    assert_eq!(view.pane.unwrap().request.id.0, "r2");
}

// RULES D4
#[tokio::test]
async fn ending_the_agent_by_force_is_no_way_round_the_lock() {
    let (mut bench, window) = at_work().await;
    locked_by(&bench, &window, OsEvent::Untouched(Idle::For(MINUTES_15))).await;
    drop(window);
    until("kept", || bench.places.runtime.join("lock.json").exists()).await;
    bench.kill().await;
    bench.start();
    let window = bench.window().await;
    let view = window.sees("locked", is_locked).await;
    assert_eq!(by(&view), LockedBy::Restart);
    assert!(view.inbox.rows.is_empty());
    bench.outside(OsEvent::ComputerLocked);
    bench.outside(OsEvent::ComputerUnlocked);
    window.sees("unlocked", is_signed_in).await;
}

// RULES D4
#[tokio::test]
async fn an_agent_that_was_away_too_long_starts_locked_and_one_that_was_not_does_not() {
    let (mut bench, window) = at_work().await;
    bench.outside(OsEvent::Untouched(Idle::For(0)));
    until("watched", || {
        bench.places.runtime.join("lock.json").exists()
    })
    .await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    window.sees("open", is_signed_in).await;
    drop(window);
    bench.stop().await;
    bench.clock.advance(15 * 60_000);
    bench.start();
    let window = bench.window().await;
    window.sees("locked", is_locked).await;
}

// RULES D4
#[tokio::test]
async fn a_jump_of_the_clock_neither_locks_nor_keeps_from_locking() {
    let (bench, window) = at_work().await;
    for jump in [3_600_000, -7_200_000] {
        bench.clock.advance(jump);
        bench.outside(OsEvent::Untouched(Idle::For(10)));
        until("watched, and open", || {
            LockMark::read(&bench.places.runtime)
                .is_some_and(|mark| !mark.locked && mark.at == bench.clock.now())
        })
        .await;
    }
    locked_by(&bench, &window, OsEvent::Untouched(Idle::For(MINUTES_15))).await;
}

// RULES D4
#[tokio::test]
async fn the_computer_is_asked_to_lock_and_what_it_does_is_said() {
    let (bench, mut window) = at_work().await;
    locked_by(&bench, &window, OsEvent::Untouched(Idle::For(MINUTES_15))).await;
    window.act(Command::LockComputer).await;
    assert_eq!(bench.os.record().asked_to_lock, 1);
    window
        .sees("asked", |view| computer(view) == ComputerLock::Asked)
        .await;
    bench.clock.advance(5_000);
    window
        .sees("it did not", |view| computer(view) == ComputerLock::DidNot)
        .await;
    window.act(Command::LockComputer).await;
    bench.outside(OsEvent::ComputerLocked);
    bench.outside(OsEvent::ComputerUnlocked);
    window.sees("unlocked", is_signed_in).await;
}

// RULES D4
#[tokio::test]
async fn nobody_is_locked_out_who_signs_in_and_a_locked_computer_is_not_opened_by_signing_in() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    bench.outside(OsEvent::Untouched(Idle::For(MINUTES_15)));
    bench.sign_in(&mut window).await;
    bench.outside(OsEvent::SignOutChosen);
    window
        .sees("signed out", crate::support::is_signed_out)
        .await;
    bench.outside(OsEvent::ComputerLocked);
    let asked = bench.browser_asked(&mut window).await;
    bench.come_back(&asked, &[]).await;
    window.sees("locked", is_locked).await;
}
