//! Notes: written here, kept here, and at the practice once.

use latchkey_protocol::{ErrorCode, RequestId};
use latchkey_view::{Command, View};
use serde_json::json;

use crate::support::{Bench, TestWindow, document, event, is_connected, is_offline, until};

fn add(text: &str) -> Command {
    Command::AddNote {
        request: "r1".into(),
        text: text.to_owned(),
    }
}

fn draft(text: &str) -> Command {
    Command::DraftNote {
        request: "r1".into(),
        text: text.to_owned(),
    }
}

fn select() -> Command {
    Command::Select {
        request: Some("r1".into()),
    }
}

/// The notes that arrived: key and text.
fn arrived(bench: &Bench) -> Vec<(String, String)> {
    let script = bench.practice.script();
    let notes = script
        .written
        .iter()
        .filter(|write| write.path == "r1/note");
    notes
        .map(|write| {
            (
                write.key.clone(),
                write.body["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

fn waiting(view: &View) -> Vec<&str> {
    let pane = view.pane.as_ref();
    pane.map(|pane| {
        pane.waiting_notes
            .iter()
            .map(|note| note.text.as_str())
            .collect()
    })
    .unwrap_or_default()
}

async fn with_request() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    let mut seen = document("r1", 1);
    seen["seen"] = json!({"by": "Rosa Rivera", "at": 5});
    bench.practice.script().backlog = vec![event(&seen)];
    bench.practice.say(&seen);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window.act(select()).await;
    (bench, window)
}

/// The same, with the network gone.
async fn offline() -> (Bench, TestWindow) {
    let (mut bench, window) = with_request().await;
    bench.practice.close().await;
    bench.passing(window.sees("offline", is_offline)).await;
    (bench, window)
}

async fn back(bench: &mut Bench, window: &TestWindow) {
    bench.practice.reopen().await;
    bench.passing(window.sees("back", is_connected)).await;
}

// RULES D9
#[tokio::test]
async fn a_note_arrives_at_once_while_the_practice_can_be_reached() {
    let (bench, mut window) = with_request().await;
    assert_eq!(window.act(add(" Rings at noon ")).await["answer"], "done");
    until("arrived", || arrived(&bench).len() == 1).await;
    assert_eq!(arrived(&bench)[0].1, "Rings at noon");
    window.sees("sent", |view| view.waiting_notes == 0).await;
}

// RULES D9
#[tokio::test]
async fn notes_written_offline_are_shown_as_waiting_and_arrive_once_and_in_order() {
    let (mut bench, mut window) = offline().await;
    for text in ["the first", "the second", "the third"] {
        assert_eq!(window.act(add(text)).await["answer"], "done");
        bench.clock.advance(1);
    }
    let view = window.sees("waiting", |view| view.waiting_notes == 3).await;
    assert_eq!(waiting(&view), ["the first", "the second", "the third"]);
    assert_eq!(view.pane.unwrap().blocked, Some(ErrorCode::Offline));
    back(&mut bench, &window).await;
    window
        .sees("all sent", |view| view.waiting_notes == 0)
        .await;
    let texts: Vec<_> = arrived(&bench).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["the first", "the second", "the third"]);
}

// RULES D3, D9
#[tokio::test]
async fn a_note_whose_answers_are_lost_keeps_its_key_over_restarts() {
    let (mut bench, mut window) = with_request().await;
    // The call is repeated once by itself: both answers are lost.
    bench.practice.script().cut_writes = 2;
    window.act(add("Rings at noon")).await;
    until("sent twice", || arrived(&bench).len() == 2).await;
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window.act(select()).await;
    until("sent again", || arrived(&bench).len() == 3).await;
    window.sees("known", |view| view.waiting_notes == 0).await;
    let keys: std::collections::HashSet<_> = arrived(&bench).into_iter().collect();
    assert_eq!(keys.len(), 1, "one key, one text");
    bench.restart().await;
    let window = bench.window().await;
    window.sees("connected", is_connected).await;
    assert_eq!(arrived(&bench).len(), 3);
}

// RULES D3, D9
#[tokio::test]
async fn a_note_survives_a_damaged_cache_and_a_damaged_session() {
    let (mut bench, mut window) = offline().await;
    window.act(add("Rings at noon")).await;
    drop(window);
    bench.stop().await;
    std::fs::write(bench.places.data.join("cache.db"), "noise").unwrap();
    std::fs::write(bench.places.data.join("session.sealed"), "noise").unwrap();
    bench.practice.reopen().await;
    bench.start();
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    until("arrived", || arrived(&bench).len() == 1).await;
}

// RULES D9
#[tokio::test]
async fn a_note_that_is_refused_for_good_is_said_with_its_text_until_it_is_put_away() {
    for (code, status) in [
        ("not_found", 404),
        ("not_allowed", 403),
        ("too_many_notes", 422),
    ] {
        let (mut bench, mut window) = with_request().await;
        let problem = json!({"status": status, "code": code, "title": "no"});
        bench.practice.script().answers.push_back((status, problem));
        window.act(add("Rings at noon")).await;
        let refused = window.sees("refused", |view| view.refused_notes.len() == 1);
        let view = refused.await;
        let note = &view.refused_notes[0];
        assert_eq!(note.note.text, "Rings at noon");
        assert_eq!(note.name.as_deref(), Some("Okafor, Ada"));
        assert_eq!(json!(note.refusal.code), code);
        assert_eq!(view.waiting_notes, 0);
        // It is there after a restart, and never sent again.
        drop(window);
        bench.restart().await;
        let mut window = bench.window().await;
        let view = window
            .sees("still", |view| view.refused_notes.len() == 1)
            .await;
        window.sees("connected", is_connected).await;
        let note = view.refused_notes[0].note.id.clone();
        assert_eq!(
            window.act(Command::DropNote { note }).await["answer"],
            "done"
        );
        window
            .sees("gone", |view| view.refused_notes.is_empty())
            .await;
        assert_eq!(arrived(&bench).len(), 1);
    }
}

// RULES D9
#[tokio::test]
async fn a_bad_day_is_no_refusal() {
    for (code, status) in [("unavailable", 503), ("too_many", 429)] {
        let (bench, mut window) = with_request().await;
        let problem = json!({"status": status, "code": code, "title": "later"});
        bench.practice.script().answers.push_back((status, problem));
        window.act(add("Rings at noon")).await;
        until("tried", || arrived(&bench).len() == 1).await;
        let sent = window.sees("sent", |view| view.waiting_notes == 0);
        bench.passing(sent).await;
        assert_eq!(arrived(&bench).len(), 2);
    }
}

#[tokio::test]
async fn a_note_that_is_empty_or_too_long_is_refused_before_it_is_queued() {
    let (bench, mut window) = with_request().await;
    assert_eq!(window.act(add(" \n ")).await["code"], "bad_request");
    let longest = "é".repeat(2_000);
    assert_eq!(
        window.act(add(&format!("{longest}é"))).await["code"],
        "too_long"
    );
    assert_eq!(window.act(add(&longest)).await["answer"], "done");
    until("arrived", || arrived(&bench).len() == 1).await;
}

// RULES D9
#[tokio::test]
async fn a_draft_lives_in_the_agent_and_outlives_window_and_agent() {
    let (mut bench, mut window) = with_request().await;
    for text in ["S", "Sh", "She ri"] {
        window.act(draft(text)).await;
    }
    drop(window);
    let has = |view: &View| {
        view.pane
            .as_ref()
            .is_some_and(|pane| pane.draft == "She ri")
    };
    let mut window = bench.window().await;
    window.act(select()).await;
    window.sees("the draft", has).await;
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window.act(select()).await;
    window.sees("the draft, again", has).await;
    // Once it is added, the field is empty.
    window.act(add("She ri")).await;
    let empty = |view: &View| view.pane.as_ref().is_some_and(|pane| pane.draft.is_empty());
    window.sees("empty", empty).await;
}

// RULES D9, V2
#[tokio::test]
async fn a_draft_on_a_request_that_goes_away_can_still_be_copied() {
    let (bench, mut window) = with_request().await;
    window.act(draft("She rings at")).await;
    bench
        .practice
        .push("id: 9\nevent: gone\ndata: {\"request\":\"r1\",\"reason\":\"not_yours\"}\n\n");
    let view = window.sees("gone", |view| view.inbox.rows.is_empty()).await;
    assert_eq!(view.refused_notes[0].note.text, "She rings at");
    assert_eq!(view.refused_notes[0].request, RequestId::from("r1"));
    assert!(arrived(&bench).is_empty());
}

// RULES D9
#[tokio::test]
async fn seen_is_owed_until_the_practice_has_answered() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let fresh = document("r1", 1);
    bench.practice.script().backlog = vec![event(&fresh)];
    bench.practice.say(&fresh);
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    // The agent ends while it waits for an answer that never comes.
    bench.practice.script().cut_writes = 2;
    window.act(select()).await;
    let seen = |bench: &Bench| bench.practice.script().written.len();
    until("tried", || seen(&bench) == 2).await;
    drop(window);
    bench.restart().await;
    until("told", || seen(&bench) == 3).await;
    assert!(
        bench
            .practice
            .script()
            .written
            .iter()
            .all(|write| write.path == "r1/seen")
    );
}
