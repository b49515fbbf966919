//! Documents that no service of ours writes.

use latchkey_protocol::UnixMillis;
use latchkey_view::{Command, View};
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, solved, with_pin};

/// Everything a document can hold, each text in it replaced.
fn with_texts(text: &str) -> Value {
    let mut document = with_pin("r1", 1, "p1", "live");
    document["solved"] = solved("r1", 1)["solved"].clone();
    document["seen"] = json!({"by": text, "at": 1});
    document["pin"]["by"] = json!(text);
    document["who"] = json!({
        "client": "c1", "name": text, "first_name": text, "clinician": text, "typed": text,
        "shared_address": false
    });
    document["message"] = json!(text);
    document["match_words"] = json!([text, text]);
    document["call_back"] = json!({"phone": text, "ask_for": text, "language": text});
    let reply = json!({"code": 552, "enhanced": text, "words": text});
    document["diagnosis"]["facts"]["reply"] = reply.clone();
    document["replies"] = json!([{"at": 1, "by": text, "phrase": {"phrase": "try_the_new_link"}}]);
    let happened = [
        json!({"kind": "mail_accepted", "reply": reply}),
        json!({"kind": "mail_refused", "reply": reply}),
        json!({"kind": "mail_deferred", "reply": reply, "next_at": 1}),
        json!({"kind": "seen", "by": text}),
        json!({"kind": "second_person_asked", "by": text}),
        json!({"kind": "pin_issued", "by": text, "evidence": "with_me"}),
        json!({"kind": "pin_revoked", "by": text}),
        json!({"kind": "link_resent", "by": text}),
        json!({"kind": "reply_sent", "by": text, "phrase": {"phrase": "try_the_new_link"}}),
        json!({"kind": "note_added", "by": text, "text": text}),
        json!({"kind": "message_sent", "by": text, "text": text}),
        json!({"kind": "client_wrote", "text": text}),
        json!({"kind": "not_my_client", "by": text}),
        json!({"kind": "freeze_lifted", "by": text}),
        json!({"kind": "closed_by_staff", "by": text}),
    ];
    document["timeline"] = happened.map(|what| json!({"at": 1, "what": what})).into();
    document
}

/// Calls `look` with every text and number of a value.
fn each(value: &Value, look: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| each(value, look)),
        Value::Object(members) => members.values().for_each(|value| each(value, look)),
        other => look(other),
    }
}

async fn opened(window: &mut TestWindow, fits: impl Fn(&View) -> bool) -> Value {
    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    let view = window
        .sees("the pane", |view| view.pane.is_some() && fits(view))
        .await;
    serde_json::to_value(&view).unwrap()
}

