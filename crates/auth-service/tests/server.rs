//! What surrounds every route.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_auth::clock::DAY;
use latchkey_auth::testing::House;
use serde_json::Value;

// RULES V9
#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let house = House::furnished().await;
    for path in ["/healthz", "/readyz", "/there-is-no-such-page"] {
        let answer = reqwest::get(house.url(path)).await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(header("strict-transport-security").starts_with("max-age="));
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn readiness_says_what_is_missing() {
    let house = House::furnished().await;
    assert_eq!(
        reqwest::get(house.url("/readyz")).await.unwrap().status(),
        200
    );
    house.sql("DELETE FROM practice").await;
    let answer = reqwest::get(house.url("/readyz")).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("latchkey-auth init"));
}

// RULES V8
#[tokio::test]
async fn the_public_address_comes_from_the_configuration_never_from_the_call() {
    let house = House::furnished().await;
    let metadata: Value = reqwest::Client::new()
        .get(house.url("/.well-known/oauth-authorization-server"))
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "host=evil.example;proto=https")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["issuer"], house.url(""));
    assert!(!metadata.to_string().contains("evil"));
    let challenge = reqwest::Client::new()
        .get(house.url("/api/v1/me"))
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(challenge.status(), 401);
    let challenge = challenge.headers()["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains(&house.url("/")) && !challenge.contains("evil"),
        "{challenge}"
    );
}

#[tokio::test]
async fn the_private_listener_answers_the_operator_alone() {
    let house = House::furnished().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(latchkey_auth::server::serve_private(
        house.app.clone(),
        listener,
    ));
    let status = async |path: &str| {
        let answer = reqwest::get(format!("http://{address}{path}"))
            .await
            .unwrap();
        answer.status().as_u16()
    };
    assert_eq!(status("/readyz").await, 200);
    assert_eq!(status("/").await, 404);
    assert_eq!(status("/api/v1/me").await, 404);
}

// RULES S5, V6
#[tokio::test]
async fn a_clock_that_is_set_back_shuts_no_desktop_out_since_the_date_told_is_the_services_own() {
    let house = House::furnished().await;
    let date = async || {
        let answer = reqwest::get(house.url("/healthz")).await.unwrap();
        answer.headers()["date"].to_str().unwrap().to_owned()
    };
    assert_eq!(date().await, "Tue, 03 Mar 2026 14:00:00 GMT");
    house.clock.advance(-DAY);
    assert_eq!(date().await, "Tue, 03 Mar 2026 14:00:00 GMT");
}

// RULES S5, V6
#[tokio::test]
async fn a_service_that_was_started_while_the_clock_was_ahead_keeps_its_date_when_it_is_set_right()
{
    let closed = House::furnished().await.close().await;
    closed.clock.advance(DAY);
    let house = closed.open().await;
    house.clock.advance(-DAY);
    let answer = reqwest::get(house.url("/healthz")).await.unwrap();
    assert_eq!(answer.headers()["date"], "Wed, 04 Mar 2026 14:00:00 GMT");
}
