//! What Amazon SES tells through SNS, and who may say that they are Amazon.

use latchkey_auth::clock::DAY;
use latchkey_auth::mail::fate::VALID_MS;
use latchkey_auth::testing::House;
use serde_json::{Value, json};

use crate::amazon::{Amazon, CERTIFICATE, TOPIC, bounce, mail, notification, signed, tells};
use crate::browser::Browser;
use crate::scene::{deliver, events, mails, text};

/// A message as a topic of version 1 signs it (SHA-1), made once with the same key.
const CONFIRMATION: &str = "HSon9tldpXY10ewmLIWkSFu5V3Hi0OymazL/8JPJrCym/djGCeGNW5k8JetyVkacVmbjkxqa1k+Y7Kf/\
    Jc+tvkg/3JfWxf2mIr8JOKOujxb4lZe69gcLNE3XyhJgcrmuhTgthgq4pba0UZIxQmyPLJ/ZEysML8Fz\
    Jb8BqGuZRiyH0welaZCvwJTKxTNiRt+/O//9u2qV6O/jBYzB9VxS5/EGZqnlhGJX1hcRNjEwLRSpFqYA\
    8adzHIcpIQf72a8k5QngZhBwA8pU1pz4Pdf9W63ynp32yrlHRaG3bX+NHDgm9d1ICYewC/XpMxUvAvYs\
    gdieeNwkEcyQltj/fQlfnw==";

async fn sent(amazon: &Amazon) -> (House, String) {
    let house = amazon.house().await;
    Browser::new(&house).ask("ada@example.org").await;
    deliver(&house).await;
    let mail = mails(&house).pop().unwrap();
    let tag = mail.split("Message-ID: <").nth(1).unwrap();
    let tag = tag.split('@').next().unwrap().to_owned();
    (house, tag)
}

async fn state(house: &House) -> String {
    text(house, "SELECT state FROM mail").await
}

fn of(tag: &str, kind: &str, name: &str, what: Value) -> Value {
    let mut said = json!({ "eventType": kind, "mail": mail(tag, "ada@example.org") });
    said[name] = what;
    said
}

fn delay(tag: &str) -> Value {
    let what = json!({ "delayedRecipients": [{
        "emailAddress": "ada@example.org", "status": "4.4.1",
        "diagnosticCode": "smtp; 421 4.4.1 Unable to connect"
    }] });
    of(tag, "DeliveryDelay", "deliveryDelay", what)
}

fn delivery(tag: &str) -> Value {
    let what = json!({
        "recipients": ["ada@example.org"], "smtpResponse": "250 2.6.0 Message received"
    });
    of(tag, "Delivery", "delivery", what)
}

fn complaint(tag: &str) -> Value {
    let what = json!({ "complainedRecipients": [{ "emailAddress": "ada@example.org" }] });
    of(tag, "Complaint", "complaint", what)
}

