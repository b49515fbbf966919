//! Nobody's desktop is connected: staff get one mail that names nobody.

use std::sync::Arc;

use latchkey_auth::clock::{MINUTE, SECOND};
use latchkey_auth::config::Config;
use latchkey_auth::help::{self, copy::Copies};
use latchkey_auth::testing::House;

use crate::browser::Browser;
use crate::scene::{deliver, events, mails, request};
use crate::write;

async fn needs_help(house: &House, who: &str) {
    Browser::new(house)
        .post("/help", &[("who", who), ("what", "My private matter")])
        .await;
}

async fn looked(house: &House, copies: &mut Copies) -> usize {
    copies.look(&house.app).await.unwrap()
}

/// Whom the newest mails went to.
async fn written_to(house: &House) -> Vec<String> {
    deliver(house).await;
    let mut all: Vec<String> = mails(house)
        .iter()
        .map(|mail| {
            let (_, rest) = mail.split_once("To: ").unwrap();
            rest.lines().next().unwrap().trim().to_owned()
        })
        .collect();
    all.sort();
    all
}

// RULES D5, S8
#[tokio::test]
async fn after_two_minutes_those_it_rings_for_get_one_mail_that_names_nobody() {
    let house = House::furnished().await;
    let mut copies = Copies::default();
    needs_help(&house, "ada@example.org").await;
    needs_help(&house, "ben@full.example").await;
    assert_eq!(looked(&house, &mut copies).await, 0);
    house.clock.advance(2 * MINUTE - SECOND);
    assert_eq!(looked(&house, &mut copies).await, 0);
    house.clock.advance(SECOND);
    assert_eq!(looked(&house, &mut copies).await, 2);
    assert_eq!(
        written_to(&house).await,
        ["rosa@juniper.example", "sam@juniper.example"]
    );
    for mail in mails(&house) {
        assert!(
            mail.contains("Subject: A client needs help to sign in\r\n"),
            "{mail}"
        );
        for secret in [
            "Ada",
            "Okafor",
            "Ben",
            "Ortiz",
            "@example.org",
            "full.example",
            "private",
        ] {
            assert!(!mail.contains(secret), "{secret} in {mail}");
        }
    }
    // Once, however long it waits.
    house.clock.advance(30 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 0);
    assert_eq!(events(&house, "help_copied").await.len(), 2);
}

#[tokio::test]
async fn what_comes_within_ten_minutes_is_in_the_next_mail() {
    let house = House::furnished().await;
    let mut copies = Copies::default();
    needs_help(&house, "ada@example.org").await;
    looked(&house, &mut copies).await;
    house.clock.advance(2 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 1);
    needs_help(&house, "ben@full.example").await;
    looked(&house, &mut copies).await;
    house.clock.advance(9 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 0);
    house.clock.advance(MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 1);
    assert_eq!(written_to(&house).await.len(), 4);
}

// RULES A1, A4
#[tokio::test]
async fn what_nobody_on_file_is_matched_to_or_somebody_opened_is_not_written_about() {
    let house = House::furnished().await;
    let mut copies = Copies::default();
    needs_help(&house, "nobody@example.net").await;
    needs_help(&house, "ada@example.org").await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    looked(&house, &mut copies).await;
    write!(house, |tx| help::mark_seen(tx, &id, &rosa)).unwrap();
    house.clock.advance(3 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 0);
}

#[tokio::test]
async fn a_mail_that_waited_until_somebody_had_looked_is_not_sent() {
    let house = House::furnished().await;
    let mut copies = Copies::default();
    needs_help(&house, "ada@example.org").await;
    looked(&house, &mut copies).await;
    house.clock.advance(2 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 1);
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    write!(house, |tx| help::mark_seen(tx, &id, &rosa)).unwrap();
    assert!(written_to(&house).await.is_empty());
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let house = House::furnished_with(|app| {
        let config = Config {
            mail_copies: false,
            ..(*app.config).clone()
        };
        app.config = Arc::new(config);
    })
    .await;
    let mut copies = Copies::default();
    needs_help(&house, "ada@example.org").await;
    looked(&house, &mut copies).await;
    house.clock.advance(3 * MINUTE);
    assert_eq!(looked(&house, &mut copies).await, 0);
}
