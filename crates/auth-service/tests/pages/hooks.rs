//! What Postmark tells, and who may say that they are Postmark.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use latchkey_auth::testing::House;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scene::{deliver, mails, text};

const SECRET: &str = "3c1f9a7e5b2d4c6f8a0b1c2d3e4f5a6b";

async fn house_with(sources: Vec<IpAddr>) -> (House, String) {
    let house = House::furnished_with(|app| {
        let mut config = (*app.config).clone();
        config.postmark_secret = Some(SECRET.to_owned());
        config.postmark_sources = sources;
        app.config = Arc::new(config);
    })
    .await;
    Browser::new(&house).ask("ada@example.org").await;
    deliver(&house).await;
    let mail = mails(&house).pop().unwrap();
    let tag = mail.split("X-PM-Metadata-latchkey-tag: ").nth(1).unwrap();
    let tag = tag.lines().next().unwrap().to_owned();
    (house, tag)
}

fn here() -> Vec<IpAddr> {
    vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
}

fn bounce(tag: &str, email: &str) -> Value {
    json!({
        "RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "ID": 42, "Email": email,
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Metadata": { "latchkey-tag": tag }
    })
}

async fn tells(house: &House, secret: &str, body: String) -> u16 {
    let url = house.url(&format!("/hooks/postmark/{secret}"));
    let sent = reqwest::Client::new().post(url).body(body).send().await;
    sent.unwrap().status().as_u16()
}

async fn state(house: &House) -> String {
    text(house, "SELECT state FROM mail").await
}

#[tokio::test]
async fn a_bounce_that_postmark_tells_changes_what_any_bounce_changes() {
    let (house, tag) = house_with(here()).await;
    for _ in 0..2 {
        assert_eq!(
            tells(&house, SECRET, bounce(&tag, "ada@example.org").to_string()).await,
            200
        );
        assert_eq!(state(&house).await, "bounced");
    }
    assert_eq!(
        text(&house, "SELECT reply_enhanced FROM mail").await,
        "5.1.1"
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM suppression").await, 1);
    let complaint = json!({
        "RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "ada@example.org",
        "Metadata": { "latchkey-tag": tag }
    });
    assert_eq!(tells(&house, SECRET, complaint.to_string()).await, 200);
    assert_eq!(state(&house).await, "complained");
}

#[tokio::test]
async fn without_the_secret_or_from_elsewhere_nothing_is_there() {
    let elsewhere = vec!["3.134.147.250".parse().unwrap()];
    for (sources, secret) in [(here(), "wrong"), (here(), ""), (elsewhere, SECRET)] {
        let (house, tag) = house_with(sources).await;
        assert_eq!(
            tells(&house, secret, bounce(&tag, "ada@example.org").to_string()).await,
            404
        );
        assert_eq!(state(&house).await, "accepted");
    }
    let house = House::furnished().await;
    assert_eq!(tells(&house, "", "{}".to_owned()).await, 404);
    assert_eq!(tells(&house, SECRET, "{}".to_owned()).await, 404);
}

// RULES V4
#[tokio::test]
async fn what_postmark_would_not_say_changes_nothing() {
    let (house, tag) = house_with(here()).await;
    let mut answers = bounce(&tag, "ada@example.org");
    answers["Type"] = json!("AutoResponder");
    let mut nested = bounce(&tag, "ada@example.org");
    nested["Metadata"]["latchkey-tag"] = json!({ "a": [tag] });
    for (body, status) in [
        (bounce(&tag, "ben@full.example").to_string(), 200),
        (bounce("forged", "ada@example.org").to_string(), 200),
        (answers.to_string(), 200),
        (nested.to_string(), 200),
        (String::new(), 400),
        ("[".repeat(10_000), 400),
        ("{\"Email\":1}".to_owned(), 400),
        ("x".repeat(1_000_000), 413),
    ] {
        assert_eq!(tells(&house, SECRET, body).await, status);
        assert_eq!(state(&house).await, "accepted");
    }
}
