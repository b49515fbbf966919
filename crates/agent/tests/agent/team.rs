//! Several staff: who has a request, and what is told of it.

use latchkey_protocol::ErrorCode;
use latchkey_view::Command;
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, is_offline, until};

async fn settled() -> (Bench, TestWindow) {
    let (bench, window) = Bench::signed_in().await;
    bench.clock.advance(1_000);
    window.sees("known", |view| view.inbox.known).await;
    (bench, window)
}

/// The clock moves on until there were so many notifications.
async fn rang(bench: &Bench, many: usize) {
    until("the bell", || {
        bench.clock.advance(50);
        bench.os.record().notified.len() == many
    })
    .await;
}

/// The request, opened by Sam, and whose it is by whose act; Rosa, who sits here, is `s1`.
fn has(position: i64, staff: &str, name: &str, by: Option<&str>) -> Value {
    let mut document = document("r1", position);
    document["state"] = json!("looking");
    document["seen"] = json!({"by": "Sam Park", "at": 1});
    document["assigned"] = json!({"staff": staff, "name": name, "at": position});
    if let Some(by) = by {
        document["timeline"] =
            json!([{"at": 1, "what": {"kind": "assigned", "by": by, "to": name}}]);
    }
    document
}

fn assign(to: Option<&str>, seen: Option<&str>) -> Command {
    Command::Assign {
        request: "r1".into(),
        to: to.map(Into::into),
        seen: seen.map(Into::into),
    }
}

#[tokio::test]
async fn it_is_given_to_whom_the_person_says_as_they_saw_it() {
    let (bench, mut window) = settled().await;
    bench.practice.say(&document("r1", 1));
    window.sees("it", |view| view.inbox.rows.len() == 1).await;
    for (command, body) in [
        (assign(Some("s1"), None), json!({"to": "s1", "seen": null})),
        (
            assign(Some("s2"), Some("s1")),
            json!({"to": "s2", "seen": "s1"}),
        ),
        (assign(None, Some("s2")), json!({"to": null, "seen": "s2"})),
    ] {
        assert_eq!(window.act(command).await["answer"], "done");
        let written = bench.practice.script().written.pop().unwrap();
        assert_eq!((written.path.as_str(), written.body), ("r1/assign", body));
    }
    let taken = json!({"status": 409, "code": "taken", "title": "x", "by": "Sam Park", "at": 7});
    bench.practice.script().answers.push_back((409, taken));
    let told = window.act(assign(Some("s1"), None)).await;
    assert_eq!(told["code"], json!(ErrorCode::Taken));
    assert_eq!((&told["by"], &told["at"]), (&json!("Sam Park"), &json!(7)));
}

