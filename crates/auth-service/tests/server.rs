//! What surrounds every route.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_auth::testing::House;

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
