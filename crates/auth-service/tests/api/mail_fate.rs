//! What becomes of each mail is told beside its request, as it changes.

use latchkey_auth::clock::{HOUR, MINUTE, SECOND};
use latchkey_auth::config::Config;
use latchkey_auth::document::aging;
use latchkey_auth::mail::{self, Post};
use latchkey_auth::testing::House;
use latchkey_protocol::{Cause, Happening, HelpRequest, MailFate, RequestId, UnixMillis};
use serde_json::json;

use crate::desktop::Desktop;
use crate::scene::asks_for_help;
use crate::smtp::Sink;
use crate::stream::Stream;

/// Ada asked for a link and then for help; Rosa's desktop listens.
async fn ada() -> (House, Post, Desktop, Stream, RequestId) {
    let house = House::furnished().await;
    let post = Post::open(&Config {
        smtp: format!("smtp://{}", Sink::open().await.at),
        ..(*house.app.config).clone()
    })
    .unwrap();
    let asked = reqwest::Client::new()
        .post(house.url("/"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", "ada@example.org")])
        .send()
        .await
        .unwrap();
    assert!(asked.status().is_success());
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let feed = rosa.feed(None).await;
    (house, post, rosa, feed, request)
}

fn fate(request: &HelpRequest) -> (MailFate, i64) {
    let mail = request.mail.as_ref().unwrap();
    (mail.fate, mail.at.0)
}

fn words(request: &HelpRequest) -> (u16, &str) {
    let reply = request.mail.as_ref().unwrap().reply.as_ref().unwrap();
    (reply.code, reply.words.as_str())
}

// RULES V3
#[tokio::test]
async fn the_fate_of_two_mails_of_one_request_is_told_as_it_changes() {
    let (house, post, rosa, mut feed, request) = ada().await;
    let now = || house.app.now().0;
    let is = |wanted| move |request: &HelpRequest| request.mail.as_ref().unwrap().fate == wanted;

    let told = feed.until(is(MailFate::Queued)).await;
    assert_eq!(fate(&told), (MailFate::Queued, now()));

    house
        .sql("UPDATE address SET address = 'ada@slow.example' WHERE address = 'ada@example.org'")
        .await;
    house.clock.advance(SECOND);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let told = feed.until(is(MailFate::Deferred)).await;
    assert_eq!(fate(&told), (MailFate::Deferred, now()));
    let next_at = told.mail.as_ref().unwrap().next_at;
    assert_eq!(next_at, Some(UnixMillis(now() + 30 * SECOND)));
    assert_eq!(words(&told), (451, "Greylisted, try again later"));

    house
        .sql("UPDATE address SET address = 'ada@example.org' WHERE address = 'ada@slow.example'")
        .await;
    house.clock.advance(30 * SECOND);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let told = feed.until(is(MailFate::Accepted)).await;
    assert_eq!(fate(&told), (MailFate::Accepted, now()));
    assert_eq!(told.mail.as_ref().unwrap().next_at, None);
    assert_eq!(words(&told).0, 250);

    house.clock.advance(2 * MINUTE);
    assert_eq!(rosa.act(&request, "link", json!({})).await.status(), 200);
    let told = feed.until(is(MailFate::Queued)).await;
    assert_eq!(fate(&told), (MailFate::Queued, now()));

    house
        .sql("UPDATE address SET address = 'ada@full.example' WHERE address = 'ada@example.org'")
        .await;
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let told = feed.until(is(MailFate::Refused)).await;
    assert_eq!(fate(&told), (MailFate::Refused, now()));
    assert_eq!(words(&told).0, 552);

    // Both, in order, stay in what the service saw.
    let mails: Vec<&str> = told
        .timeline
        .iter()
        .filter_map(|entry| match entry.what {
            Happening::MailQueued => Some("queued"),
            Happening::MailDeferred { .. } => Some("deferred"),
            Happening::MailAccepted { .. } => Some("accepted"),
            Happening::MailRefused { .. } => Some("refused"),
            _ => None,
        })
        .collect();
    assert_eq!(
        mails,
        ["queued", "deferred", "accepted", "queued", "refused"]
    );
}

// RULES V3
#[tokio::test]
async fn a_mail_server_that_takes_its_time_is_told_while_it_does() {
    let (house, _, _, mut feed, _) = ada().await;
    feed.until(|request| request.mail.as_ref().unwrap().fate == MailFate::Queued)
        .await;
    let app = house.app.clone();
    let claimed = app.writer.run(|tx| {
        Box::pin(async move {
            Ok::<_, latchkey_auth::db::Unavailable>(mail::queue::claim(tx, &[]).await?.is_some())
        })
    });
    assert_eq!(claimed.await, Ok(true));
    let since = house.app.now().0;
    aging::look(&house.app).await.unwrap();
    assert_eq!(aging::look(&house.app).await, Ok(0), "it has just begun");
    house.clock.advance(2 * SECOND);
    assert_eq!(aging::look(&house.app).await, Ok(1));
    let told = feed
        .until(|request| request.mail.as_ref().unwrap().fate == MailFate::Sending)
        .await;
    assert_eq!(fate(&told), (MailFate::Sending, since));
    assert_eq!(aging::look(&house.app).await, Ok(0), "told once");
}

// RULES V3
#[tokio::test]
async fn a_mail_that_was_overtaken_by_time_before_it_left_is_told_not_to_be_sent() {
    let (house, post, _rosa, mut feed, _request) = ada().await;
    feed.until(|request| request.mail.as_ref().unwrap().fate == MailFate::Queued)
        .await;
    house.clock.advance(25 * HOUR);
    mail::deliver_due(&house.app, &post).await.unwrap();
    let told = feed
        .until(|request| request.mail.as_ref().unwrap().fate == MailFate::NotSent)
        .await;
    assert_eq!(told.diagnosis.cause, Cause::NothingAsked);
}
