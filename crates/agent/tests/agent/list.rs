//! The list: its order, its pages, what a search finds, what was put off.

use latchkey_protocol::{Cause, RequestState, UnixMillis};
use latchkey_view::{Command, Folder, Query, Term};
use serde_json::{Value, json};

use crate::support::{Bench, TestWindow, document, event, is_connected, solved, until, with_pin};

const MINUTE: i64 = 60_000;

fn named(id: &str, position: i64, name: &str, message: &str) -> Value {
    let mut document = document(id, position);
    document["who"]["name"] = json!(name);
    document["who"]["typed"] = json!(format!("{id}@example.org"));
    document["message"] = json!(message);
    document
}

async fn found(window: &mut TestWindow, query: Query) -> Vec<String> {
    window.act(Command::Search { query: Some(query) }).await;
    let rows = window
        .act(Command::ReadRows {
            from: 0,
            count: 100,
        })
        .await;
    let mut ids: Vec<String> = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids
}

fn words(text: &str) -> Query {
    Query {
        words: text
            .split(' ')
            .map(|text| Term {
                text: text.to_owned(),
                causes: Vec::new(),
            })
            .collect(),
        ..Query::default()
    }
}

#[tokio::test]
async fn a_search_finds_in_every_folder_what_was_typed_in_a_hurry() {
    let (bench, mut window) = Bench::signed_in().await;
    for document in [
        named("r1", 1, "López, Inés", "The mail never comes"),
        named("r2", 2, "Okafor, Ada", "My sister Ines has my phone"),
        with_pin("r3", 3, "p1", "live"),
        solved("r4", 4),
    ] {
        bench.practice.say(&document);
    }
    window
        .sees("all", |view| view.inbox.counts.solved == 1)
        .await;

    assert_eq!(found(&mut window, words("ines lopez")).await, ["r1"]);
    assert_eq!(found(&mut window, words("INÉS")).await, ["r1", "r2"]);
    assert_eq!(
        found(
            &mut window,
            Query {
                from: vec!["ines".to_owned()],
                ..Query::default()
            }
        )
        .await,
        ["r1"]
    );
    let full = Query {
        words: vec![Term {
            text: "full".to_owned(),
            causes: vec![Cause::MailRefused],
        }],
        ..Query::default()
    };
    assert_eq!(
        found(&mut window, full).await,
        ["r1", "r2", "r3"],
        "what is over has no cause any more"
    );
    let over = Query {
        states: vec![RequestState::Solved],
        ..Query::default()
    };
    assert_eq!(found(&mut window, over).await, ["r4"]);
    let pins = Query {
        has_pin: true,
        ..Query::default()
    };
    assert_eq!(found(&mut window, pins).await, ["r3"]);
    let between = Query {
        since: Some(UnixMillis(1_699_999_000_002)),
        before: Some(UnixMillis(1_699_999_000_004)),
        ..Query::default()
    };
    assert_eq!(found(&mut window, between).await, ["r2", "r3"]);

    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    let unread = Query {
        unread: true,
        ..Query::default()
    };
    assert_eq!(found(&mut window, unread).await, ["r2", "r3"]);

    window.act(Command::Search { query: None }).await;
    let view = window.sees("the folder", |view| !view.inbox.searched).await;
    assert_eq!(view.inbox.total, 3);
}

#[tokio::test]
async fn a_row_says_where_the_word_stands_that_was_looked_for() {
    let (bench, mut window) = Bench::signed_in().await;
    let message = format!(
        "{} Écris à ma sœur Inés. {}",
        "x ".repeat(100),
        "y ".repeat(100)
    );
    bench.practice.say(&named("r1", 1, "Okafor, Ada", &message));
    window.sees("it", |view| view.inbox.total == 1).await;
    window
        .act(Command::Search {
            query: Some(words("ines")),
        })
        .await;
    let view = window.sees("found", |view| view.inbox.searched).await;
    let line = view.inbox.rows[0].found.clone().unwrap();
    assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
    assert!(
        line.contains("Inés") && line.chars().count() < 200,
        "{line}"
    );

    window
        .act(Command::Search {
            query: Some(words("okafor")),
        })
        .await;
    let view = window
        .sees("by name", |view| view.inbox.rows[0].found.is_none())
        .await;
    assert_eq!(view.inbox.total, 1);
}

// RULES V4
#[tokio::test]
async fn what_looks_like_a_pattern_is_looked_for_as_it_is() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&named("r1", 1, "Ada", "100% .* (sure"));
    window.sees("it", |view| view.inbox.total == 1).await;
    for (text, finds) in [
        ("%", true),
        (".*", true),
        ("(", true),
        ("_", false),
        ("\u{0}", false),
    ] {
        let ids = found(&mut window, words(text)).await;
        assert_eq!(!ids.is_empty(), finds, "{text:?}");
    }
    assert_eq!(found(&mut window, words("")).await, ["r1"]);
}

/// More than stay in memory.
async fn with_many() -> (Bench, TestWindow) {
    let (bench, window) = Bench::signed_in().await;
    let all: String = (1..=600)
        .map(|at| {
            event(&named(
                &format!("r{at:03}"),
                at,
                "Okafor, Ada",
                &format!("word{at:03}"),
            ))
        })
        .collect();
    bench.practice.push(&all);
    window
        .sees("all", |view| view.inbox.counts.open == 600)
        .await;
    (bench, window)
}

