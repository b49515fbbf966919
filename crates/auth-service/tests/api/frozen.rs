//! "Not my client", over the API.

use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Happening};
use serde_json::json;

use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, stranger_asks};

// RULES V1, V2, V5
#[tokio::test]
async fn a_clinician_freezes_a_request_and_an_admin_alone_lifts_it() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let dana = Desktop::of(&house, "Dana").await;
    let mut feed = dana.feed(None).await;
    let key = key();
    for _ in 0..2 {
        assert_eq!(
            rosa.write(&ada, "freeze", key, json!({})).await.status(),
            200
        );
    }
    let said = Happening::NotMyClient {
        by: "Rosa Rivera".to_owned(),
    };
    let told = feed.until(|it| it.frozen.is_some()).await;
    assert!(told.timeline.iter().any(|entry| entry.what == said));
    assert!(told.assigned.is_none());
    let phrase = json!({ "phrase": "call_within_ten_minutes" });
    let late = refused(rosa.act(&ada, "reply", phrase).await).await;
    assert_eq!(late, (409, ErrorCode::Frozen));
    let theirs = refused(rosa.act(&ada, "unfreeze", json!({})).await).await;
    assert_eq!(theirs, (403, ErrorCode::NotAllowed));
    assert_eq!(dana.act(&ada, "unfreeze", json!({})).await.status(), 200);
    let told = feed.until(|it| it.frozen.is_none()).await;
    assert!(told.waits_since.is_none());

    let nobody = stranger_asks(&house).await;
    let unmatched = refused(dana.act(&nobody, "freeze", json!({})).await).await;
    assert_eq!(unmatched, (409, ErrorCode::NoClient));
    let hidden = refused(rosa.act(&nobody, "freeze", json!({})).await).await;
    assert_eq!(hidden, (404, ErrorCode::NotFound));
}
