//! Free text to a client who is in, over the API.

use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Happening};
use serde_json::json;

use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, stranger_asks};

// RULES P5, V1, V2
#[tokio::test]
async fn a_message_reaches_a_client_who_is_in_once() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let text = json!({ "text": "  Welcome\r\nback \u{202e}" });
    let early = refused(rosa.act(&ada, "message", text.clone()).await).await;
    assert_eq!(early, (409, ErrorCode::ClientNotIn));
    house
        .sql("UPDATE help_request SET state = 'solved', solved_how = 'signed_in', solved_at = created_at")
        .await;
    let mut feed = Desktop::of(&house, "Sam").await.feed(None).await;
    let key = key();
    for _ in 0..2 {
        assert_eq!(
            rosa.write(&ada, "message", key, text.clone())
                .await
                .status(),
            200
        );
    }
    let said = Happening::MessageSent {
        by: "Rosa Rivera".to_owned(),
        text: Some("Welcome\nback".to_owned()),
    };
    let seen = feed
        .until(|it| it.timeline.iter().any(|entry| entry.what == said))
        .await;
    assert!(seen.can_write);
    assert_eq!(house.count("SELECT COUNT(*) FROM message").await, 1);
    for (body, why) in [
        (json!({ "text": " \n" }), (400, ErrorCode::BadRequest)),
        (
            json!({ "text": "x".repeat(2_001) }),
            (422, ErrorCode::TooLong),
        ),
        (json!({ "texts": "x" }), (400, ErrorCode::BadRequest)),
    ] {
        assert_eq!(refused(rosa.act(&ada, "message", body).await).await, why);
    }
    house
        .sql("UPDATE client SET disabled_at = 1 WHERE first_name = 'Ada'")
        .await;
    let disabled = refused(rosa.act(&ada, "message", text.clone()).await).await;
    assert_eq!(disabled, (409, ErrorCode::ClientDisabled));

    let nobody = stranger_asks(&house).await;
    let sam = Desktop::of(&house, "Sam").await;
    let unmatched = refused(sam.act(&nobody, "message", text.clone()).await).await;
    assert_eq!(unmatched, (409, ErrorCode::NoClient));
    // Rosa does not see what nobody is matched to.
    let hidden = refused(rosa.act(&nobody, "message", text).await).await;
    assert_eq!(hidden, (404, ErrorCode::NotFound));
}
