//! What holds the bell back, and what is told when it ends.

use latchkey_agent::os::OsEvent;
use latchkey_view::{Command, QuietDay, Setting};

use crate::{
    notifications::{rings, settled},
    support::{Bench, TestWindow, document, until},
};

const MINUTE: i64 = 60_000;

/// The clock of these tests begins on a Tuesday at 22:13.
const NIGHT: QuietDay = QuietDay {
    on: true,
    from: 22 * 60,
    to: 23 * 60,
};

async fn arrives(bench: &Bench, window: &TestWindow, id: &str, position: i64) {
    bench.practice.say(&document(id, position));
    let there = |view: &latchkey_view::View| view.inbox.rows.iter().any(|row| row.id.0 == id);
    window.sees("arrived", there).await;
}

/// As the service writes it now: nobody has waited yet.
async fn arrives_now(bench: &Bench, window: &TestWindow, id: &str, position: i64) {
    let mut document = document(id, position);
    document["created_at"] = 1_700_000_001_000_i64.into();
    bench.practice.say(&document);
    let there = |view: &latchkey_view::View| view.inbox.rows.iter().any(|row| row.id.0 == id);
    window.sees("arrived", there).await;
}

fn rung(bench: &Bench) -> Vec<u32> {
    let record = bench.os.record();
    record.notified.iter().map(|alert| alert.count).collect()
}

// RULES D5
#[tokio::test]
async fn a_session_holds_the_bell_back_and_its_end_tells_once_of_everything() {
    let (bench, mut window) = settled().await;
    window.act(Command::InSession { begin: true }).await;
    let view = window
        .sees("in session", |view| view.quiet.in_session.is_some())
        .await;
    let until = view.quiet.in_session.unwrap().0;
    arrives(&bench, &window, "r1", 1).await;
    arrives(&bench, &window, "r2", 2).await;
    bench.pass(49 * MINUTE).await;
    assert_eq!(rung(&bench), [0_u32; 0], "{until}");
    bench.pass(MINUTE).await;
    rings(&bench, 1).await;
    assert_eq!(rung(&bench), [2]);
    window
        .sees("over", |view| view.quiet.in_session.is_none())
        .await;
}

#[tokio::test]
async fn the_tray_begins_a_session_and_ends_it_early() {
    let (bench, window) = settled().await;
    bench.outside(OsEvent::InSessionChosen(true));
    until("the tray knows", || {
        bench.os.record().tray.quiet.in_session.is_some()
    })
    .await;
    arrives(&bench, &window, "r1", 1).await;
    bench.clock.advance(1_000);
    // Twice is once.
    bench.outside(OsEvent::InSessionChosen(false));
    bench.outside(OsEvent::InSessionChosen(false));
    rings(&bench, 1).await;
    assert_eq!(rung(&bench), [1]);
}

#[tokio::test]
async fn a_session_clears_the_screen_that_may_be_shared_and_tells_of_it_later() {
    let (bench, mut window) = settled().await;
    arrives(&bench, &window, "r1", 1).await;
    rings(&bench, 1).await;
    window.act(Command::InSession { begin: true }).await;
    until("cleared", || bench.os.on_screen().is_empty()).await;
    window.act(Command::InSession { begin: false }).await;
    rings(&bench, 1).await;
    assert_eq!(rung(&bench), [1, 1]);
}

#[tokio::test]
async fn a_session_goes_on_when_the_agent_starts_anew_and_ends_with_the_sign_in() {
    let (mut bench, mut window) = settled().await;
    window.act(Command::InSession { begin: true }).await;
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window
        .sees("still in session", |view| view.quiet.in_session.is_some())
        .await;
    window.act(Command::SignOut).await;
    window
        .sees("over", |view| view.quiet.in_session.is_none())
        .await;
    bench.restart().await;
    assert!(!bench.places.state.join("quiet.json").exists());
}

#[tokio::test]
async fn a_session_ends_by_itself_while_the_agent_is_away() {
    let (mut bench, mut window) = settled().await;
    window.act(Command::InSession { begin: true }).await;
    arrives(&bench, &window, "r1", 1).await;
    drop(window);
    bench.kill().await;
    bench.clock.advance(51 * MINUTE);
    bench.start();
    rings(&bench, 1).await;
    assert_eq!(rung(&bench), [1]);
}

