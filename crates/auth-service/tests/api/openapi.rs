//! The OpenAPI document: every route is in it, and the committed copy is current.

use std::path::PathBuf;

use latchkey_auth::api;
use latchkey_auth::testing::House;
use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(api::document()).unwrap()
}

#[tokio::test]
async fn the_document_is_served_and_says_openapi_3_1() {
    let house = House::furnished().await;
    let answer = reqwest::get(house.url("/openapi.json")).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let served: Value = answer.json().await.unwrap();
    assert_eq!(served, document());
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[test]
fn every_call_of_the_desktop_is_described_with_its_answers() {
    let document = document();
    let described: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| format!("{method} {path}"))
        })
        .collect();
    let expected = [
        "get /api/v1/activity",
        "get /api/v1/announcement",
        "get /api/v1/clients",
        "get /api/v1/clients/{id}",
        "post /api/v1/clients/{id}/pin",
        "post /api/v1/covers",
        "post /api/v1/covers/cancel",
        "get /api/v1/feed",
        "get /api/v1/me",
        "post /api/v1/me/session",
        "post /api/v1/requests/{id}/address",
        "post /api/v1/requests/{id}/address/confirm",
        "post /api/v1/requests/{id}/assign",
        "post /api/v1/requests/{id}/freeze",
        "post /api/v1/requests/{id}/guide",
        "post /api/v1/requests/{id}/lift-suppression",
        "post /api/v1/requests/{id}/link",
        "post /api/v1/requests/{id}/looking",
        "get /api/v1/requests/{id}/mail-dialogue",
        "post /api/v1/requests/{id}/message",
        "post /api/v1/requests/{id}/note",
        "post /api/v1/requests/{id}/pin",
        "post /api/v1/requests/{id}/pin/revoke",
        "post /api/v1/requests/{id}/reply",
        "post /api/v1/requests/{id}/seen",
        "post /api/v1/requests/{id}/solve",
        "post /api/v1/requests/{id}/unfreeze",
        "get /api/v1/staff",
    ];
    assert_eq!(described, expected);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            assert!(!call["summary"].as_str().unwrap().is_empty(), "{path}");
            let answers = call["responses"].as_object().unwrap();
            assert!(
                answers.contains_key("200") && answers.contains_key("401"),
                "{path}"
            );
            if method == "post" {
                let parameters = call["parameters"].as_array().unwrap();
                let key = parameters
                    .iter()
                    .find(|given| given["name"] == "Idempotency-Key");
                assert_eq!(key.unwrap()["required"], true, "{path}");
                assert_eq!(call["requestBody"]["required"], true, "{path}");
            }
        }
    }
}

/// Every `$ref` leads somewhere in the document.
#[test]
fn nothing_the_document_points_to_is_missing() {
    fn references(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field.as_str().filter(|_| name == "$ref") {
                        Some(place) => into.push(place.to_owned()),
                        None => references(field, into),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, into)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for event in ["HelpRequest", "Gone", "Looking"] {
        let place = format!("/components/schemas/{event}");
        assert!(document.pointer(&place).is_some(), "{event}");
    }
    for place in found {
        let pointer = place.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{place}");
    }
}

/// `LATCHKEY_WRITE_OPENAPI=1 cargo test -p latchkey-auth --test api` rewrites the copy.
#[test]
fn the_committed_document_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let mut current = serde_json::to_string_pretty(&document()).unwrap();
    current.push('\n');
    if std::env::var_os("LATCHKEY_WRITE_OPENAPI").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/openapi.json is not what the code says; run the tests with LATCHKEY_WRITE_OPENAPI=1 and commit it"
    );
}
