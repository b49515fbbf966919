//! The refresh token: turned at each use, dead at its reuse.

use latchkey_auth::clock::{DAY, SECOND};
use latchkey_auth::testing::House;

use crate::desk::{Key, refresh};
use crate::scene::{refresh_of, signed_in};

// RULES S5
#[tokio::test]
async fn a_refresh_token_is_rotated_and_its_reuse_ends_the_family() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (status, second) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
    assert_ne!(refresh_of(&first), refresh_of(&second));
    house.clock.advance(31 * SECOND);
    let (status, body) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
    let (status, _) = refresh(&house, &key, refresh_of(&second)).await;
    assert_eq!(status, 400, "the family ended");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'refresh_reused'")
            .await,
        1
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM device WHERE revoked_why = 'refresh_reused'")
            .await,
        1
    );
}

// RULES S5
#[tokio::test]
async fn a_lost_answer_is_given_again_once_within_30_seconds() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (_, lost) = refresh(&house, &key, refresh_of(&first)).await;
    house.clock.advance(30 * SECOND);
    let (status, again) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
    let (status, third) = refresh(&house, &key, refresh_of(&again)).await;
    assert_eq!(status, 200, "what was given again works");
    let (status, _) = refresh(&house, &key, refresh_of(&lost)).await;
    assert_eq!(status, 400, "what was lost does not");
    let (status, _) = refresh(&house, &key, refresh_of(&third)).await;
    assert_eq!(status, 200, "and showing it ended nothing");
}

// RULES S5
#[tokio::test]
async fn another_key_gets_nothing_and_ends_nothing() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (status, _) = refresh(&house, &Key::new(8), refresh_of(&first)).await;
    assert_eq!(status, 400);
    let (status, _) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
}

// RULES S5
#[tokio::test]
async fn a_desktop_signs_in_again_after_30_days_at_most() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let mut tokens = signed_in(&house, &key).await;
    for _ in 0..29 {
        house.clock.advance(DAY);
        let (status, next) = refresh(&house, &key, refresh_of(&tokens)).await;
        assert_eq!(status, 200);
        tokens = next;
    }
    house.clock.advance(DAY);
    let (status, _) = refresh(&house, &key, refresh_of(&tokens)).await;
    assert_eq!(status, 400);
}