#[tokio::test]
async fn what_amazon_tells_changes_what_any_bounce_changes_and_once() {
    let amazon = Amazon::open().await;
    let (house, tag) = sent(&amazon).await;
    for (said, then) in [
        (delay(&tag), "delayed"),
        (delivery(&tag), "accepted"),
        // Told late, or twice.
        (delay(&tag), "accepted"),
        (delivery(&tag), "accepted"),
        (bounce(&tag, "ada@example.org"), "bounced"),
        (delivery(&tag), "bounced"),
        (bounce(&tag, "ada@example.org"), "bounced"),
        (complaint(&tag), "complained"),
        (bounce(&tag, "ada@example.org"), "complained"),
    ] {
        assert_eq!(tells(&house, notification(&said).to_string()).await, 200);
        assert_eq!(state(&house).await, then);
    }
    assert_eq!(amazon.asked().len(), 1, "the certificate is kept");
    let arrived = events(&house, "mail_accepted").await;
    assert_eq!(arrived.last().unwrap()["enhanced"], "2.6.0");
    assert_eq!(events(&house, "mail_bounced").await.len(), 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM suppression").await, 1);
    assert_eq!(
        house
            .count("SELECT count FROM mail_news WHERE way = 'ses'")
            .await,
        9
    );
}

#[tokio::test]
async fn a_mailbox_that_is_full_for_now_is_not_closed() {
    let amazon = Amazon::open().await;
    let (house, tag) = sent(&amazon).await;
    let mut soft = bounce(&tag, "ada@example.org");
    soft["bounce"]["bounceType"] = json!("Transient");
    assert_eq!(tells(&house, notification(&soft).to_string()).await, 200);
    assert_eq!(state(&house).await, "bounced");
    assert_eq!(house.count("SELECT COUNT(*) FROM suppression").await, 0);
}

// RULES V4
#[tokio::test]
async fn what_amazon_did_not_sign_for_our_topic_changes_nothing() {
    let amazon = Amazon::open().await;
    let (house, tag) = sent(&amazon).await;
    let good = notification(&bounce(&tag, "ada@example.org"));
    let with = |name: &str, value: &str| {
        let mut other = good.clone();
        other[name] = json!(value);
        other
    };
    let elsewhere = TOPIC.replace("latchkey", "other");
    let old = house.app.now().0 - VALID_MS - DAY;
    let old = jiff::Timestamp::from_millisecond(old).unwrap().to_string();
    for (said, status) in [
        (with("Message", &complaint(&tag).to_string()), 403),
        (with("Timestamp", "2026-03-03T14:02:00.000Z"), 403),
        (with("SignatureVersion", "1"), 403),
        (with("SignatureVersion", "3"), 403),
        (with("Signature", "AAAA"), 403),
        (with("Signature", "no base64"), 400),
        (with("Timestamp", "now"), 400),
        (with("Type", "Something"), 400),
        (signed(with("TopicArn", &elsewhere)), 403),
        (signed(with("Timestamp", &old)), 403),
        (
            with("SigningCertURL", &CERTIFICATE.replace("sns.", "evil.")),
            403,
        ),
        (
            with("SigningCertURL", &CERTIFICATE.replace("https", "http")),
            403,
        ),
        (
            with(
                "SigningCertURL",
                "http://127.0.0.1:1/SimpleNotificationService-0.pem",
            ),
            403,
        ),
    ] {
        assert_eq!(tells(&house, said.to_string()).await, status, "{said}");
        assert_eq!(state(&house).await, "accepted");
    }
    for body in ["", "{}", "[]", "null", &"[".repeat(10_000)] {
        assert_eq!(tells(&house, body.to_owned()).await, 400);
    }
    assert_eq!(tells(&house, "x".repeat(1_000_000)).await, 413);
    assert_eq!(
        amazon.asked().len(),
        1,
        "only Amazon's own certificate was asked for"
    );
    // Signed well, and about nobody's mail.
    for said in [
        bounce(&tag, "ben@full.example"),
        bounce("forged", "ada@example.org"),
    ] {
        assert_eq!(tells(&house, notification(&said).to_string()).await, 200);
        assert_eq!(state(&house).await, "accepted");
    }
}

#[tokio::test]
async fn without_a_topic_in_the_settings_nothing_is_there() {
    let house = House::furnished().await;
    let said = notification(&bounce("tag", "ada@example.org"));
    assert_eq!(tells(&house, said.to_string()).await, 404);
}

#[tokio::test]
async fn while_amazon_does_not_answer_it_is_asked_to_say_it_again() {
    let amazon = Amazon::open().await;
    let (house, tag) = sent(&amazon).await;
    let said = notification(&bounce(&tag, "ada@example.org")).to_string();
    let pem = amazon.pem.lock().unwrap().take();
    assert_eq!(tells(&house, said.clone()).await, 503);
    *amazon.pem.lock().unwrap() = pem;
    assert_eq!(tells(&house, said.clone()).await, 200);
    assert_eq!(state(&house).await, "bounced");
    // A day later the certificate is asked for anew.
    house.clock.advance(DAY);
    assert_eq!(tells(&house, said).await, 200);
    assert_eq!(amazon.asked().len(), 3);
}

// RULES A3
#[tokio::test]
async fn nobody_can_make_the_service_ask_amazon_without_end() {
    let amazon = Amazon::open().await;
    let (house, tag) = sent(&amazon).await;
    let mut said = notification(&bounce(&tag, "ada@example.org"));
    for number in 0..15 {
        said["SigningCertURL"] = json!(CERTIFICATE.replace("0a1b", &format!("{number:04}")));
        said["Signature"] = json!("AAAA");
        let status = tells(&house, said.to_string()).await;
        assert_eq!(status, if number < 10 { 403 } else { 503 });
    }
    assert_eq!(amazon.asked().len(), 10);
}

#[tokio::test]
async fn our_topic_is_confirmed_at_amazon_and_no_other_one_is() {
    let amazon = Amazon::open().await;
    let house = amazon.house().await;
    let address = format!(
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    );
    let asks = |address: &str| {
        json!({
            "Type": "SubscriptionConfirmation", "MessageId": "165545c9", "Token": "2336412f37",
            "TopicArn": TOPIC, "Message": "You have chosen to subscribe", "SubscribeURL": address,
            "Timestamp": "2026-03-03T14:00:00.000Z", "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
        })
    };
    for bad in [
        address.replace("amazonaws.com", "evil.example"),
        address.replace("latchkey-mail", "other"),
        address.replace("https", "http"),
    ] {
        assert_eq!(tells(&house, signed(asks(&bad)).to_string()).await, 403);
    }
    assert_eq!(amazon.asked().len(), 1, "the certificate alone");
    assert_eq!(tells(&house, signed(asks(&address)).to_string()).await, 200);
    assert!(amazon.asked()[1].starts_with("/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:"));
    // As a topic signs that was never told to use version 2.
    let mut first = asks(&address);
    first["SignatureVersion"] = json!("1");
    first["Signature"] = json!(CONFIRMATION);
    assert_eq!(tells(&house, first.to_string()).await, 200);
    first["Message"] = json!("You have chosen to subscribe!");
    assert_eq!(tells(&house, first.to_string()).await, 403);
    assert_eq!(amazon.asked().len(), 3);
}