// RULES A5
#[tokio::test]
async fn no_text_of_a_document_turns_the_view_around_or_fills_it() {
    let (bench, mut window) = Bench::signed_in().await;
    let marker = "\u{202e}\u{2066}\u{7}\u{1b}[31m\u{feff}";
    bench
        .practice
        .say(&with_texts(&format!("{marker}{}", "x".repeat(8_000))));
    window
        .sees("the request", |view| {
            view.inbox.counts.solved + view.inbox.counts.open == 1
        })
        .await;
    let view = opened(&mut window, |_| true).await;
    let mut texts = 0;
    each(&view, &mut |value| {
        let Some(text) = value.as_str() else { return };
        texts += usize::from(text.contains("xxx"));
        assert!(text.chars().count() <= 2_000, "{} characters", text.len());
        let odd = |c: char| {
            c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        assert!(!text.contains(odd), "{:?}", &text[..40]);
    });
    assert!(texts > 20, "only {texts} texts were looked at");
}

// RULES V4, X1
#[tokio::test]
async fn a_moment_that_no_calendar_has_is_one_that_can_be_drawn() {
    for moment in [i64::MIN, -1, 0, 9_007_199_254_740_993, i64::MAX] {
        let (bench, mut window) = Bench::signed_in().await;
        let mut strange = with_texts("x");
        strange["created_at"] = json!(moment);
        strange["seen"]["at"] = json!(moment);
        strange["browser"]["last_seen_at"] = json!(moment);
        strange["solved"]["at"] = json!(moment);
        strange["pin"]["issued_at"] = json!(moment);
        strange["pin"]["expires_at"] = json!(moment);
        strange["replies"][0]["at"] = json!(moment);
        strange["timeline"][0]["at"] = json!(moment);
        strange["timeline"][2]["what"]["next_at"] = json!(moment);
        strange["diagnosis"]["facts"]["at"] = json!(moment);
        strange["diagnosis"]["facts"]["until"] = json!(moment);
        bench.practice.say(&strange);
        window
            .sees("the request", |view| {
                view.inbox.counts.solved + view.inbox.counts.open == 1
            })
            .await;
        let view = opened(&mut window, |_| true).await;
        each(&view, &mut |value| {
            let Some(number) = value.as_i64() else { return };
            assert!(
                (UnixMillis::FIRST.0..=UnixMillis::LAST.0).contains(&number),
                "{number}"
            );
        });
    }
}

// RULES V4
#[tokio::test]
async fn positions_that_jump_about_and_ids_that_repeat_leave_what_was_said_last() {
    let (bench, mut window) = Bench::signed_in().await;
    for (position, message) in [
        (5, "five"),
        (i64::MAX, "most"),
        (-7, "less"),
        (i64::MIN, "least"),
        (5, "last"),
    ] {
        let mut next = document("r1", 1);
        next["position"] = json!(position);
        next["message"] = json!(message);
        bench.practice.say(&next);
    }
    bench
        .practice
        .push("id: not a number\nevent: gone\ndata: {\"request\":\"nobody\"}\n\n");
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    let view = window
        .sees("the last", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.request.message.as_deref() == Some("last"))
        })
        .await;
    assert_eq!(view.inbox.total, 1);
    bench.practice.cut();
    bench
        .passing(async {
            while bench.practice.script().feeds.len() < 2 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
    let asked = bench.practice.script().feeds[1].clone();
    assert_eq!(asked.as_deref(), Some("5"));
}

// RULES V4
#[tokio::test]
async fn an_id_that_is_a_path_reaches_no_other_endpoint() {
    let (bench, mut window) = Bench::signed_in().await;
    let id = "../../../oauth/revoke?x#y";
    let mut strange = document("r1", 1);
    strange["id"] = json!(id);
    bench.practice.say(&strange);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window.act(Command::Solve { request: id.into() }).await;
    let written = bench.practice.script().written.clone();
    assert_eq!(written.last().unwrap().path, format!("{id}/solve"));
    assert!(bench.practice.script().revoked.is_empty());
}

// RULES V4
#[tokio::test]
async fn the_fullest_inbox_there_can_be_fits_into_a_frame() {
    const MOST: usize = latchkey_view::PAGE as usize;
    const LONGEST_EVENT: usize = 512 * 1_024;
    let (bench, mut window) = Bench::signed_in().await;
    let mut full = with_texts(&"\u{1f600}".repeat(2_000));
    full["id"] = json!("9".repeat(100));
    bench.practice.say(&full);
    let id = full["id"].as_str().unwrap();
    window
        .sees("the request", |view| {
            view.inbox.counts.solved + view.inbox.counts.open == 1
        })
        .await;
    let request = Some(id.into());
    window.act(Command::Select { request }).await;
    let view = window
        .sees("the row", |view| {
            view.pane.is_some() && view.inbox.rows.len() == 1
        })
        .await;
    let row = serde_json::to_vec(&view.inbox.rows[0]).unwrap().len();
    let all = LONGEST_EVENT + MOST * row;
    assert!(all < latchkey_view::MAX_FRAME as usize, "{all} bytes");
    assert!(
        all * 4 > latchkey_view::MAX_FRAME as usize,
        "{all} bytes prove little"
    );
}

// RULES V4
#[tokio::test]
async fn an_id_without_an_end_is_not_kept() {
    let (bench, window) = Bench::signed_in().await;
    let mut strange = document("r1", 1);
    strange["id"] = json!("9".repeat(101));
    bench.practice.say(&strange);
    let offline = window.sees("offline", crate::support::is_offline);
    let view = bench.passing(offline).await;
    assert!(view.inbox.rows.is_empty());
}
