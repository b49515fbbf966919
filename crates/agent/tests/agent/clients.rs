//! Clients without a request: found and read at the practice each time, and a PIN for who is
//! on the phone.

use latchkey_protocol::{ErrorCode, Evidence, PinState};
use latchkey_view::Command;
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, is_offline, is_signed_out, until, with_pin};

fn find(typed: &str) -> Command {
    Command::FindClients {
        typed: typed.to_owned(),
    }
}

fn read() -> Command {
    Command::ReadClient {
        client: "c1".into(),
    }
}

fn issue(word: &str) -> Command {
    Command::IssueClientPin {
        client: "c1".into(),
        evidence: Evidence::CalledNumberOnFile,
        match_word: word.to_owned(),
    }
}

fn ada() -> Value {
    json!({"id": "c1", "name": "Ada \u{202e}Okafor", "called": null, "holders": ["self", "aunt"],
           "clinician": "Rosa Rivera"})
}

fn file() -> Value {
    json!({
        "client": ada(),
        "call_back": {"phone": "555 0101", "ask_for": "Ada", "language": "es"},
        "as_of": 50_000,
        "tier": {"tier": "normal", "evidence": ["called_number_on_file"]},
        "diagnosis": null,
        "waiting": [{"id": "r9", "match_words": ["maple\u{7}", "river"], "created_at": 1, "here": true}],
        "timeline": [{"at": 1, "what": {"kind": "seen", "by": "Sam\u{202e} Park"}},
                     {"at": 2, "what": {"kind": "from_a_newer_version"}}],
    })
}

fn issued() -> (u16, Value) {
    (
        200,
        json!({"id": "p1", "digits": "482913", "issued_at": 50_000, "expires_at": 650_000,
               "request": "r9"}),
    )
}

async fn signed_in() -> (Bench, TestWindow) {
    Bench::signed_in().await
}

fn answers(bench: &Bench, status: u16, answer: Value) {
    let answers = &mut bench.practice.script().answers;
    answers.push_back((status, answer));
}

// RULES A5
#[tokio::test]
async fn they_are_read_at_the_practice_each_time_and_cleaned() {
    let (bench, mut window) = signed_in().await;
    answers(&bench, 200, json!({"clients": vec![ada(); 30]}));
    let found = window.act(find("ad&q=x ok#")).await;
    assert_eq!(found["answer"], "clients_found");
    assert_eq!(found["clients"].as_array().unwrap().len(), 20);
    assert_eq!(found["more"], true);
    assert_eq!(found["clients"][0]["name"], "Ada Okafor");
    assert_eq!(found["clients"][0]["holders"], json!(["self", "other"]));
    answers(&bench, 200, file());
    let client = window.act(read()).await;
    assert_eq!(client["answer"], "client");
    assert_eq!(
        client["waiting"][0]["match_words"],
        json!(["maple", "river"])
    );
    assert_eq!(client["timeline"][0]["what"]["by"], "Sam Park");
    assert_eq!(client["timeline"][1]["what"]["kind"], "unknown");
    assert_eq!(bench.practice.script().read, ["ad&q=x ok#", "c1"]);
}

// RULES D9
#[tokio::test]
async fn without_a_connection_nobody_is_found_read_or_given_a_pin() {
    let (mut bench, mut window) = signed_in().await;
    answers(&bench, 200, file());
    window.act(read()).await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    for command in [find("ada"), read(), issue("maple")] {
        assert_eq!(window.act(command).await["code"], "offline");
    }
    assert!(bench.practice.script().written.is_empty());
}

// RULES D4
#[tokio::test]
async fn locked_they_are_handed_out_neither_at_once_nor_late() {
    let (bench, mut window) = signed_in().await;
    answers(&bench, 200, file());
    bench.practice.script().slow = true;
    let asked = window.ask(read()).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    window.act(Command::Lock).await;
    bench.practice.script().slow = false;
    assert_eq!(window.answer(asked).await["code"], json!(ErrorCode::Locked));
    for command in [find("ada"), read(), issue("maple")] {
        let answer = window.act(command).await;
        assert_eq!(answer["code"], json!(ErrorCode::Locked));
    }
}

// RULES D6, P1
#[tokio::test]
async fn a_pin_by_a_match_word_names_the_client_who_was_read_and_ends_with_its_request() {
    let (bench, mut window) = signed_in().await;
    answers(&bench, 200, file());
    window.act(read()).await;
    bench.practice.script().answers.push_back(issued());
    let answer = window.act(issue("Maple")).await;
    assert_eq!(answer["answer"], "pin");
    assert_eq!(
        (&answer["request"], &answer["digits"]),
        (&json!("r9"), &json!("482913"))
    );
    let view = window.sees("the panel", |view| view.pin.is_some()).await;
    assert!(!serde_json::to_string(&view).unwrap().contains("482913"));
    let panel = view.pin.unwrap();
    assert_eq!(panel.name, "Ada Okafor");
    assert_eq!(panel.phone.as_deref(), Some("555 0101"));
    let written = bench.practice.script().written.clone();
    assert_eq!(written[0].path, "c1/pin");
    let body = json!({"evidence": "called_number_on_file", "match_word": "Maple"});
    assert_eq!(written[0].body, body);
    // Its request comes to this desktop by being picked, and says how it ended.
    bench.practice.say(&document("r9", 2));
    bench.practice.say(&with_pin("r9", 3, "p1", "used"));
    window
        .sees("the end", |view| {
            view.pin
                .as_ref()
                .is_some_and(|pin| pin.state == PinState::Used)
        })
        .await;
}

// RULES V1, S4
#[tokio::test]
async fn pressed_again_after_a_lost_answer_it_is_the_same_act_until_a_pin_is_revoked() {
    let (bench, mut window) = signed_in().await;
    bench.practice.script().cut_writes = 2;
    assert_eq!(window.act(issue("maple")).await["code"], "no_answer");
    window.act(Command::ConnectNow).await;
    window
        .sees("the connection", crate::support::is_connected)
        .await;
    bench.practice.script().answers.push_back(issued());
    assert_eq!(window.act(issue("maple")).await["answer"], "pin");
    let keys: Vec<String> = bench
        .practice
        .script()
        .written
        .iter()
        .map(|written| written.key.clone())
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn a_refusal_and_garbage_are_told_as_such() {
    let (bench, mut window) = signed_in().await;
    let problem = |status: u16, code: &str| json!({"status": status, "code": code, "title": "x"});
    for (status, answer, code) in [
        (409, problem(409, "nobody_waiting"), "nobody_waiting"),
        (409, problem(409, "several_waiting"), "several_waiting"),
        (404, problem(404, "not_found"), "not_found"),
    ] {
        answers(&bench, status, answer);
        assert_eq!(window.act(issue("maple")).await["code"], code);
    }
    for answer in [json!([]), json!({"clients": 3}), json!({"client": ada()})] {
        answers(&bench, 200, answer);
        assert_eq!(window.act(read()).await["code"], "no_answer");
        window
            .sees("the connection", crate::support::is_connected)
            .await;
    }
}

// RULES S5
#[tokio::test]
async fn whoever_waits_when_the_session_ends_has_an_answer() {
    let (bench, mut window) = signed_in().await;
    bench.practice.script().slow = true;
    let asked = window.ask(find("ada")).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    window.act(Command::SignOut).await;
    window.sees("nobody", is_signed_out).await;
    assert_eq!(window.answer(asked).await["answer"], "refused");
    bench.practice.script().slow = false;
}
