//! The PIN on its one trip.

use latchkey_protocol::{Evidence, PinState};
use latchkey_view::Command;
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, is_connected, until, with_pin};

fn issued() -> (u16, Value) {
    (
        200,
        json!({"id": "p1", "digits": "482913", "issued_at": 50_000, "expires_at": 650_000}),
    )
}

fn issue() -> Command {
    Command::IssuePin {
        request: "r1".into(),
        evidence: Evidence::CalledNumberOnFile,
    }
}

async fn with_request() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    let mut seen = document("r1", 1);
    seen["seen"] = json!({"by": "Rosa Rivera", "at": 5});
    bench.practice.say(&seen);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    (bench, window)
}

// RULES D6
#[tokio::test]
async fn the_digits_go_once_to_the_window_that_asked_and_are_in_no_view() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().answers.push_back(issued());
    let answer = window.act(issue()).await;
    assert_eq!(answer["answer"], "pin");
    assert_eq!(answer["digits"], "482913");
    let view = window.sees("the panel", |view| view.pin.is_some()).await;
    assert!(!serde_json::to_string(&view).unwrap().contains("482913"));
    let panel = view.pin.unwrap();
    assert_eq!(panel.state, PinState::Live);
    assert_eq!(panel.name, "Okafor, Ada");
    assert_eq!(panel.phone.as_deref(), Some("555 0101"));
    // Ten minutes by this computer's clock, whatever the service's says.
    assert_eq!(panel.ends_at.0 - panel.issued_at.0, 600_000);
    let written = bench.practice.script().written.clone();
    assert_eq!(written[0].path, "r1/pin");
    assert_eq!(
        written[0].body,
        json!({"evidence": "called_number_on_file"})
    );
}

// RULES D6
#[tokio::test]
async fn the_panel_says_how_the_pin_ended() {
    for (state, ended) in [
        ("used", PinState::Used),
        ("revoked", PinState::Revoked),
        ("expired", PinState::Expired),
        ("locked", PinState::Locked),
    ] {
        let (bench, mut window) = with_request().await;
        bench.practice.script().answers.push_back(issued());
        window.act(issue()).await;
        bench.practice.say(&with_pin("r1", 2, "p1", "live"));
        bench.practice.say(&with_pin("r1", 3, "p1", state));
        window
            .sees(state, |view| {
                view.pin.as_ref().is_some_and(|pin| pin.state == ended)
            })
            .await;
        window.act(Command::ClosePin).await;
        window.sees("closed", |view| view.pin.is_none()).await;
    }
}

// RULES D6
#[tokio::test]
async fn the_panel_ends_by_this_computers_clock_even_when_the_feed_is_silent() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().answers.push_back(issued());
    window.act(issue()).await;
    bench.clock.advance(600_000);
    window
        .sees("expired", |view| {
            view.pin
                .as_ref()
                .is_some_and(|pin| pin.state == PinState::Expired)
        })
        .await;
}

// RULES D6
#[tokio::test]
async fn the_digits_go_with_the_window_and_the_panel_is_there_for_the_next() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().answers.push_back(issued());
    window.act(issue()).await;
    window.sees("the panel", |view| view.pin.is_some()).await;
    drop(window);
    let window = bench.window().await;
    let view = window.sees("connected", is_connected).await;
    assert_eq!(view.pin.unwrap().state, PinState::Live);
    assert_eq!(
        bench.practice.script().written.len(),
        1,
        "no new PIN for it"
    );
}

// RULES V1
#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_key() {
    let (bench, mut window) = with_request().await;
    {
        let mut script = bench.practice.script();
        script.cut_writes = 1;
        script.answers.push_back(issued());
    }
    let answer = window.act(issue()).await;
    assert_eq!(answer["digits"], "482913");
    let written = bench.practice.script().written.clone();
    assert_eq!(written.len(), 2);
    assert_eq!(written[0].key, written[1].key);
}

// RULES D9
#[tokio::test]
async fn two_lost_answers_are_told_and_nothing_is_queued() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().cut_writes = 2;
    let answer = window.act(issue()).await;
    assert_eq!(answer["code"], "no_answer");
    bench.practice.cut();
    until("opened again", || {
        bench.clock.advance(500);
        bench.practice.streams() == 1
    })
    .await;
    assert_eq!(bench.practice.script().written.len(), 2, "never a late PIN");
}

// RULES S4, V1
#[tokio::test]
async fn pressed_again_after_no_answer_it_is_the_same_act_and_later_another() {
    let (bench, mut window) = with_request().await;
    let again = async |window: &mut TestWindow| {
        bench.passing(window.sees("connected", is_connected)).await;
        window.act(issue()).await
    };
    bench.practice.script().cut_writes = 2;
    assert_eq!(window.act(issue()).await["code"], "no_answer");
    bench.practice.script().cut_writes = 2;
    assert_eq!(again(&mut window).await["code"], "no_answer");
    bench.practice.script().answers.push_back(issued());
    assert_eq!(again(&mut window).await["digits"], "482913");
    bench.practice.script().answers.push_back(issued());
    assert_eq!(window.act(issue()).await["digits"], "482913");
    let keys: Vec<_> = bench
        .practice
        .script()
        .written
        .iter()
        .map(|call| call.key.clone())
        .collect();
    assert!(keys[..5].iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_ne!(keys[5], keys[0], "what was answered is done");
}

// RULES S4, V1
#[tokio::test]
async fn after_revoking_the_next_pin_is_another_act() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().cut_writes = 2;
    assert_eq!(window.act(issue()).await["code"], "no_answer");
    bench.passing(window.sees("connected", is_connected)).await;
    let revoke = Command::RevokePin {
        request: "r1".into(),
    };
    assert_eq!(window.act(revoke).await["answer"], "done");
    bench.practice.script().answers.push_back(issued());
    assert_eq!(window.act(issue()).await["digits"], "482913");
    let written = bench.practice.script().written.clone();
    let keys: Vec<_> = written.iter().map(|call| call.key.clone()).collect();
    assert_eq!(keys[0], keys[1], "{keys:?}");
    assert!(!keys[..3].contains(&keys[3]), "{keys:?}");
}

// RULES P4
#[tokio::test]
async fn a_refusal_names_the_colleague_and_when_to_try_again() {
    let (bench, mut window) = with_request().await;
    let problem = json!({"status": 409, "code": "just_issued", "title": "x", "by": "Sam Park", "retry_at": 77});
    bench.practice.script().answers.push_back((409, problem));
    let answer = window.act(issue()).await;
    assert_eq!(
        answer,
        json!({"answer": "refused", "code": "just_issued", "by": "Sam Park", "retry_at": 77})
    );
}

// RULES X1
#[tokio::test]
async fn a_refusal_of_a_newer_service_is_a_generic_one() {
    let (bench, mut window) = with_request().await;
    let problem = json!({"status": 409, "code": "moon_phase", "title": "x", "also": [1]});
    bench.practice.script().answers.push_back((409, problem));
    assert_eq!(window.act(issue()).await["code"], "unknown");
}

#[tokio::test]
async fn revoking_asks_the_service() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().answers.push_back(issued());
    window.act(issue()).await;
    let answer = window
        .act(Command::RevokePin {
            request: "r1".into(),
        })
        .await;
    assert_eq!(answer["answer"], "done");
    assert_eq!(bench.practice.script().written[1].path, "r1/pin/revoke");
}