// RULES D5
#[tokio::test]
async fn what_a_colleague_has_is_not_rung_for_and_is_withdrawn() {
    let (bench, _window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rang(&bench, 1).await;
    // Given to somebody by the list, without being opened.
    let mut theirs = document("r1", 2);
    theirs["assigned"] = json!({"staff": "s3", "name": "Lee Moreau", "at": 2});
    bench.practice.say(&theirs);
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
    let mut another = theirs.clone();
    another["id"] = json!("r2");
    another["position"] = json!(3);
    bench.practice.say(&another);
    bench.practice.say(&document("r3", 4));
    rang(&bench, 2).await;
    assert_eq!(bench.os.record().notified[1].count, 1);
}

// RULES D5
#[tokio::test]
async fn what_is_handed_over_is_rung_for_once_more_and_unread_again() {
    let (bench, mut window) = settled().await;
    bench.practice.say(&document("r1", 1));
    rang(&bench, 1).await;
    window.act(select(Some("r1"))).await;
    window.act(select(None)).await;
    window
        .sees("read", |view| view.inbox.counts.unread == 0)
        .await;
    bench
        .practice
        .say(&has(2, "s2", "Sam Park", Some("Sam Park")));
    bench
        .practice
        .say(&has(3, "s1", "Rosa Rivera", Some("Sam Park")));
    rang(&bench, 2).await;
    let view = window
        .sees("unread", |view| view.inbox.counts.unread == 1)
        .await;
    let row = view.inbox.rows[0].clone();
    assert_eq!(row.assigned.unwrap().name, "Rosa Rivera");
    // The same document once more, or a later one, is no other hand-over.
    bench
        .practice
        .say(&has(3, "s1", "Rosa Rivera", Some("Sam Park")));
    let mut later = has(3, "s1", "Rosa Rivera", Some("Sam Park"));
    later["position"] = json!(4);
    bench.practice.say(&later);
    window.act(select(Some("r1"))).await;
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
    bench.clock.advance(2_000);
    assert_eq!(bench.os.record().notified.len(), 2);
}

#[tokio::test]
async fn what_this_person_took_is_no_news() {
    let (bench, mut window) = settled().await;
    bench
        .practice
        .say(&has(1, "s1", "Rosa Rivera", Some("Rosa Rivera")));
    bench.practice.say(&document("r2", 2));
    rang(&bench, 1).await;
    assert_eq!(bench.os.record().notified[0].count, 1);
    window.act(Command::DismissNotice).await;
}

// RULES A5, X1
#[tokio::test]
async fn the_colleagues_are_read_each_time_and_cleaned() {
    let (bench, mut window) = settled().await;
    let odd = json!({"colleagues": [
        {"id": "s2", "name": "Sam\u{202e} Park\u{7}", "role": "front-desk", "connected": true},
        {"id": "s3", "name": "Lee", "role": "from_tomorrow", "connected": false, "mood": "good"},
    ]});
    bench.practice.script().answers.push_back((200, odd));
    let told = window.act(Command::ReadColleagues).await;
    assert_eq!(told["answer"], "colleagues");
    assert_eq!(told["colleagues"][0]["name"], "Sam Park");
    assert_eq!(told["colleagues"][1]["role"], "unknown");
    let garbage = (200, json!({"colleagues": 3}));
    bench.practice.script().answers.push_back(garbage);
    let told = window.act(Command::ReadColleagues).await;
    assert_eq!(told["code"], json!(ErrorCode::NoAnswer));
}

// RULES D4
#[tokio::test]
async fn who_there_is_is_not_told_once_it_is_locked() {
    let (bench, mut window) = settled().await;
    bench.practice.script().slow = true;
    let asked = window.ask(Command::ReadColleagues).await;
    window.act(Command::Lock).await;
    bench.practice.script().slow = false;
    let late = window.answer(asked).await;
    assert_eq!(late["code"], json!(ErrorCode::Locked));
}

// RULES D9
#[tokio::test]
async fn without_a_connection_nobody_is_known_to_be_there() {
    let (mut bench, mut window) = settled().await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    let told = window.act(Command::ReadColleagues).await;
    assert_eq!(told["code"], json!(ErrorCode::Offline));
}

fn select(request: Option<&str>) -> Command {
    Command::Select {
        request: request.map(Into::into),
    }
}

fn presence(of: &Value) -> String {
    format!("event: presence\ndata: {of}\n\n")
}

// RULES A5, X1
#[tokio::test]
async fn who_looks_is_shown_while_the_service_says_so_and_the_stream_is_open() {
    let (mut bench, mut window) = settled().await;
    bench.practice.say(&document("r1", 1));
    bench.practice.push(&presence(&json!([
        {"request": "r1", "staff": "s2", "name": "Sam\u{202e} Park", "mood": "good"},
        {"request": "r9", "staff": "s3", "name": "Lee"},
    ])));
    let names = |view: &latchkey_view::View| view.inbox.rows[0].looking.clone();
    let looks =
        |view: &latchkey_view::View| view.inbox.rows.len() == 1 && names(view) == ["Sam Park"];
    window.sees("Sam", looks).await;
    window.act(select(Some("r1"))).await;
    let in_pane = |view: &latchkey_view::View| {
        view.pane
            .as_ref()
            .is_some_and(|it| it.looking == ["Sam Park"])
    };
    window.sees("Sam, in the pane", in_pane).await;
    // What cannot be read says nothing, and the requests go on.
    bench.practice.push(&presence(&json!({"from": "tomorrow"})));
    bench.practice.say(&document("r2", 2));
    window
        .sees("the next", |view| view.inbox.rows.len() == 2)
        .await;
    window.sees("Sam, still", in_pane).await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    window
        .sees("nobody", |view| {
            view.inbox.rows.iter().all(|row| row.looking.is_empty())
        })
        .await;
    // The service that comes back knows of nobody, and says nothing of it.
    bench.practice.reopen().await;
    window.act(Command::ConnectNow).await;
    window.sees("connected", crate::support::is_connected).await;
    bench.clock.advance(1_000);
    window
        .sees("nobody", |view| {
            view.inbox.rows.iter().all(|row| row.looking.is_empty())
        })
        .await;
}

// RULES D4
#[tokio::test]
async fn the_service_is_told_what_a_person_has_before_them_and_when_not_any_more() {
    let (bench, mut window) = settled().await;
    bench.practice.say(&document("r1", 1));
    bench.practice.say(&document("r2", 2));
    window.sees("them", |view| view.inbox.rows.len() == 2).await;
    let looked = async |all: &[(&str, bool)]| {
        until("it is told", || {
            let told = bench.practice.script().looked.clone();
            told.iter()
                .map(|(id, away)| (id.as_str(), *away))
                .eq(all.iter().copied())
        })
        .await;
        bench.practice.script().looked.clear();
    };
    window.act(select(Some("r1"))).await;
    looked(&[("r1", false)]).await;
    bench.clock.advance(19_000);
    window.act(Command::DismissNotice).await;
    bench.clock.advance(1_000);
    looked(&[("r1", false)]).await;
    window.act(select(None)).await;
    looked(&[("r1", true)]).await;
    window.act(select(Some("r2"))).await;
    looked(&[("r2", false)]).await;
    window.act(Command::Lock).await;
    looked(&[("r2", true)]).await;
    bench.clock.advance(60_000);
    window.act(Command::Lock).await;
    assert_eq!(bench.practice.script().looked, []);
}

/// A request for whom these are rung.
fn rings(id: &str, position: i64, staff: &[&str]) -> Value {
    let mut document = document(id, position);
    document["rings"] = json!(staff);
    document
}

// RULES D5
#[tokio::test]
async fn the_bell_is_for_whom_the_service_names_and_taken_back_where_it_does_not_any_more() {
    let (bench, window) = settled().await;
    bench.practice.say(&rings("r1", 1, &["s2"]));
    window.sees("it", |view| view.inbox.rows.len() == 1).await;
    bench.practice.say(&rings("r2", 2, &["s2", "s1"]));
    rang(&bench, 1).await;
    assert_eq!(bench.os.record().notified[0].count, 1);
    bench.practice.say(&rings("r2", 3, &["s2"]));
    until("withdrawn", || bench.os.on_screen().is_empty()).await;
}

// RULES A4
#[tokio::test]
async fn what_waited_for_too_long_rings_once_more_in_one_notification() {
    let (bench, window) = settled().await;
    bench.practice.say(&rings("r1", 1, &["s1"]));
    bench.practice.say(&rings("r2", 2, &["s9"]));
    rang(&bench, 1).await;
    window.sees("both", |view| view.inbox.rows.len() == 2).await;
    for position in [3, 5] {
        for (id, at) in [("r1", position), ("r2", position + 1)] {
            let mut late = rings(id, at, &["s1", "s9"]);
            late["escalated_at"] = json!(9);
            bench.practice.say(&late);
        }
    }
    rang(&bench, 2).await;
    assert_eq!(bench.os.record().notified[1].count, 2);
    bench.clock.advance(5_000);
    bench.practice.say(&document("r3", 9));
    rang(&bench, 3).await;
}

#[tokio::test]
async fn the_practice_is_told_of_a_session_and_of_its_end_also_late() {
    let (mut bench, mut window) = settled().await;
    let told = async |bench: &Bench, expected: &[bool]| {
        until("it is told", || {
            let sessions = bench.practice.script().sessions.clone();
            sessions
                .iter()
                .map(Option::is_some)
                .eq(expected.iter().copied())
        })
        .await;
        bench.practice.script().sessions.clone()
    };
    window.act(Command::InSession { begin: true }).await;
    let sessions = told(&bench, &[true]).await;
    let view = window
        .sees("it", |view| view.quiet.in_session.is_some())
        .await;
    assert_eq!(sessions[0], view.quiet.in_session.map(|at| at.0));
    window.act(Command::InSession { begin: false }).await;
    told(&bench, &[true, false]).await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    window.act(Command::InSession { begin: true }).await;
    window.act(Command::InSession { begin: false }).await;
    window.act(Command::InSession { begin: true }).await;
    bench.practice.reopen().await;
    window.act(Command::ConnectNow).await;
    window.sees("connected", crate::support::is_connected).await;
    told(&bench, &[true, false, true]).await;
    // A refusal is said, and not tried again.
    let no = json!({"status": 400, "code": "bad_request", "title": "x"});
    bench.practice.script().answers.push_back((400, no));
    window.act(Command::InSession { begin: false }).await;
    window
        .sees("the refusal", |view| view.notice.is_some())
        .await;
    assert_eq!(bench.practice.script().sessions.len(), 4);
}
