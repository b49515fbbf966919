//! The code that the press gives, and what takes it.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::House;

use crate::desk::{
    CHALLENGE, Key, REDIRECT, VERIFIER, authorization, browser, exchange, get, http, press,
    refresh, token,
};

// RULES S5
#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_and_key() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    let code = get(&back, "code");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "latchkey-desktop"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let with = |name: &str, value: &'static str| {
        form.map(|(known, old)| (known, if known == name { value } else { old }))
    };
    for (form, error) in [
        (with("code_verifier", CHALLENGE), "invalid_grant"),
        (
            with("redirect_uri", "http://127.0.0.1:1/callback"),
            "invalid_grant",
        ),
        (with("code", "nonsense"), "invalid_grant"),
        (with("client_id", "another"), "invalid_client"),
        (with("grant_type", "password"), "unsupported_grant_type"),
        (with("code", ""), "invalid_request"),
    ] {
        let (status, body) = token(&house, &key, &form).await;
        assert_eq!(
            (status.as_u16(), body["error"].as_str().unwrap()),
            (400, error)
        );
    }
    let (status, body) = token(&house, &Key::new(8), &form).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
    let (status, _) = token(&house, &key, &form).await;
    assert_eq!(status, 200);
}

// RULES S5
#[tokio::test]
async fn a_code_works_once_for_two_minutes_and_a_second_use_ends_what_it_gave() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    let (_, tokens) = exchange(&house, &key, get(&back, "code")).await;
    let (status, _) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 400);
    let (status, _) = refresh(&house, &key, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 400, "the family ended");
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    house.clock.advance(2 * MINUTE);
    let (status, _) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 400);
}

// RULES V4
#[tokio::test]
async fn the_token_endpoint_refuses_what_is_no_form() {
    let house = House::furnished().await;
    let post = |body: Vec<u8>, kind: &'static str| {
        http()
            .post(house.url("/oauth/token"))
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let form = "application/x-www-form-urlencoded";
    for (body, kind, status) in [
        (b"{}".to_vec(), "application/json", 400),
        (
            b"grant_type=refresh_token&grant_type=refresh_token".to_vec(),
            form,
            400,
        ),
        (b"grant_type=%ff".to_vec(), form, 400),
        (b"\xff\xfe".to_vec(), form, 400),
        (Vec::new(), form, 400),
        (vec![b'a'; 20_000], form, 413),
    ] {
        assert_eq!(post(body, kind).await.unwrap().status(), status);
    }
}
