//! What changes without anybody doing anything, or before anybody noticed.

use latchkey_auth::clock::{DAY, SECOND};
use latchkey_auth::document::{self, aging};
use latchkey_auth::testing::House;
use latchkey_protocol::{Cause, HelpRequest};

use crate::browser::Browser;
use crate::scene::{events, request};

async fn shown(house: &House) -> HelpRequest {
    let id = request(house).await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let found = document::load(&mut conn, &id, house.app.now()).await;
    found.unwrap().unwrap()
}

async fn asked_for_help() -> (House, Browser) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let cry = [("who", "ada@example.org"), ("what", "")];
    browser.post("/help", &cry).await;
    (house, browser)
}

#[tokio::test]
async fn what_is_too_old_to_explain_anything_is_no_cause_any_more() {
    let (house, mut browser) = asked_for_help().await;
    browser.ask("ada@example.org").await;
    assert_eq!(shown(&house).await.diagnosis.cause, Cause::MailOnItsWay);
    house.clock.advance(DAY);
    assert_eq!(aging::look(&house.app).await, Ok(0));
    house.clock.advance(1);
    assert_eq!(aging::look(&house.app).await, Ok(1));
    assert_eq!(shown(&house).await.diagnosis.cause, Cause::NothingAsked);
    assert_eq!(aging::look(&house.app).await, Ok(0));
}

#[tokio::test]
async fn a_waiting_page_that_is_back_before_anybody_missed_it_is_told_as_open() {
    let (house, mut browser) = asked_for_help().await;
    browser.get("/waiting").await;
    aging::look(&house.app).await.unwrap();
    house.clock.advance(31 * SECOND);
    // A document goes out for another reason, and says that the page is closed.
    browser.ask("ada@example.org").await;
    let told = shown(&house).await;
    assert!(!told.browser.waiting);
    browser.get("/waiting").await;
    let again = shown(&house).await;
    assert!(again.browser.waiting);
    assert!(again.position > told.position, "it goes out again");
    assert_eq!(events(&house, "waiting_page_opened").await.len(), 2);
    assert_eq!(aging::look(&house.app).await, Ok(0));
}

#[tokio::test]
async fn a_waiting_page_that_stays_open_is_no_news() {
    let (house, mut browser) = asked_for_help().await;
    for _ in 0..6 {
        browser.get("/waiting").await;
        aging::look(&house.app).await.unwrap();
        house.clock.advance(20 * SECOND);
    }
    assert_eq!(events(&house, "waiting_page_opened").await.len(), 1);
}