#[tokio::test]
async fn quiet_until_tomorrow_ends_in_the_morning() {
    let (bench, mut window) = settled().await;
    window.act(Command::Quiet { begin: true }).await;
    let view = window
        .sees("quiet", |view| view.quiet.by_hand.is_some())
        .await;
    // 7:00 on Wednesday.
    assert_eq!(view.quiet.by_hand.unwrap().0, 1_700_031_600_000);
    arrives(&bench, &window, "r1", 1).await;
    bench.clock.advance(1_000);
    window.act(Command::Quiet { begin: false }).await;
    rings(&bench, 1).await;
}

// RULES D5
#[tokio::test]
async fn quiet_hours_hold_the_bell_back_until_they_end() {
    let (bench, mut window) = settled().await;
    let mut days = [QuietDay { on: false, ..NIGHT }; 7];
    days[1] = NIGHT;
    window.act(Command::Set(Setting::QuietHours(days))).await;
    window
        .sees("quiet hours", |view| view.quiet.hours.is_some())
        .await;
    arrives(&bench, &window, "r1", 1).await;
    bench.pass(46 * MINUTE).await;
    assert_eq!(rung(&bench), [0_u32; 0]);
    bench.pass(MINUTE).await;
    rings(&bench, 1).await;
    assert_eq!(rung(&bench), [1]);
}

// RULES D5
#[tokio::test]
async fn whoever_is_on_call_hears_of_what_nobody_has_opened_for_ten_minutes() {
    let (bench, mut window) = settled().await;
    window
        .act(Command::Set(Setting::QuietHours([NIGHT; 7])))
        .await;
    window.act(Command::Set(Setting::OnCall(true))).await;
    arrives_now(&bench, &window, "r1", 1).await;
    bench.pass(9 * MINUTE).await;
    assert_eq!(rung(&bench), [0_u32; 0]);
    bench.pass(MINUTE).await;
    rings(&bench, 1).await;
    // In a session nobody is on call.
    window.act(Command::InSession { begin: true }).await;
    until("cleared", || bench.os.on_screen().is_empty()).await;
    bench.pass(11 * MINUTE).await;
    assert_eq!(rung(&bench), [1]);
}

// RULES D5
#[tokio::test]
async fn whoever_is_on_call_hears_at_once_of_what_the_practice_lets_ring_for_everybody() {
    let (bench, mut window) = settled().await;
    window
        .act(Command::Set(Setting::QuietHours([NIGHT; 7])))
        .await;
    window.act(Command::Set(Setting::OnCall(true))).await;
    arrives_now(&bench, &window, "r1", 1).await;
    bench.pass(MINUTE).await;
    assert_eq!(rung(&bench), [0_u32; 0]);
    let mut escalated = document("r1", 2);
    escalated["created_at"] = 1_700_000_001_000_i64.into();
    escalated["escalated_at"] = 1_700_000_060_000_i64.into();
    bench.practice.say(&escalated);
    rings(&bench, 1).await;
}

// RULES A4
#[tokio::test]
async fn what_nobody_has_proven_to_come_from_a_client_wakes_nobody_and_makes_no_sound() {
    let (bench, mut window) = settled().await;
    window
        .act(Command::Set(Setting::QuietHours([NIGHT; 7])))
        .await;
    window.act(Command::Set(Setting::OnCall(true))).await;
    let mut stranger = document("r1", 1);
    stranger["who"]["client"] = serde_json::Value::Null;
    stranger["who"]["name"] = serde_json::Value::Null;
    bench.practice.say(&stranger);
    window
        .sees("arrived", |view| view.inbox.rows.len() == 1)
        .await;
    bench.pass(11 * MINUTE).await;
    assert_eq!(rung(&bench), [0_u32; 0]);
    let off = [QuietDay { on: false, ..NIGHT }; 7];
    window.act(Command::Set(Setting::QuietHours(off))).await;
    rings(&bench, 1).await;
    assert!(!bench.os.on_screen()[0].sound);
}
