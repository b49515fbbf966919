//! The PIN field on both of its pages, and what ending a PIN does to its request.

use latchkey_auth::clock::{DAY, HOUR, MINUTE};
use latchkey_auth::pin;
use latchkey_auth::testing::House;
use latchkey_protocol::RequestId;

use crate::browser::{Answer, Browser};
use crate::scene::{events, issue, request, text};
use crate::write;

/// Ada waits, and this PIN was read out to her.
async fn with_pin(digits: &str) -> (House, Browser, RequestId) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let fields = [("who", "ada@example.org"), ("what", "")];
    browser.post("/help", &fields).await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    issue(&house, &id, &rosa, digits, None).await.unwrap();
    (house, browser, id)
}

async fn state(house: &House) -> String {
    text(house, "SELECT state FROM help_request").await
}

fn session_cookie(answer: &Answer) -> String {
    let cookies = answer.cookies();
    let of_session = |cookie: &&&str| cookie.starts_with("__Host-latchkey=");
    (*cookies.iter().find(of_session).unwrap()).to_owned()
}

// RULES W1
#[tokio::test]
async fn a_pin_that_is_wrong_is_typed_again_where_it_was_typed() {
    let (_house, mut browser, _) = with_pin("482915").await;
    for (from, on_the_phone) in [("pin", true), ("", false)] {
        for wrong in ["000000", "12"] {
            let fields = [("pin", wrong), ("from", from)];
            let page = browser.post("/waiting", &fields).await;
            assert_eq!(page.status, 422);
            let stays = page.body.contains("name=\"from\" value=\"pin\"");
            assert_eq!(stays, on_the_phone, "{wrong} from {from}");
        }
    }
}

// RULES S6
#[tokio::test]
async fn a_device_is_kept_after_a_pin_only_where_that_was_ticked() {
    let (house, mut browser, _) = with_pin("482915").await;
    let fields = [("pin", "482915"), ("keep", "yes")];
    let cookie = session_cookie(&browser.post("/waiting", &fields).await);
    assert!(cookie.contains("Max-Age=2592000"), "{cookie}");
    house.clock.advance(30 * DAY - 1);
    assert!(browser.signed_in().await);

    let (house, mut browser, _) = with_pin("482915").await;
    let cookie = session_cookie(&browser.post("/waiting", &[("pin", "482915")]).await);
    assert!(!cookie.contains("Max-Age"), "{cookie}");
    house.clock.advance(13 * HOUR);
    assert!(!browser.signed_in().await);
}

// RULES S4
#[tokio::test]
async fn revoking_a_pin_takes_its_request_back_and_without_one_changes_nothing() {
    let (house, _, id) = with_pin("482915").await;
    let rosa = house.staff("Rosa").await;
    assert_eq!(state(&house).await, "waiting_for_client");
    let (same, by) = (id.clone(), rosa.clone());
    write!(house, |tx| pin::revoke(tx, &same, &by)).unwrap();
    assert_eq!(state(&house).await, "looking");
    assert_eq!(events(&house, "pin_revoked").await.len(), 1);

    house.clock.advance(MINUTE);
    issue(&house, &id, &rosa, "602913", None).await.unwrap();
    house.clock.advance(10 * MINUTE);
    assert_eq!(pin::expire::expire_due(&house.app).await, Ok(1));
    let before = events(&house, "pin_revoked").await.len();
    house
        .sql("UPDATE help_request SET state = 'waiting_for_client'")
        .await;
    write!(house, |tx| pin::revoke(tx, &id, &rosa)).unwrap();
    assert_eq!(state(&house).await, "waiting_for_client");
    assert_eq!(events(&house, "pin_revoked").await.len(), before);
}
