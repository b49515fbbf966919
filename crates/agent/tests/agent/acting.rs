//! Resend, reply, solve.

use latchkey_protocol::{Phrase, UnixMillis};
use latchkey_view::Command;
use serde_json::json;

use crate::support::{Bench, TestWindow, document, solved, until};

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

fn resend() -> Command {
    Command::ResendLink {
        request: "r1".into(),
    }
}

#[tokio::test]
async fn a_link_goes_after_five_seconds() {
    let (bench, mut window) = with_request().await;
    assert_eq!(window.act(resend()).await["answer"], "done");
    window
        .sees("pending", |view| {
            view.pane.as_ref().is_some_and(|pane| pane.resend.is_some())
        })
        .await;
    bench.clock.advance(4_999);
    // Pressed twice is sent once.
    window.act(resend()).await;
    assert!(bench.practice.script().written.is_empty());
    bench.clock.advance(1);
    until("sent", || bench.practice.script().written.len() == 1).await;
    assert_eq!(bench.practice.script().written[0].path, "r1/link");
    window
        .sees("sent", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.resend.is_none() && !pane.busy)
        })
        .await;
}

#[tokio::test]
async fn a_link_that_is_undone_never_goes() {
    let (bench, mut window) = with_request().await;
    window.act(resend()).await;
    bench.clock.advance(4_000);
    window
        .act(Command::UndoResend {
            request: "r1".into(),
        })
        .await;
    bench.clock.advance(60_000);
    window
        .sees("undone", |view| {
            view.pane.as_ref().is_some_and(|pane| pane.resend.is_none())
        })
        .await;
    assert!(bench.practice.script().written.is_empty());
}

#[tokio::test]
async fn a_link_is_not_sent_to_a_client_who_got_in_meanwhile() {
    let (bench, mut window) = with_request().await;
    window.act(resend()).await;
    bench.practice.say(&solved("r1", 2));
    window
        .sees("solved", |view| view.inbox.counts.solved == 1)
        .await;
    bench.clock.advance(6_000);
    assert_eq!(window.act(Command::DismissNotice).await["answer"], "done");
    assert!(bench.practice.script().written.is_empty());
}

#[tokio::test]
async fn a_link_that_was_refused_is_told_in_a_notice() {
    let (bench, mut window) = with_request().await;
    let problem = json!({"status": 409, "code": "held_back", "title": "x", "retry_at": 99});
    bench.practice.script().answers.push_back((409, problem));
    window.act(resend()).await;
    bench.clock.advance(5_000);
    let view = window
        .sees("the notice", |view| view.notice.is_some())
        .await;
    let notice = view.notice.unwrap();
    assert_eq!(notice.refusal.code, latchkey_protocol::ErrorCode::HeldBack);
    assert_eq!(notice.refusal.retry_at, Some(UnixMillis(99)));
    assert_eq!(notice.request, Some("r1".into()));
    window.act(Command::DismissNotice).await;
    window.sees("put away", |view| view.notice.is_none()).await;
}

// RULES P5
#[tokio::test]
async fn a_fixed_phrase_is_sent_as_its_code() {
    let (bench, mut window) = with_request().await;
    for (phrase, body) in [
        (
            Phrase::CallWithinTenMinutes,
            json!({"phrase": "call_within_ten_minutes"}),
        ),
        (
            Phrase::AfterMySession { at: UnixMillis(5) },
            json!({"phrase": "after_my_session", "at": 5}),
        ),
        (Phrase::TryTheNewLink, json!({"phrase": "try_the_new_link"})),
    ] {
        let answer = window
            .act(Command::Reply {
                request: "r1".into(),
                phrase,
            })
            .await;
        assert_eq!(answer["answer"], "done");
        let last = bench.practice.script().written.last().unwrap().clone();
        assert_eq!(last.path, "r1/reply");
        assert_eq!(last.body, body);
    }
    let written = bench.practice.script().written.clone();
    assert_ne!(written[0].key, written[1].key, "each act has its own key");
}

