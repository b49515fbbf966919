//! Who may see and do what.

use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Me, RequestId, Role};
use serde_json::json;

use crate::desktop::{Desktop, refused};
use crate::scene::{asks_for_help, stranger_asks};

/// Every write there is, with a body it takes.
pub fn acts() -> [(&'static str, serde_json::Value); 9] {
    [
        ("seen", json!({})),
        ("note", json!({ "text": "Call the sister first" })),
        ("assign", json!({ "to": null })),
        ("looking", json!({})),
        ("pin", json!({ "evidence": "with_me" })),
        ("pin/revoke", json!({})),
        ("link", json!({})),
        ("reply", json!({ "phrase": "try_the_new_link" })),
        ("solve", json!({})),
    ]
}

#[tokio::test]
async fn a_desktop_learns_who_it_is_signed_in_for() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let me: Me = rosa.get("/api/v1/me").await.json().await.unwrap();
    assert_eq!(me.staff.name, "Rosa Rivera");
    assert_eq!(me.staff.role, Role::Clinician);
    assert_eq!(me.practice.name, "Juniper Lane Practice");
    assert_eq!(me.practice.time_zone, "America/New_York");
    assert_eq!(
        (me.device.0, me.device_name.as_str()),
        (rosa.device, "a desk")
    );
    assert_eq!(me.now, house.app.now());
}

// RULES V2
#[tokio::test]
async fn a_clinician_sees_the_own_caseload_the_front_desk_and_admins_everything() {
    let house = House::furnished().await;
    let hers = asks_for_help(&house, "Ada").await;
    let other = asks_for_help(&house, "Priya").await;
    let unmatched = stranger_asks(&house).await;
    for (name, sees) in [
        ("Rosa", vec![&hers]),
        ("Sam", vec![&hers, &other, &unmatched]),
        ("Dana", vec![&hers, &other, &unmatched]),
    ] {
        let mut feed = Desktop::of(&house, name).await.feed(None).await;
        for request in sees {
            assert_eq!(&feed.said().await.request().id, request, "{name}");
        }
        // Nothing more: the next block is the comment that shows it waits.
        assert_eq!(feed.block().await.as_deref(), Some(":"), "{name}");
    }
}

// RULES V2
#[tokio::test]
async fn nobody_acts_on_what_they_may_not_see() {
    let house = House::furnished().await;
    let others = asks_for_help(&house, "Priya").await;
    let unmatched = stranger_asks(&house).await;
    let nowhere = RequestId::from("01890000-0000-7000-8000-000000000000");
    let rosa = Desktop::of(&house, "Rosa").await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    for request in [&others, &unmatched, &nowhere] {
        for (act, body) in acts() {
            let answer = refused(rosa.act(request, act, body).await).await;
            assert_eq!(answer, (404, ErrorCode::NotFound), "{act}");
        }
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
    assert_eq!(house.count("SELECT COUNT(*) FROM idempotency").await, 0);
}

// RULES S5
#[tokio::test]
async fn without_a_living_token_nothing_is_answered() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    house.clock.advance(10 * latchkey_auth::clock::MINUTE);
    let before = house.count("SELECT COUNT(*) FROM event").await;
    for path in ["/api/v1/me", "/api/v1/feed"] {
        let answer = rosa.get(path).await;
        let challenge = answer.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(challenge.starts_with("DPoP "), "{challenge}");
        assert!(
            challenge.contains("/.well-known/oauth-protected-resource\""),
            "{challenge}"
        );
        assert_eq!(refused(answer).await, (401, ErrorCode::NotSignedIn));
        let bare = reqwest::get(house.url(path)).await.unwrap();
        assert_eq!(refused(bare).await, (401, ErrorCode::NotSignedIn));
    }
    for (act, body) in acts() {
        let answer = refused(rosa.act(&request, act, body).await).await;
        assert_eq!(answer, (401, ErrorCode::NotSignedIn), "{act}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
}

// RULES V8
#[tokio::test]
async fn the_public_address_comes_from_the_configuration_whatever_the_request_says() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let forged = |call: reqwest::RequestBuilder| {
        call.header("host", "elsewhere.example")
            .header(
                "forwarded",
                "for=192.0.2.1;host=elsewhere.example;proto=https",
            )
            .header("x-forwarded-host", "elsewhere.example")
            .header("x-forwarded-proto", "https")
    };
    // The proof names the configured address, and is taken.
    let call = forged(rosa.call(reqwest::Method::GET, "/api/v1/me"));
    assert_eq!(call.send().await.unwrap().status(), 200);
    // And where to sign in is there, too.
    let bare = forged(reqwest::Client::new().get(house.url("/api/v1/me")));
    let answer = bare.send().await.unwrap();
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    let metadata = house.url("/.well-known/oauth-protected-resource");
    assert!(challenge.contains(&metadata), "{challenge}");
    assert!(!challenge.contains("elsewhere"), "{challenge}");
}
