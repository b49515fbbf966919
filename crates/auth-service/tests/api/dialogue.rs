//! What was said to the mail server is there for whoever may read the request.

use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::config::Config;
use latchkey_auth::mail::{self, Post};
use latchkey_auth::retention::Retention;
use latchkey_auth::testing::House;
use latchkey_protocol::{MailDialogue, RequestId, Speaker};

use crate::desktop::Desktop;
use crate::scene::asks_for_help;
use crate::smtp::Sink;

/// Ada asked for a link and then for help; a mail server waits.
async fn ada() -> (House, Post, RequestId) {
    let house = House::furnished().await;
    let post = Post::open(&Config {
        smtp: format!("smtp://{}", Sink::with_reports().await.at),
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
    (house, post, request)
}

async fn reads(desktop: &Desktop, request: &RequestId) -> (u16, String) {
    let path = format!("/api/v1/requests/{}/mail-dialogue", request.0);
    let answer = desktop.get(&path).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn dialogue(desktop: &Desktop, request: &RequestId) -> MailDialogue {
    serde_json::from_str(&reads(desktop, request).await.1).unwrap()
}

// RULES V5
#[tokio::test]
async fn each_try_is_kept_without_address_and_tag_and_reading_it_is_an_event() {
    let (house, post, request) = ada().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(dialogue(&rosa, &request).await, MailDialogue::default());
    let read = "SELECT COUNT(*) FROM event WHERE kind = 'timeline_read'";
    assert_eq!(house.count(read).await, 0, "there was nothing to read");
    house
        .sql("UPDATE address SET address = 'ada@slow.example' WHERE address = 'ada@example.org'")
        .await;
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    house
        .sql("UPDATE address SET address = 'ada@example.org' WHERE address = 'ada@slow.example'")
        .await;
    house.clock.advance(MINUTE);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let told = dialogue(&rosa, &request).await;
    assert_eq!(house.count(read).await, 1);
    let of = |index: usize| {
        let lines = told.tries[index].lines.iter();
        let mark = |from| match from {
            Speaker::Service => "> ",
            Speaker::Server => "< ",
            _ => "- ",
        };
        lines
            .map(|line| format!("{}{}", mark(line.from), line.text))
            .collect::<Vec<_>>()
    };
    assert_eq!((told.tries[0].attempt, told.tries[1].attempt), (1, 2));
    assert_eq!(told.tries[1].at.0 - told.tries[0].at.0, MINUTE);
    assert_eq!(
        of(0)[1..],
        [
            "> EHLO localhost",
            "< 250-sink.example",
            "< 250-8BITMIME",
            "< 250 DSN",
            "> MAIL FROM:<…@juniper.example> RET=HDRS ENVID=…",
            "< 250 2.0.0 Ok",
            "> RCPT TO:<…@slow.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;…@slow.example",
            "< 451 4.7.1 Greylisted, try again later",
        ]
    );
    let taken = of(1);
    assert_eq!(taken[9..11], ["> DATA", "< 354 go on"]);
    assert!(taken[11].starts_with("- the mail, "), "{taken:?}");
    assert_eq!(taken[12], "< 250 2.0.0 Ok: queued as 4F1B2");
}

#[tokio::test]
async fn whoever_may_not_read_the_request_finds_nothing_there() {
    let (house, post, _) = ada().await;
    mail::deliver_due(&house.app, &post).await.unwrap();
    let request = asks_for_help(&house, "Priya").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(reads(&rosa, &request).await.0, 404);
    let unknown = RequestId("0195b2c4-7d8e-7f00-8123-456789abcdef".to_owned());
    assert_eq!(reads(&rosa, &unknown).await.0, 404);
    assert_eq!(reads(&rosa, &RequestId("x".to_owned())).await.0, 400);
    let url = house.url(&format!("/api/v1/requests/{}/mail-dialogue", request.0));
    assert_eq!(reqwest::get(url).await.unwrap().status(), 401);
}

// RULES V4, R1
#[tokio::test]
async fn only_the_newest_tries_are_kept_and_not_for_long() {
    let (house, _, request) = ada().await;
    let down = Post::open(&Config {
        smtp: "smtp://127.0.0.1:1".to_owned(),
        ..(*house.app.config).clone()
    })
    .unwrap();
    for _ in 0..8 {
        mail::deliver_due(&house.app, &down).await.unwrap();
        house.clock.advance(30 * MINUTE);
    }
    let rosa = Desktop::of(&house, "Rosa").await;
    let told = dialogue(&rosa, &request).await;
    let attempts: Vec<u32> = told.tries.iter().map(|one| one.attempt).collect();
    assert_eq!(attempts, [4, 5, 6, 7, 8]);
    let lines: Vec<&str> = told.tries[0]
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        lines,
        [
            "connecting to 127.0.0.1, port 1",
            "The mail server could not be reached"
        ]
    );
    house
        .sql("UPDATE help_request SET state = 'solved', solved_at = 1772546400000")
        .await;
    house.clock.advance(DAY);
    mail::deliver_due(&house.app, &down).await.unwrap();
    let kept = "SELECT COUNT(*) FROM mail_try";
    house.clock.advance(29 * DAY);
    Retention::default().look(&house.app).await.unwrap();
    assert!(house.count(kept).await > 0, "not a day too soon");
    house.clock.advance(2 * DAY);
    Retention::default().look(&house.app).await.unwrap();
    assert_eq!(house.count(kept).await, 0);
}

// RULES R1
#[tokio::test]
async fn beside_an_open_request_it_is_kept_as_long_as_what_servers_said_and_no_longer() {
    let (house, post, _) = ada().await;
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let kept = "SELECT COUNT(*) FROM mail_try";
    for (days, left) in [(31, 1), (58, 1), (2, 0)] {
        house.clock.advance(days * DAY);
        Retention::default().look(&house.app).await.unwrap();
        assert_eq!(house.count(kept).await, left);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM mail").await, 1);
}