async fn opens(window: &mut TestWindow, id: &str) {
    window
        .act(Command::Select {
            request: Some(id.into()),
        })
        .await;
    let view = window
        .sees("the document", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.request.id.0 == id)
        })
        .await;
    let message = view.pane.unwrap().request.message.unwrap();
    assert_eq!(message, format!("word{}", &id[1..]));
    assert!(view.inbox.opened_at.is_some());
}

#[tokio::test]
async fn a_request_that_is_on_the_disk_alone_opens_from_there_also_after_a_restart() {
    let (mut bench, mut window) = with_many().await;
    opens(&mut window, "r001").await;
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window
        .sees("all", |view| view.inbox.counts.open == 600)
        .await;
    opens(&mut window, "r002").await;
    opens(&mut window, "r600").await;
    assert_eq!(found(&mut window, words("word003")).await, ["r003"]);
}

#[tokio::test]
async fn what_only_a_cache_had_that_is_gone_comes_from_the_practice_again() {
    let (bench, mut window) = with_many().await;
    let everything: String = (1..=600)
        .map(|at| {
            event(&named(
                &format!("r{at:03}"),
                at,
                "Okafor, Ada",
                &format!("word{at:03}"),
            ))
        })
        .collect();
    std::fs::remove_file(bench.places.data.join("cache.db")).unwrap();
    bench.practice.script().backlog.push(everything);
    bench
        .practice
        .say(&named("r601", 601, "Okafor, Ada", "word601"));
    window
        .sees("what is in memory", |view| {
            (50..=52).contains(&view.inbox.counts.open)
        })
        .await;
    bench
        .passing(window.sees("all", |view| view.inbox.counts.open == 600))
        .await;
    window.sees("connected", is_connected).await;
    opens(&mut window, "r001").await;
}

async fn with_one() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("it", |view| view.inbox.counts.unread == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    (bench, window)
}

async fn put_off(bench: &Bench, window: &mut TestWindow, minutes: i64) {
    let until = UnixMillis(latchkey_agent::clock::Clock::now(&*bench.clock).0 + minutes * MINUTE);
    window
        .act(Command::Snooze {
            request: "r1".into(),
            until: Some(until),
        })
        .await;
    let view = window
        .sees("put off", |view| view.inbox.counts.snoozed == 1)
        .await;
    assert_eq!((view.inbox.counts.open, view.inbox.total), (0, 0));
    assert!(view.pane.is_none());
}

#[tokio::test]
async fn a_request_that_is_put_off_comes_back_unread_and_rings_once() {
    let (mut bench, mut window) = with_one().await;
    put_off(&bench, &mut window, 10).await;
    let rung = bench.os.record().notified.len();
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window
        .act(Command::Show {
            folder: Folder::Snoozed,
        })
        .await;
    let view = window
        .sees("still put off", |view| view.inbox.total == 1)
        .await;
    assert!(view.inbox.rows[0].snoozed_until.is_some());
    let view = bench
        .passing(window.sees("back", |view| view.inbox.counts.unread == 1))
        .await;
    assert_eq!(view.inbox.counts.snoozed, 0);
    bench
        .passing(until("it rang", || {
            bench.os.record().notified.len() == rung + 1
        }))
        .await;
}

// RULES N2
#[tokio::test]
async fn a_client_who_tries_again_is_not_put_off_any_longer() {
    let (bench, mut window) = with_one().await;
    put_off(&bench, &mut window, 60).await;
    let mut fate = document("r1", 1);
    fate["position"] = json!(2);
    fate["timeline"] = json!([
        {"at": 1, "what": {"kind": "asked_for_link"}},
        {"at": 1_700_000_000_000_i64, "what": {"kind": "mail_queued"}}
    ]);
    bench.practice.say(&fate);
    bench.practice.say(&document("r2", 3));
    let view = window
        .sees("another", |view| view.inbox.counts.open == 1)
        .await;
    assert_eq!(
        view.inbox.counts.snoozed, 1,
        "a mail on its way wakes nobody"
    );

    let mut again = document("r1", 1);
    again["position"] = json!(4);
    again["timeline"] = json!([
        {"at": 1, "what": {"kind": "asked_for_link"}},
        {"at": 1_700_000_000_001_i64, "what": {"kind": "asked_for_link"}}
    ]);
    bench.practice.say(&again);
    let view = window
        .sees("back", |view| view.inbox.counts.snoozed == 0)
        .await;
    assert_eq!((view.inbox.counts.open, view.inbox.counts.unread), (2, 2));
}

#[tokio::test]
async fn one_that_is_solved_meanwhile_does_not_wake() {
    let (bench, mut window) = with_one().await;
    put_off(&bench, &mut window, 10).await;
    bench.practice.say(&solved("r1", 2));
    let view = window
        .sees("solved", |view| view.inbox.counts.solved == 1)
        .await;
    assert_eq!(
        (view.inbox.counts.snoozed, view.inbox.counts.unread),
        (0, 0)
    );
}

#[tokio::test]
async fn nothing_is_put_off_into_the_past_or_when_it_is_over() {
    let (bench, mut window) = with_one().await;
    let refused = window
        .act(Command::Snooze {
            request: "r1".into(),
            until: Some(UnixMillis(1)),
        })
        .await;
    assert_eq!(refused["code"], "bad_request");
    bench.practice.say(&solved("r1", 2));
    window
        .sees("solved", |view| view.inbox.counts.solved == 1)
        .await;
    let refused = window
        .act(Command::Snooze {
            request: "r1".into(),
            until: Some(UnixMillis(i64::MAX)),
        })
        .await;
    assert_eq!(refused["code"], "not_found");
}
