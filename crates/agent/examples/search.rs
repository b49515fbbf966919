//! Measures for `cargo xtask bench search`: each key of somebody who types into the search
//! field over 100,000 cached requests, from the command to the frame that the window draws;
//! beside one look for the word in as much text as there is. Prints both at their 99th
//! percentile, in milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the bench: it may panic, talks to it, and reads the clock"
)]

use std::time::Instant;

use latchkey_agent::{
    desk::{ConnectionId, Desk, Input, Started},
    session::{Endpoints, KeptSession},
    summary::Summary,
};
use latchkey_protocol::{HelpRequest, Position, Practice, Role, Staff, UnixMillis};
use latchkey_view::{Command, Query, Term, ToAgent, ToWindow, write_frame};
use serde_json::json;
use url::Url;

const REQUESTS: u64 = 100_000;
const NOW: UnixMillis = UnixMillis(1_780_000_000_000);
const WINDOW: ConnectionId = ConnectionId(1);

/// Names that people have, in so many combinations.
const FIRST: [&str; 20] = [
    "Ada", "Ben", "Chris", "Dana", "Elena", "Farid", "Grace", "Hana", "Inés", "Jo", "Kofi", "Lena",
    "María", "Noor", "Oscar", "Priya", "Quinn", "Rosa", "Sam", "Tomas",
];
const LAST: [&str; 16] = [
    "Okafor",
    "Ortiz",
    "Lang",
    "Haddad",
    "Lindqvist",
    "Nair",
    "Weber",
    "Park",
    "Rivera",
    "Szabó",
    "Nguyen",
    "Kowalski",
    "Adeyemi",
    "Moreau",
    "Silva",
    "Brandt",
];
const WROTE: [&str; 6] = [
    "I tried twice this morning and nothing comes. My form is due today.",
    "The link says that it does not work any more.",
    "Nothing in my mailbox, also not in the junk folder. Please call me after four.",
    "It asks for a PIN and I have none",
    "My new phone does not know me",
    "",
];

/// What is typed, key by key.
const TYPED: [&str; 6] = [
    "okafor",
    "ines sza",
    "junk folder",
    "zebra",
    "e",
    "client99",
];

fn main() {
    let mut desk = full();
    let text = as_much_text();
    let (mut keys, mut floors) = (Vec::new(), Vec::new());
    for typed in TYPED.iter().cycle().take(10 * TYPED.len()) {
        for end in 1..=typed.len() {
            let words = typed.get(..end).unwrap_or(typed);
            let watch = Instant::now();
            let bytes = press(&mut desk, words);
            keys.push(watch.elapsed().as_secs_f64() * 1_000.0);
            assert!(bytes > 0);
            let watch = Instant::now();
            let found = memchr::memmem::find_iter(text.as_bytes(), words).count();
            floors.push(watch.elapsed().as_secs_f64() * 1_000.0);
            std::hint::black_box(found);
        }
    }
    println!("{} {}", p99(keys), p99(floors));
}

/// A key: the query, and the frame with the list that it leaves.
fn press(desk: &mut Desk, typed: &str) -> usize {
    let words = typed.split_whitespace();
    let query = Query {
        words: words
            .map(|text| Term {
                text: text.to_owned(),
                causes: Vec::new(),
            })
            .collect(),
        ..Query::default()
    };
    let command = Command::Search { query: Some(query) };
    desk.take(
        Input::Window(WINDOW, ToAgent::Command { id: 1, command }),
        NOW,
    );
    let mut frame = Vec::new();
    let view = ToWindow::View(Box::new(desk.view()));
    let written = write_frame(&mut frame, &view);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(written)
        .unwrap();
    frame.len()
}

/// A desk whose cache holds all of them.
fn full() -> Desk {
    let mut desk = Desk::new(NOW);
    let started = Started {
        session: Some(session()),
        requests: (0..REQUESTS)
            .map(|n| {
                let request = request(n);
                (request.id.clone(), Summary::of(&request))
            })
            .collect(),
        position: Some(Position(1)),
        ..Started::default()
    };
    desk.take(Input::Started(Box::new(started)), NOW);
    let launch = ToAgent::Launch {
        practice: None,
        request: None,
    };
    desk.take(Input::Window(WINDOW, launch), NOW);
    desk
}

fn session() -> KeptSession {
    let url = Url::parse("https://signin.juniper.example/").unwrap();
    KeptSession {
        endpoints: Endpoints {
            issuer: url.to_string(),
            authorize: url.clone(),
            token: url.clone(),
            revoke: None,
        },
        url,
        staff: Staff {
            id: "s1".into(),
            name: "Rosa Rivera".to_owned(),
            role: Role::FrontDesk,
        },
        practice: Practice {
            name: "Juniper Lane Practice".to_owned(),
            time_zone: "America/New_York".to_owned(),
        },
        device_name: "Front desk".to_owned(),
    }
}

/// One in fifty is open.
fn request(n: u64) -> HelpRequest {
    let at = |list: &[&'static str], step: u64| {
        let place = usize::try_from(n / step).unwrap_or_default() % list.len();
        list.get(place).copied().unwrap_or_default()
    };
    let (first, last) = (at(&FIRST, 1), at(&LAST, 20));
    let created = NOW.0 - i64::try_from(n).unwrap_or_default() * 10_000;
    let open = n.is_multiple_of(50);
    let solved = json!({"at": created + 60_000, "how": {"how": "signed_in", "method": "link"}});
    serde_json::from_value(json!({
        "id": format!("0199f8a0-0000-7000-8000-{n:012}"), "position": n,
        "state": if open { "new" } else { "solved" }, "created_at": created,
        "who": {
            "client": format!("c{n}"), "name": format!("{last}, {first}"), "first_name": first,
            "clinician": "Rosa Rivera", "typed": format!("client{n}@example.org"),
            "shared_address": false
        },
        "message": at(&WROTE, 7), "match_words": ["maple", "harbor"],
        "browser": {"waiting": false, "last_seen_at": created, "known": true},
        "seen": null, "call_back": null, "tier": {"tier": "normal", "evidence": []},
        "diagnosis": {
            "cause": "mailbox_full", "confidence": "certain", "action": "call_and_issue_pin",
            "facts": {"at": created}, "evidence": []
        },
        "mail": null, "pin": null, "replies": [],
        "solved": if open { json!(null) } else { solved },
        "timeline": [{"at": created, "what": {"kind": "asked_for_help"}}]
    }))
    .unwrap()
}

fn as_much_text() -> String {
    (0..REQUESTS)
        .map(|n| {
            let request = request(n);
            let message = request.message.unwrap_or_default();
            let name = request.who.name.unwrap_or_default();
            format!("{name}\n{}\n{message}\n", request.who.typed).to_lowercase()
        })
        .collect()
}

fn p99(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = values.len() * 99 / 100;
    values.get(place).copied().unwrap_or(f64::NAN)
}
