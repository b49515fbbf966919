use latchkey_protocol::HelpRequest;
use serde_json::{Value, json};

/// A help request as the service writes it.
pub fn document(id: &str, position: i64) -> Value {
    json!({
        "id": id, "position": position, "state": "new", "created_at": 1_699_999_000_000_i64 + position,
        "who": {
            "client": "c1", "name": "Okafor, Ada", "first_name": "Ada", "clinician": "Rosa Rivera",
            "typed": "ada@example.org", "shared_address": false
        },
        "message": "I do not get the mail",
        "match_words": ["maple", "harbor"],
        "browser": {"waiting": true, "last_seen_at": 1_699_999_900_000_i64, "known": true},
        "seen": null,
        "call_back": {"phone": "555 0101", "ask_for": "Ada", "language": null},
        "tier": {"tier": "normal", "evidence": ["called_number_on_file", "with_me"]},
        "diagnosis": {
            "cause": "mail_refused", "confidence": "certain", "action": "call_and_issue_pin",
            "facts": {"reply": {"code": 552, "enhanced": "5.2.2", "words": "The mailbox is full"}},
            "evidence": [1]
        },
        "mail": null, "pin": null, "replies": [], "solved": null,
        "timeline": [{"at": 1, "what": {"kind": "asked_for_link"}}]
    })
}

pub fn request(id: &str, position: i64) -> HelpRequest {
    serde_json::from_value(document(id, position)).unwrap()
}

/// The same request once the client is in.
pub fn solved(id: &str, position: i64) -> Value {
    let mut document = document(id, position);
    document["state"] = json!("solved");
    document["solved"] =
        json!({"at": 1_700_000_000_500_i64, "how": {"how": "signed_in", "method": "pin"}});
    document
}

/// The same request with a PIN in a state.
pub fn with_pin(id: &str, position: i64, pin: &str, state: &str) -> Value {
    let mut document = document(id, position);
    document["state"] = json!("waiting_for_client");
    document["seen"] = json!({"by": "Rosa Rivera", "at": 1_700_000_000_000_i64});
    document["pin"] = json!({
        "id": pin, "state": state, "by": "Rosa Rivera",
        "issued_at": 1_700_000_000_000_i64, "expires_at": 1_700_000_600_000_i64
    });
    document
}
