//! What a notification says of a client, and what a press on it does.

use latchkey_agent::os::{Alert, AlertButton, AlertText, OsEvent, alert_buttons, alert_words};
use latchkey_view::{Command, LockedBy, NotificationText, NotificationTrouble, Setting};
use serde_json::{Value, json};

use crate::{
    notifications::{rings, settled},
    support::{Bench, TestWindow, document, is_locked, until},
};

async fn settled_with(text: NotificationText) -> (Bench, TestWindow) {
    let (bench, mut window) = settled().await;
    window.act(Command::Set(Setting::Notifications(text))).await;
    (bench, window)
}

/// A request for which a new link is what helps.
fn needs_link(id: &str, position: i64) -> Value {
    let mut document = document(id, position);
    document["diagnosis"]["action"] = json!("resend_link");
    document
}

fn newest(bench: &Bench) -> Alert {
    bench.os.record().notified.last().unwrap().clone()
}

// RULES D5
#[tokio::test]
async fn a_notification_says_of_a_client_what_the_person_chose() {
    for (text, title) in [
        (NotificationText::Count, "A client needs help to sign in"),
        (NotificationText::Initials, "A. O. needs help to sign in"),
        (NotificationText::Name, "Ada Okafor needs help to sign in"),
    ] {
        let (bench, _window) = settled_with(text).await;
        bench.practice.say(&needs_link("r1", 1));
        rings(&bench, 1).await;
        let shown = newest(&bench);
        assert_eq!(alert_words(&shown).0, title);
        let acts = alert_buttons(&shown).contains(&AlertButton::Resend);
        assert_eq!(acts, text == NotificationText::Name, "{text:?}");
    }
}

// RULES D5
#[tokio::test]
async fn no_button_invites_to_a_link_that_would_not_help() {
    let (bench, _window) = settled_with(NotificationText::Name).await;
    bench.practice.say(&document("r1", 1));
    rings(&bench, 1).await;
    assert_eq!(alert_buttons(&newest(&bench)), [AlertButton::Open]);
}

// RULES A5
#[tokio::test]
async fn what_a_stranger_typed_is_in_no_notification() {
    let (bench, _window) = settled_with(NotificationText::Name).await;
    let mut stranger = document("r1", 1);
    stranger["who"] = json!({
        "client": null, "name": "Mallory", "first_name": null, "clinician": null,
        "typed": "mallory@example.org", "shared_address": false
    });
    bench.practice.say(&stranger);
    rings(&bench, 1).await;
    let (title, body) = alert_words(&newest(&bench));
    assert_eq!(title, "A client needs help to sign in");
    assert!(!body.contains("allory"), "{body}");
}

#[tokio::test]
async fn who_wants_no_notifications_gets_none_and_none_later_for_what_came_meanwhile() {
    let (bench, mut window) = settled_with(NotificationText::Off).await;
    bench.practice.say(&document("r1", 1));
    until("told nobody", || {
        bench.clock.advance(50);
        bench.os.record().tray.unread == 1
    })
    .await;
    bench.clock.advance(1_000);
    let count = Setting::Notifications(NotificationText::Count);
    window.act(Command::Set(count)).await;
    bench.practice.say(&document("r2", 2));
    rings(&bench, 1).await;
    assert_eq!(newest(&bench).count, 1);
}

// RULES D4, D5
#[tokio::test]
async fn names_leave_the_screen_when_it_locks() {
    let (bench, window) = settled_with(NotificationText::Name).await;
    bench.practice.say(&needs_link("r1", 1));
    rings(&bench, 1).await;
    let named = newest(&bench).id;
    bench.outside(OsEvent::LockChosen);
    let view = window.sees("locked", is_locked).await;
    assert!(matches!(
        view.session,
        latchkey_view::Session::Locked {
            by: LockedBy::Person,
            ..
        }
    ));
    until("covered", || bench.os.record().notified.len() == 2).await;
    let shown = bench.os.on_screen();
    assert_eq!(shown.len(), 1);
    assert_eq!(alert_words(&shown[0]).0, "A client needs help to sign in");
    assert!(!shown[0].sound, "it was heard before");
    // A press on the old one, on its way meanwhile, sends nothing.
    bench.outside(OsEvent::AlertPressed(named, AlertButton::Resend));
    bench.practice.say(&needs_link("r2", 2));
    rings(&bench, 2).await;
    assert_eq!(
        alert_words(&newest(&bench)).0,
        "A client needs help to sign in"
    );
    bench.clock.advance(6_000);
    assert!(bench.practice.script().written.is_empty());
}

