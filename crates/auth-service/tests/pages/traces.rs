//! What opening a link leaves for staff to see, and how often.

use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::testing::House;
use serde_json::json;

use crate::browser::Browser;
use crate::scene::{events, newest_link};

/// A browser that asked, another one, and the link.
async fn asked() -> (House, Browser, Browser, String) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    let other = Browser::new(&house);
    (house, browser, other, link)
}

#[tokio::test]
async fn the_first_opening_is_written_down_and_the_first_in_the_browser_that_asked() {
    let (house, mut browser, mut other, link) = asked().await;
    let opened = async |house: &House| {
        let events = events(house, "link_opened").await;
        let here = events.iter().map(|event| event["same_browser"].clone());
        here.collect::<Vec<_>>()
    };
    assert_eq!(opened(&house).await, [] as [serde_json::Value; 0]);
    for _ in 0..3 {
        other.open(&link).await;
    }
    assert_eq!(opened(&house).await, [json!(false)]);
    for _ in 0..3 {
        browser.open(&link).await;
    }
    assert_eq!(opened(&house).await, [json!(false), json!(true)]);
    other.open(&link).await;
    assert_eq!(opened(&house).await.len(), 2, "it was seen there before");
    let seen = house.count("SELECT COUNT(*) FROM link WHERE opened_at = 1772546400000");
    assert_eq!(seen.await, 1);
}

// RULES S3
#[tokio::test]
async fn a_dead_link_that_is_tried_is_written_down_once_a_minute() {
    let (house, mut browser, _, link) = asked().await;
    house.clock.advance(DAY);
    for (wait, written) in [(0, 1), (0, 1), (MINUTE - 1, 1), (1, 2), (1, 2)] {
        house.clock.advance(wait);
        browser.open(&link).await;
        assert_eq!(events(&house, "link_refused").await.len(), written);
    }
}
