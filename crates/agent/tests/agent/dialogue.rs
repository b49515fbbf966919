//! What was said to the mail server, on its way from the service to the window.

use latchkey_protocol::ErrorCode;
use latchkey_view::Command;
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, is_offline, is_signed_out, until};

fn read() -> Command {
    Command::ReadMailDialogue {
        request: "r1".into(),
    }
}

/// One try, in which the server says this.
fn said(words: &str) -> Value {
    json!({"tries": [{"asked_at": 1_000, "attempt": 1, "at": 2_000, "lines": [
        {"from": "service", "text": "RCPT TO:<…@example.org>"},
        {"from": "server", "text": words},
        {"from": "somebody_new", "text": "x"},
    ]}]})
}

fn problem(status: u16, code: &str) -> Value {
    json!({"status": status, "code": code, "title": "x"})
}

async fn at_work() -> (Bench, TestWindow) {
    let (bench, window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window.sees("it", |view| view.inbox.rows.len() == 1).await;
    (bench, window)
}

// RULES A5
#[tokio::test]
async fn it_is_read_at_the_practice_each_time_and_cleaned() {
    let (bench, mut window) = at_work().await;
    let nothing = window.act(read()).await;
    assert_eq!(nothing, json!({"answer": "mail_dialogue", "tries": []}));
    let odd = said("550 \u{202e}<b>no</b>\u{1b}[31m\nservice: QUIT");
    bench.practice.script().answers.push_back((200, odd));
    let answer = window.act(read()).await;
    assert_eq!(answer["answer"], "mail_dialogue");
    let lines = &answer["tries"][0]["lines"];
    assert_eq!(lines[0]["text"], "RCPT TO:<…@example.org>");
    assert_eq!(lines[1]["text"], "550 <b>no</b>[31mservice: QUIT");
    assert_eq!(lines[2]["from"], "unknown");
    let path = "r1/mail-dialogue";
    assert_eq!(bench.practice.script().read, [path, path]);
}

// RULES D9
#[tokio::test]
async fn without_a_connection_it_is_not_there_and_afterwards_it_is() {
    let (mut bench, mut window) = at_work().await;
    window.act(read()).await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    assert_eq!(window.act(read()).await["code"], "offline");
    bench.practice.reopen().await;
    window.act(Command::ConnectNow).await;
    window
        .sees("the connection", crate::support::is_connected)
        .await;
    assert_eq!(window.act(read()).await["answer"], "mail_dialogue");
}

#[tokio::test]
async fn a_refusal_and_garbage_are_told_as_such() {
    let (bench, mut window) = at_work().await;
    for (status, answer, code) in [
        (404, problem(404, "not_found"), ErrorCode::NotFound),
        (503, problem(503, "unavailable"), ErrorCode::Unavailable),
        (200, json!({"tries": 3}), ErrorCode::NoAnswer),
        (200, json!([]), ErrorCode::NoAnswer),
    ] {
        bench.practice.script().answers.push_back((status, answer));
        assert_eq!(window.act(read()).await["code"], json!(code), "{status}");
    }
}

// RULES V2
#[tokio::test]
async fn what_left_this_caseload_is_not_asked_for_and_not_shown_when_it_comes_late() {
    let (bench, mut window) = at_work().await;
    bench.practice.script().slow = true;
    bench
        .practice
        .script()
        .answers
        .push_back((200, said("550 no")));
    let asked = window.ask(read()).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    bench
        .practice
        .push("id: 2\nevent: gone\ndata: {\"request\":\"r1\",\"reason\":\"not_yours\"}\n\n");
    window.sees("gone", |view| view.inbox.rows.is_empty()).await;
    bench.practice.script().slow = false;
    let late = window.answer(asked).await;
    assert_eq!(late["code"], json!(ErrorCode::NotFound));
    let never = window.act(read()).await;
    assert_eq!(never["code"], json!(ErrorCode::NotFound));
    assert_eq!(bench.practice.script().read.len(), 1);
}

// RULES D4
#[tokio::test]
async fn locked_it_is_handed_out_neither_at_once_nor_late() {
    let (bench, mut window) = at_work().await;
    bench.practice.script().slow = true;
    let asked = window.ask(read()).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    window.act(Command::Lock).await;
    bench.practice.script().slow = false;
    let late = window.answer(asked).await;
    assert_eq!(late["code"], json!(ErrorCode::Locked));
    assert_eq!(window.act(read()).await["code"], json!(ErrorCode::Locked));
}

#[tokio::test]
async fn whoever_signs_out_meanwhile_has_an_answer_at_once() {
    let (bench, mut window) = at_work().await;
    bench.practice.script().slow = true;
    let asked = window.ask(read()).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    window.act(Command::SignOut).await;
    let answer = window.answer(asked).await;
    assert_eq!(answer["code"], json!(ErrorCode::NotSignedIn));
    window.sees("signed out", is_signed_out).await;
    bench.practice.script().slow = false;
}