// RULES D5
#[tokio::test]
async fn resend_on_a_notification_goes_after_its_five_seconds() {
    let (bench, window) = settled_with(NotificationText::Name).await;
    drop(window);
    bench.practice.say(&needs_link("r1", 1));
    rings(&bench, 1).await;
    let alert = newest(&bench).id;
    bench.outside(OsEvent::AlertPressed(alert, AlertButton::Resend));
    // Twice is once.
    bench.outside(OsEvent::AlertPressed(alert, AlertButton::Resend));
    until("it says so", || {
        matches!(newest(&bench).says, AlertText::Resending(_))
    })
    .await;
    let (title, _) = alert_words(&newest(&bench));
    assert_eq!(title, "A new link goes to Ada Okafor in 5 seconds");
    bench.clock.advance(4_999);
    assert!(bench.practice.script().written.is_empty());
    bench.clock.advance(1);
    until("the link", || bench.practice.script().written.len() == 1).await;
    assert_eq!(bench.practice.script().written[0].path, "r1/link");
    let sending = newest(&bench).id;
    until("withdrawn", || {
        bench.os.record().withdrawn.contains(&sending)
    })
    .await;
}

#[tokio::test]
async fn undo_on_a_notification_holds_the_link_back() {
    let (bench, _window) = settled_with(NotificationText::Name).await;
    bench.practice.say(&needs_link("r1", 1));
    rings(&bench, 1).await;
    let alert = newest(&bench).id;
    bench.outside(OsEvent::AlertPressed(alert, AlertButton::Resend));
    until("it says so", || {
        matches!(newest(&bench).says, AlertText::Resending(_))
    })
    .await;
    let sending = newest(&bench).id;
    bench.outside(OsEvent::AlertPressed(sending, AlertButton::Undo));
    bench.practice.say(&document("r2", 2));
    until("the next", || {
        bench.clock.advance(500);
        bench.os.record().notified.len() == 3
    })
    .await;
    bench.clock.advance(6_000);
    assert!(bench.practice.script().written.is_empty());
}

#[tokio::test]
async fn a_link_that_did_not_go_is_told_where_it_was_asked_for() {
    let (bench, _window) = settled_with(NotificationText::Name).await;
    bench.practice.say(&needs_link("r1", 1));
    rings(&bench, 1).await;
    let refusal =
        json!({"type": "about:blank", "title": "no", "status": 409, "code": "mail_suppressed"});
    bench.practice.script().answers.push_back((409, refusal));
    let alert = newest(&bench).id;
    bench.outside(OsEvent::AlertPressed(alert, AlertButton::Resend));
    until("told", || {
        bench.clock.advance(500);
        newest(&bench).says == AlertText::NotSent
    })
    .await;
}

#[tokio::test]
async fn the_settings_say_what_is_wrong_with_notifications_until_nothing_is() {
    let (bench, mut window) = settled().await;
    let says = |trouble: Option<NotificationTrouble>| {
        move |view: &latchkey_view::View| view.settings.notification_trouble == trouble
    };
    let absent = Some(NotificationTrouble::Absent);
    bench.outside(OsEvent::Notifications(absent));
    window.sees("absent", says(absent)).await;
    bench.outside(OsEvent::Notifications(None));
    window.sees("works", says(None)).await;
    window.act(Command::TryNotification).await;
    assert_eq!(newest(&bench).says, AlertText::Example);
}
