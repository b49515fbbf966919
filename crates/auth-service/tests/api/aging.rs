//! What changes by time alone goes out, too.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::document::aging;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Tier};

use crate::desktop::Desktop;
use crate::scene::asks_for_help;

#[tokio::test]
async fn a_waiting_page_that_opens_and_closes_is_told_once_each() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    assert!(feed.said().await.request().browser.waiting);
    assert_eq!(aging::look(&house.app).await.unwrap(), 1);
    assert!(feed.said().await.request().browser.waiting);
    assert_eq!(aging::look(&house.app).await.unwrap(), 0);

    house.clock.advance(31 * SECOND);
    assert_eq!(aging::look(&house.app).await.unwrap(), 1);
    assert!(!feed.said().await.request().browser.waiting);
    assert_eq!(aging::look(&house.app).await.unwrap(), 0);

    house
        .sql("UPDATE browser SET last_waiting_at = last_waiting_at + 31000")
        .await;
    assert_eq!(aging::look(&house.app).await.unwrap(), 1);
    let again = feed.said().await.request();
    assert!(again.browser.waiting);
    assert_eq!(again.timeline.len(), 1, "the timeline is about the client");
}

#[tokio::test]
async fn a_waiting_page_that_closed_before_anybody_looked_is_told_all_the_same() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    assert!(feed.said().await.request().browser.waiting);

    // The service was away meanwhile.
    house.clock.advance(31 * SECOND);
    assert_eq!(aging::look(&house.app).await.unwrap(), 1);
    assert!(!feed.said().await.request().browser.waiting);
    assert_eq!(aging::look(&house.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_limit_that_is_over_opens_the_buttons_again() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    house
        .sql(
            "UPDATE browser SET last_waiting_at = NULL;
             INSERT INTO pin (id, client_id, request_id, browser_id, key_id, state, issued_by,
                              evidence, issued_at, expires_at)
             SELECT 'p', r.client_id, r.id, r.browser_id, 'k', 'used',
                    (SELECT id FROM staff LIMIT 1), 'with_me', r.created_at - 10, r.created_at
             FROM help_request r;
             INSERT INTO pin_failure (id, client_id, at, pin_id, browser_id)
             SELECT n.value, r.client_id, r.created_at, 'p', r.browser_id
             FROM help_request r, json_each('[1,2,3,4,5]') n",
        )
        .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    let closed = Tier::Closed {
        code: ErrorCode::TriesUsedUp,
    };
    assert_eq!(feed.said().await.request().tier, closed);
    house.clock.advance(DAY - MINUTE);
    assert_eq!(aging::look(&house.app).await.unwrap(), 0);
    house.clock.advance(MINUTE);
    assert_eq!(aging::look(&house.app).await.unwrap(), 1);
    assert!(matches!(
        feed.said().await.request().tier,
        Tier::Normal { .. }
    ));
    assert_eq!(aging::look(&house.app).await.unwrap(), 0);
}
