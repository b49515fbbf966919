//! Messages to a client who is in, and what they answer.

use latchkey_protocol::ErrorCode;
use latchkey_view::{Command, Folder, View};
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, is_connected, is_offline, solved, until};

fn write(text: &str) -> Command {
    Command::WriteMessage {
        request: "r1".into(),
        text: text.to_owned(),
    }
}

fn drafts(text: &str) -> Command {
    Command::DraftMessage {
        request: "r1".into(),
        text: text.to_owned(),
    }
}

fn draft(view: &View) -> &str {
    view.pane.as_ref().map_or("", |pane| &pane.message_draft)
}

fn is_in(position: i64) -> Value {
    let mut document = solved("r1", position);
    document["can_write"] = json!(true);
    document
}

/// The client has written at this time of the service's.
fn wrote(position: i64, at: i64) -> Value {
    let mut document = is_in(position);
    document["waits_since"] = json!(at);
    document["timeline"] =
        json!([{"at": at, "what": {"kind": "client_wrote", "text": "Ten o'clock?\u{202e}"}}]);
    document
}

async fn opened() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&is_in(1));
    let has = |view: &View| view.inbox.counts.solved == 1;
    window.sees("the request", has).await;
    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    window.sees("it", |view| view.pane.is_some()).await;
    (bench, window)
}

fn sent(bench: &Bench) -> Vec<(String, Value)> {
    let script = bench.practice.script();
    let sent = script.written.iter().filter(|one| one.path == "r1/message");
    sent.map(|one| (one.key.clone(), one.body.clone()))
        .collect()
}

// RULES P5, V1
#[tokio::test]
async fn what_is_written_is_kept_until_it_is_sent_and_sent_once() {
    let (mut bench, mut window) = opened().await;
    window.act(drafts("See you at ten ")).await;
    window
        .sees("kept", |view| draft(view) == "See you at ten ")
        .await;
    bench.kill().await;
    bench.start();
    let mut window = bench.window_on("r1").await;
    window
        .sees("still there", |view| draft(view) == "See you at ten ")
        .await;
    window.sees("connected", is_connected).await;
    // Its answer is lost: sent again it is the same message.
    bench.practice.script().cut_writes = 1;
    assert_eq!(window.act(write("See you at ten ")).await["answer"], "done");
    window.sees("gone", |view| draft(view).is_empty()).await;
    let sent = sent(&bench);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(sent[0].1, json!({"text": "See you at ten"}));
}

// RULES D9
#[tokio::test]
async fn nothing_is_written_to_a_client_without_a_connection_or_without_words() {
    let (mut bench, mut window) = opened().await;
    let empty = window.act(write(" \n")).await;
    assert_eq!(empty["code"], json!(ErrorCode::BadRequest));
    bench.practice.close().await;
    window.act(Command::ConnectNow).await;
    window.sees("offline", is_offline).await;
    let late = window.act(write("See you")).await;
    assert_eq!(late["code"], json!(ErrorCode::Offline));
    assert!(sent(&bench).is_empty());
}

#[tokio::test]
async fn a_client_who_answers_is_in_the_inbox_unread_and_rings_until_that_is_put_away() {
    let (bench, mut window) = opened().await;
    window.act(Command::Select { request: None }).await;
    bench.practice.say(&wrote(2, 900));
    let view = window
        .sees("it waits", |view| view.inbox.counts.open == 1)
        .await;
    assert_eq!((view.inbox.counts.unread, view.inbox.counts.solved), (1, 0));
    window
        .act(Command::Show {
            folder: Folder::Inbox,
        })
        .await;
    let listed = |view: &View| {
        let row = view.inbox.rows.first();
        row.is_some_and(|row| row.unread && row.waits_since.is_some())
    };
    window.sees("listed", listed).await;
    until("it rings", || {
        bench.clock.advance(50);
        bench.os.on_screen().len() == 1
    })
    .await;

    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
    let text = |view: &View| {
        let pane = view.pane.as_ref()?;
        serde_json::to_value(&pane.request.timeline[0].what).ok()
    };
    let view = window.sees("opened", |view| text(view).is_some()).await;
    assert_eq!(text(&view).unwrap()["text"], "Ten o'clock?");
    // The same document again, and a later one that brings nothing, are no news.
    window.act(Command::Select { request: None }).await;
    bench.practice.say(&wrote(3, 900));
    window.act(Command::ReadRows { from: 0, count: 1 }).await;
    let view = window.sees("read", |view| view.pane.is_none()).await;
    assert_eq!(view.inbox.counts.unread, 0);
    bench.practice.say(&wrote(4, 901));
    window
        .sees("another", |view| view.inbox.counts.unread == 1)
        .await;

    bench.practice.say(&is_in(5));
    let view = window
        .sees("put away", |view| view.inbox.counts.solved == 1)
        .await;
    assert_eq!(view.inbox.counts.open, 0);
}