#[tokio::test]
async fn a_request_is_closed_by_hand() {
    let (bench, mut window) = with_request().await;
    let answer = window
        .act(Command::Solve {
            request: "r1".into(),
        })
        .await;
    assert_eq!(answer["answer"], "done");
    assert_eq!(bench.practice.script().written[0].path, "r1/solve");
}

#[tokio::test]
async fn a_closed_mailbox_is_opened_and_the_guide_is_sent_each_under_a_key_of_its_own() {
    let (bench, mut window) = with_request().await;
    let request = || "r1".into();
    for (command, path) in [
        (
            Command::LiftSuppression { request: request() },
            "r1/lift-suppression",
        ),
        (Command::SendGuide { request: request() }, "r1/guide"),
    ] {
        assert_eq!(window.act(command).await["answer"], "done");
        let last = bench.practice.script().written.last().unwrap().clone();
        assert_eq!((last.path.as_str(), last.body), (path, json!({})));
    }
    let written = bench.practice.script().written.clone();
    assert_ne!(written[0].key, written[1].key);
}

#[tokio::test]
async fn a_new_address_and_its_confirmation_arrive_as_they_were_typed() {
    let (bench, mut window) = with_request().await;
    let put = Command::CorrectAddress {
        request: "r1".into(),
        address: " Ada@new.example".into(),
        by_call: true,
    };
    let confirm = Command::ConfirmAddress {
        request: "r1".into(),
        change: "c7".into(),
        by_call: false,
    };
    assert_eq!(window.act(put).await["answer"], "done");
    assert_eq!(window.act(confirm).await["answer"], "done");
    let written = bench.practice.script().written.clone();
    assert_eq!(written[0].path, "r1/address");
    assert_eq!(
        written[0].body,
        json!({"address": " Ada@new.example", "by_call": true})
    );
    assert_eq!(written[1].path, "r1/address/confirm");
    assert_eq!(written[1].body, json!({"change": "c7", "by_call": false}));
}

#[tokio::test]
async fn a_guide_that_was_sent_today_is_refused_in_the_services_words() {
    let (bench, mut window) = with_request().await;
    let problem = json!({"status": 429, "code": "guide_sent_today", "title": "x", "retry_at": 7});
    bench.practice.script().answers.push_back((429, problem));
    let answer = window
        .act(Command::SendGuide {
            request: "r1".into(),
        })
        .await;
    assert_eq!(
        (&answer["code"], &answer["retry_at"]),
        (&json!("guide_sent_today"), &json!(7))
    );
}

// RULES V1
#[tokio::test]
async fn a_mailbox_whose_opening_got_no_answer_is_opened_by_the_same_act() {
    let (bench, mut window) = with_request().await;
    bench.practice.script().cut_writes = 1;
    let lift = Command::LiftSuppression {
        request: "r1".into(),
    };
    assert_eq!(window.act(lift).await["answer"], "done");
    let written = bench.practice.script().written.clone();
    assert_eq!(written.len(), 2);
    assert_eq!(written[0], written[1], "the same key and the same body");
}

#[tokio::test]
async fn whoever_is_not_the_window_cannot_act() {
    let (bench, _window) = with_request().await;
    let mut second = bench.window().await;
    second.hears("leave", |heard| heard.leaves).await;
    let answer = second
        .act(Command::Solve {
            request: "r1".into(),
        })
        .await;
    assert_eq!(answer["code"], "not_allowed");
}

// RULES V5
#[tokio::test]
async fn what_a_colleague_has_seen_is_told_once_when_this_person_opens_it() {
    let (bench, mut window) = Bench::signed_in().await;
    let mut seen = document("r1", 1);
    seen["seen"] = json!({"by": "Sam Park", "at": 5});
    bench.practice.say(&seen);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    for request in [Some("r1".into()), None, Some("r1".into())] {
        window.act(Command::Select { request }).await;
    }
    until("told", || !bench.practice.script().written.is_empty()).await;
    let written = bench.practice.script().written.len();
    assert_eq!(written, 1, "opening it again is no news");
    assert_eq!(bench.practice.script().written[0].path, "r1/seen");
}
