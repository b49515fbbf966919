//! The one-time address that proves a browser to be a staff member's.

use latchkey_auth::clock::{HOUR, MINUTE};
use latchkey_auth::testing::House;

use crate::desk::{cookie, http, invite};

#[tokio::test]
async fn opening_the_one_time_address_consumes_nothing_and_pressing_it_works_once() {
    let house = House::furnished().await;
    let address = house.url(&format!("/staff/invite/{}", invite(&house, "Rosa").await));
    for _ in 0..3 {
        assert_eq!(http().get(&address).send().await.unwrap().status(), 200);
        assert_eq!(http().head(&address).send().await.unwrap().status(), 200);
    }
    let press = async || {
        http()
            .post(&address)
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
    };
    let first = press().await;
    assert_eq!(first.status(), 200);
    let line = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in [
        "__Host-latchkey_staff=",
        "Secure",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
    ] {
        assert!(line.contains(part), "{line}");
    }
    let second = press().await;
    assert_eq!(second.status(), 404);
    assert!(second.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn a_one_time_address_ends_after_an_hour_with_a_newer_one_and_with_the_person() {
    let house = House::furnished().await;
    let press = async |token: &str| {
        http()
            .post(house.url(&format!("/staff/invite/{token}")))
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
            .status()
    };
    let old = invite(&house, "Rosa").await;
    let newer = invite(&house, "Rosa").await;
    assert_eq!(press(&old).await, 404);
    house.clock.advance(HOUR);
    assert_eq!(press(&newer).await, 404);
    let disabled = invite(&house, "Sam").await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name = 'Sam Park'")
        .await;
    assert_eq!(press(&disabled).await, 404);
    assert_eq!(press("nonsense").await, 404);
    assert_eq!(house.count("SELECT COUNT(*) FROM staff_browser").await, 0);
}

#[tokio::test]
async fn pasting_the_address_goes_on_where_the_desktop_waits() {
    let house = House::furnished().await;
    let address = house.url(&format!("/staff/invite/{}", invite(&house, "Rosa").await));
    let paste = async |address: &str| {
        http()
            .post(house.url("/staff/invite"))
            .header("sec-fetch-site", "same-origin")
            .form(&[("address", address), ("then", "response_type=code&state=x")])
            .send()
            .await
            .unwrap()
    };
    let answer = paste(&format!(" {address} ")).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(
        answer.headers()["location"],
        "/oauth/authorize?response_type=code&state=x"
    );
    assert!(cookie(&answer).starts_with("__Host-latchkey_staff="));
    let again = paste(&address).await;
    assert_eq!(again.status(), 400);
    assert!(again.text().await.unwrap().contains("does not work"));
}

// RULES A3
#[tokio::test]
async fn trying_one_time_addresses_without_end_is_refused_in_words_and_uses_none_up() {
    let house = House::furnished().await;
    let good = invite(&house, "Rosa").await;
    let press = async |token: &str| {
        http()
            .post(house.url(&format!("/staff/invite/{token}")))
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
    };
    for _ in 0..60 {
        assert_eq!(press("nonsense").await.status(), 404);
    }
    let refused = press(&good).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let words = refused.text().await.unwrap();
    assert!(words.contains("Try again in 10 minutes"), "{words}");
    let pasted = http()
        .post(house.url("/staff/invite"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("address", good.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(pasted.status(), 429);
    house.clock.advance(10 * MINUTE);
    assert_eq!(press(&good).await.status(), 200);
}
