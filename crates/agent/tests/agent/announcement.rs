//! The texts for clients, on their way from the service to the window.

use latchkey_protocol::ErrorCode;
use latchkey_view::{Command, Language};
use serde_json::json;

use crate::support::{Bench, is_offline};

const fn announce(language: Language) -> Command {
    Command::Announce { language }
}

#[tokio::test]
async fn the_texts_are_asked_for_in_each_language_and_anew_each_time() {
    let (bench, mut window) = Bench::signed_in().await;
    for (language, mail) in [
        (Language::En, "mail en"),
        (Language::Es, "mail es"),
        (Language::En, "mail en"),
    ] {
        let answer = window.act(announce(language)).await;
        assert_eq!(answer["answer"], "announcement");
        assert_eq!(answer["mail"], mail);
    }
    assert_eq!(bench.practice.script().announced, ["en", "es", "en"]);
}

// RULES D9
#[tokio::test]
async fn without_a_connection_the_texts_that_came_can_still_be_read_and_the_others_not() {
    let (mut bench, mut window) = Bench::signed_in().await;
    window.act(announce(Language::En)).await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    assert_eq!(window.act(announce(Language::En)).await["mail"], "mail en");
    let spanish = window.act(announce(Language::Es)).await;
    assert_eq!(spanish["code"], "offline");
}

#[tokio::test]
async fn a_refusal_and_garbage_are_told_as_such() {
    let (bench, mut window) = Bench::signed_in().await;
    let problem = json!({"status": 503, "code": "unavailable", "title": "x"});
    bench.practice.script().answers.push_back((503, problem));
    let refused = window.act(announce(Language::En)).await;
    assert_eq!(refused["code"], json!(ErrorCode::Unavailable));
    let odd = json!({"mail": 3});
    bench.practice.script().answers.push_back((200, odd));
    let garbage = window.act(announce(Language::En)).await;
    assert_eq!(garbage["code"], json!(ErrorCode::NoAnswer));
}

// RULES D4
#[tokio::test]
async fn a_locked_desktop_hands_out_nothing() {
    let (_bench, mut window) = Bench::signed_in().await;
    window.act(announce(Language::En)).await;
    window.act(Command::Lock).await;
    let answer = window.act(announce(Language::En)).await;
    assert_eq!(answer["code"], json!(ErrorCode::Locked));
}

#[tokio::test]
async fn the_services_version_is_known_once_it_was_said() {
    let (_bench, window) = Bench::signed_in().await;
    let view = window
        .sees("the version", |view| view.service_version.is_some())
        .await;
    assert_eq!(view.service_version.as_deref(), Some("0.1.7"));
}
