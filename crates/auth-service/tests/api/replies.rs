//! *I'll call after my session*: from when to when that can be said.

use latchkey_auth::clock::{DAY, HOUR};
use latchkey_auth::testing::{House, START};
use latchkey_protocol::ErrorCode;
use serde_json::json;

use crate::desktop::{Desktop, refused};
use crate::scene::asks_for_help;

// RULES V4, N2
#[tokio::test]
async fn a_session_ends_between_an_hour_ago_and_a_day_from_now() {
    for (from_now, fits) in [
        (-HOUR - 1, false),
        (-HOUR, true),
        (0, true),
        (DAY, true),
        (DAY + 1, false),
    ] {
        let house = House::furnished().await;
        let ada = asks_for_help(&house, "Ada").await;
        let rosa = Desktop::of(&house, "Rosa").await;
        let body = json!({ "phrase": "after_my_session", "at": START.0 + from_now });
        let answer = rosa.act(&ada, "reply", body).await;
        if fits {
            assert_eq!(answer.status(), 200, "{from_now}");
        } else {
            let refused = refused(answer).await;
            assert_eq!(refused, (400, ErrorCode::BadRequest), "{from_now}");
        }
        let sent = house.count("SELECT COUNT(*) FROM request_reply").await;
        assert_eq!(sent, i64::from(fits), "{from_now}");
    }
}
