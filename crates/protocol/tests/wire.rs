//! What earlier releases sent is read for good, and what later ones send never breaks.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_protocol::{
    Cause, ErrorCode, Happening, HelpRequest, Opener, Phrase, Problem, RaisedBy, RequestState,
    SolvedHow, Tier,
};
use serde_json::{Value, json};

const HELP_REQUEST: &str = include_str!("wire/0.1/help_request.json");

// RULES X1
#[test]
fn a_document_of_this_release_is_read_and_written_as_it_was() {
    let read: HelpRequest = serde_json::from_str(HELP_REQUEST).unwrap();
    assert_eq!(read.state, RequestState::WaitingForClient);
    assert_eq!(read.diagnosis.cause, Cause::MailRefused);
    let written = serde_json::to_value(&read).unwrap();
    let fixture: Value = serde_json::from_str(HELP_REQUEST).unwrap();
    assert_eq!(written, fixture);
}

// RULES X1
#[test]
fn what_came_later_is_filled_in_where_it_is_missing() {
    let mut older: Value = serde_json::from_str(HELP_REQUEST).unwrap();
    older.as_object_mut().unwrap().remove("raised_by");
    older["timeline"][0]["what"] =
        json!({ "kind": "link_opened", "sent_at": 1, "same_browser": true });
    let read: HelpRequest = serde_json::from_value(older).unwrap();
    assert_eq!((read.raised_by, read.assigned), (RaisedBy::Client, None));
    let Happening::LinkOpened { opener, .. } = read.timeline[0].what else {
        panic!("{:?}", read.timeline[0]);
    };
    assert_eq!(opener, Opener::Unclear);
}

// RULES X1
#[test]
fn words_and_fields_of_a_newer_release_are_read_as_unknown() {
    let mut newer: Value = serde_json::from_str(HELP_REQUEST).unwrap();
    newer["state"] = json!("from_tomorrow");
    newer["tier"] = json!({ "tier": "from_tomorrow", "why": [1] });
    newer["timeline"][0]["what"] = json!({ "kind": "from_tomorrow", "by": 1 });
    newer["replies"][0]["phrase"] = json!({ "phrase": "from_tomorrow" });
    newer["diagnosis"]["cause"] = json!("from_tomorrow");
    newer["solved"] = json!({ "at": 1, "how": { "how": "from_tomorrow" } });
    newer["one_more_field"] = json!([]);
    let read: HelpRequest = serde_json::from_value(newer).unwrap();
    assert_eq!(read.state, RequestState::Unknown);
    assert_eq!(read.tier, Tier::Unknown);
    assert_eq!(read.timeline[0].what, Happening::Unknown);
    assert_eq!(read.replies[0].phrase, Phrase::Unknown);
    assert_eq!(read.diagnosis.cause, Cause::Unknown);
    assert_eq!(read.solved.unwrap().how, SolvedHow::Unknown);

    let problem = json!({ "status": 418, "code": "from_tomorrow", "title": "x", "more": {} });
    let read: Problem = serde_json::from_value(problem).unwrap();
    assert_eq!(read.code, ErrorCode::Unknown);
}
