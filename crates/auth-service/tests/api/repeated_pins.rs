//! A PIN whose answer was lost, asked for once more.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, PinState, Problem, Tier};
use serde_json::json;

use crate::desktop::{Desktop, key, refused};
use crate::scene::asks_for_help;
use crate::writes::{digits, done, with_me};

const LIVE: &str = "SELECT COUNT(*) FROM pin WHERE state = 'live'";

// RULES S4
#[tokio::test]
async fn a_repeated_call_voids_the_unread_pin_and_counts_as_the_same() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let key = key();
    let first = digits(rosa.write(&ada, "pin", key, with_me()).await).await;
    // At once: P4's minute is for another PIN, not for this one.
    let second = digits(rosa.write(&ada, "pin", key, with_me()).await).await;
    assert_ne!(first.id, second.id);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM pin WHERE state = 'live'")
            .await,
        1
    );
    // Two more are allowed within 24 h, so the two above were one.
    for _ in 0..2 {
        house.clock.advance(2 * MINUTE);
        digits(rosa.act(&ada, "pin", with_me()).await).await;
    }
    house.clock.advance(2 * MINUTE);
    let answer = refused(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(answer, (429, ErrorCode::TooManyPins));
}

// RULES S4
#[tokio::test]
async fn a_call_repeated_after_the_pin_is_over_counts_as_another() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let key = key();
    for _ in 0..3 {
        let rosa = Desktop::of(&house, "Rosa").await;
        digits(rosa.write(&ada, "pin", key, with_me()).await).await;
        house.clock.advance(10 * MINUTE);
    }
    let rosa = Desktop::of(&house, "Rosa").await;
    let answer = refused(rosa.write(&ada, "pin", key, with_me()).await).await;
    assert_eq!(answer, (429, ErrorCode::TooManyPins));
}

// RULES S4
#[tokio::test]
async fn a_pin_that_was_revoked_does_not_come_back_by_a_repetition() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let key = key();
    digits(rosa.write(&ada, "pin", key, with_me()).await).await;
    done(sam.act(&ada, "pin/revoke", json!({})).await).await;

    for _ in 0..2 {
        let answer = rosa.write(&ada, "pin", key, with_me()).await;
        assert_eq!(answer.status(), 409);
        let problem: Problem = answer.json().await.unwrap();
        assert_eq!(problem.code, ErrorCode::PinRevoked);
        assert_eq!(problem.by.as_deref(), Some("Sam Park"));
        assert_eq!(house.count(LIVE).await, 0);
        house.clock.advance(MINUTE);
    }
    digits(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(house.count(LIVE).await, 1);
}

// RULES S4, P4
#[tokio::test]
async fn a_repetition_does_not_void_the_pin_that_a_colleague_issued_since() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let key = key();
    digits(rosa.write(&ada, "pin", key, with_me()).await).await;
    house.clock.advance(2 * MINUTE);
    let sams = digits(sam.act(&ada, "pin", with_me()).await).await;

    let answer = rosa.write(&ada, "pin", key, with_me()).await;
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.code, ErrorCode::JustIssued);
    assert_eq!(problem.by.as_deref(), Some("Sam Park"));
    let request = rosa.feed(None).await.until(|it| it.pin.is_some()).await;
    let pin = request.pin.unwrap();
    assert_eq!((pin.id, pin.state), (sams.id, PinState::Live));

    // Later it is another PIN, the third, and counts.
    house.clock.advance(2 * MINUTE);
    digits(rosa.write(&ada, "pin", key, with_me()).await).await;
    house.clock.advance(2 * MINUTE);
    let answer = refused(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(answer, (429, ErrorCode::TooManyPins));
}

// RULES S4
#[tokio::test]
async fn after_the_third_pin_the_desktop_knows_at_once_that_there_is_no_fourth() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    for _ in 0..3 {
        house.clock.advance(2 * MINUTE);
        digits(rosa.act(&ada, "pin", with_me()).await).await;
    }
    let request = rosa.feed(None).await.until(|it| it.pin.is_some()).await;
    let closed = Tier::Closed {
        code: ErrorCode::TooManyPins,
    };
    assert_eq!(request.tier, closed);
    let answer = refused(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(answer, (429, ErrorCode::TooManyPins));
}
