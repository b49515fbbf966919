//! What shows notifications, as it fails on a real message bus.

use std::time::Duration;

use latchkey_agent::os::SHOWN_FILE;
use latchkey_view::{Command, NotificationText, NotificationTrouble, Setting};
use serde_json::json;

use crate::{
    desktop::{Real, here},
    support::{Mood, Notifications, TestWindow, document, until},
};

async fn signed_in(real: &mut Real) -> TestWindow {
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    window.sees("known", |view| view.inbox.known).await;
    window
}

async fn told(window: &TestWindow, trouble: Option<NotificationTrouble>) {
    window
        .sees("how notifications do", |view| {
            view.settings.notification_trouble == trouble
        })
        .await;
}

// RULES D5
#[tokio::test]
async fn a_server_that_comes_late_or_starts_anew_shows_what_waits_without_a_sound() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let window = signed_in(&mut real).await;
    told(&window, Some(NotificationTrouble::Absent)).await;
    real.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    // The bell has rung by now, for nobody.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut first = Notifications::serve(&real.bus, true).await;
    let late = first.shows(1).await;
    assert!(!late.heard, "it is too old to be heard");
    told(&window, None).await;
    real.practice.say(&document("r2", 2));
    assert!(first.shows(2).await.heard);
    first.end().await;
    told(&window, Some(NotificationTrouble::Absent)).await;

    let second = Notifications::serve(&real.bus, true).await;
    second.shows(2).await;
    told(&window, None).await;
    assert_eq!(second.screen.lock().unwrap().shown.len(), 2, "each once");
    // They can be pressed there.
    let pressed = second.shows(1).await;
    second.press(pressed.id, "default").await;
    second.closes(pressed.id).await;
    window.sees("the request", |view| view.pane.is_some()).await;
}

/// The agent knows by which number it is on the screen.
async fn written_down(real: &Real, number: u32) {
    until("the number is written down", || {
        std::fs::read_to_string(real.places.runtime.join(SHOWN_FILE))
            .is_ok_and(|shown| shown.contains(&format!("[{number}]")))
    })
    .await;
}

// RULES D5
#[tokio::test]
async fn what_a_killed_run_left_on_the_screen_is_taken_back_and_told_anew() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    let server = Notifications::serve(&real.bus, true).await;
    let window = signed_in(&mut real).await;
    real.practice.say(&document("r1", 1));
    let left = server.shows(1).await;
    written_down(&real, left.id).await;
    drop(window);
    real.kill();

    real.start().await;
    server.closes(left.id).await;
    let anew = server.shows(2).await;
    assert_eq!(anew.summary, left.summary);
    written_down(&real, anew.id).await;
    server.press(anew.id, "default").await;
    server.closes(anew.id).await;
    let window = real.window().await;
    window
        .sees("the request", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.request.id == "r1".into())
        })
        .await;
    drop(window);
    // It is said once: the run after an orderly end tells nothing anew.
    real.quit().await;
    real.start().await;
    let window = real.window().await;
    window.sees("known", |view| view.inbox.known).await;
    assert_eq!(server.screen.lock().unwrap().shown.len(), 2);
}

// RULES D5
#[tokio::test]
async fn a_server_that_fails_or_hangs_stops_nothing_and_is_named() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let server = Notifications::serve(&real.bus, true).await;
    let mut window = signed_in(&mut real).await;
    told(&window, None).await;
    *server.mood.lock().unwrap() = Mood::Fails;
    real.practice.say(&document("r1", 1));
    told(&window, Some(NotificationTrouble::Failing)).await;
    *server.mood.lock().unwrap() = Mood::Hangs;
    window.act(Command::TryNotification).await;
    told(&window, Some(NotificationTrouble::Slow)).await;
    *server.mood.lock().unwrap() = Mood::Works;
    window.act(Command::TryNotification).await;
    told(&window, None).await;
    until("all that waited", || {
        server.screen.lock().unwrap().shown.len() == 3
    })
    .await;
}

// RULES D5, A5
#[tokio::test]
async fn a_name_crosses_the_bus_as_text_and_its_button_sends_the_link() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let server = Notifications::serve(&real.bus, true).await;
    let mut window = signed_in(&mut real).await;
    let name = Setting::Notifications(NotificationText::Name);
    window.act(Command::Set(name)).await;
    let hostile = |id: &str, at: i64| {
        let mut document = document(id, at);
        document["who"]["name"] = json!("<b>Ada & \u{202e}Co</b>");
        document["diagnosis"]["action"] = json!("resend_link");
        document
    };
    real.practice.say(&hostile("r1", 1));
    let first = server.shows(1).await;
    assert!(first.summary.contains("Ada"), "{}", first.summary);
    assert!(!first.summary.contains('\u{202e}'));
    assert_eq!(
        first.actions,
        ["default", "Open", "open", "Open", "resend", "Resend link"]
    );
    // What was never offered does nothing.
    server.press(first.id, "undo").await;
    server.press(first.id, "resend").await;
    let sending = server.shows(2).await;
    assert_eq!(sending.actions, ["default", "Open", "undo", "Undo"]);
    server.closes(sending.id).await;
    until("the link", || real.practice.script().written.len() == 1).await;
    assert_eq!(real.practice.script().written[0].path, "r1/link");
    // In a text that is read as markup it is escaped.
    window.act(Command::Quiet { begin: true }).await;
    real.practice.say(&hostile("r2", 2));
    real.practice.say(&hostile("r3", 3));
    window.sees("both", |view| view.inbox.rows.len() == 3).await;
    window.act(Command::Quiet { begin: false }).await;
    let both = server.shows(3).await;
    assert!(both.body.contains("&lt;b&gt;Ada &amp;"), "{}", both.body);
}
