//! Mail that fails for everyone, or for a domain, is told on every desktop, and is over by itself.

use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::config::Config;
use latchkey_auth::mail::{self, Post, outage};
use latchkey_auth::testing::House;
use latchkey_protocol::{Affected, Cause, MailOutage, UnixMillis};

use crate::desktop::Desktop;
use crate::smtp::Sink;
use crate::stream::Stream;

fn post(house: &House, smtp: &str) -> Post {
    Post::open(&Config {
        smtp: smtp.to_owned(),
        ..(*house.app.config).clone()
    })
    .unwrap()
}

async fn working(house: &House) -> Post {
    post(house, &format!("smtp://{}", Sink::open().await.at))
}

async fn asks(house: &House, address: &str) {
    let asked = reqwest::Client::new()
        .post(house.url("/"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", address)])
        .send()
        .await
        .unwrap();
    assert!(asked.status().is_success());
}

/// The next word about outages; documents come in between.
async fn told(feed: &mut Stream) -> Vec<MailOutage> {
    loop {
        let said = feed.said().await;
        if said.event == "outages" {
            assert_eq!(said.id, None);
            return serde_json::from_str(&said.data).unwrap();
        }
    }
}

#[tokio::test]
async fn when_no_mail_leaves_every_desktop_is_told_and_told_when_it_is_over() {
    let house = House::furnished().await;
    // A port that nobody listens on.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let down = post(&house, &format!("smtp://{}", nobody.local_addr().unwrap()));
    drop(nobody);
    let [rosa, sam] = [
        Desktop::of(&house, "Rosa").await,
        Desktop::of(&house, "Sam").await,
    ];
    let mut feed = rosa.feed(None).await;
    asks(&house, "ada@example.org").await;
    for _ in 0..3 {
        outage::look(&house.app).await.unwrap();
        assert_eq!(mail::deliver_due(&house.app, &down).await, Ok(1));
        house.clock.advance(2 * MINUTE);
    }
    outage::look(&house.app).await.unwrap();
    let outages = told(&mut feed).await;
    assert_eq!(outages.len(), 1);
    assert_eq!(outages[0].whom, Affected::Everyone);
    assert_eq!(outages[0].cause, Cause::PracticeMailDown);
    assert_eq!(outages[0].failures, 3);
    assert_eq!(outages[0].since, UnixMillis(house.app.now().0 - 6 * MINUTE));
    // Whoever opens a stream later is told, too, though nothing of theirs is open.
    assert_eq!(told(&mut sam.feed(None).await).await, outages);

    house.clock.advance(5 * MINUTE);
    let post = working(&house).await;
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    outage::look(&house.app).await.unwrap();
    assert_eq!(told(&mut feed).await, []);
}

#[tokio::test]
async fn a_domain_that_takes_nothing_is_named_only_where_that_names_nobody() {
    let house = House::furnished().await;
    let post = working(&house).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    house
        .sql("UPDATE address SET address = 'ada@spam.example' WHERE address = 'ada@example.org'")
        .await;
    for _ in 0..3 {
        asks(&house, "ada@example.org").await;
        assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
        house.clock.advance(3 * MINUTE);
    }
    outage::look(&house.app).await.unwrap();
    assert_eq!(house.app.feed.outages(), []);

    house
        .sql("UPDATE staff SET email = 'front@spam.example' WHERE name = 'Sam Park'")
        .await;
    outage::look(&house.app).await.unwrap();
    let outages = told(&mut feed).await;
    let domain = "spam.example".to_owned();
    assert_eq!(outages[0].whom, Affected::Domain { domain });
    assert_eq!(outages[0].cause, Cause::MailUnwanted);
    assert_eq!(outages[0].code, Some(550));

    // A day without news of it: nobody knows any more.
    house.clock.advance(DAY);
    outage::look(&house.app).await.unwrap();
    assert_eq!(told(&mut feed).await, []);
}
