//! What nobody should send: a clear problem, and nothing changed (RULES V4).

use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, IDEMPOTENCY_KEY};
use reqwest::Method;

use crate::desktop::{Desktop, key, refused};
use crate::rights::acts;
use crate::scene::asks_for_help;

async fn state(house: &House) -> [i64; 4] {
    [
        house.count("SELECT COUNT(*) FROM event").await,
        house.count("SELECT COUNT(*) FROM idempotency").await,
        house.count("SELECT COUNT(*) FROM pin").await,
        house.count("SELECT COUNT(*) FROM mail").await,
    ]
}

// RULES V4
#[tokio::test]
async fn a_body_that_is_not_what_the_endpoint_takes_changes_nothing() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let before = state(&house).await;
    let long = format!("{{\"evidence\":\"{}\"}}", "x".repeat(20_000));
    let everywhere: [(&[u8], u16); 9] = [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"[\"with_me\"]", 400),
        (b"\"with_me\"", 400),
        (b"{", 400),
        (b"{}}", 400),
        (b"{\"evidence\":\"\xff\"}", 400),
        (long.as_bytes(), 413),
    ];
    let for_one: [(&str, &str); 18] = [
        ("note", "{}"),
        ("note", "{\"text\":\" \\n \\u202e\"}"),
        ("note", "{\"text\":null}"),
        ("note", "{\"text\":\"a\",\"for\":\"client\"}"),
        ("seen", "{\"unknown\":1}"),
        ("link", "{\"address\":\"somebody@example.org\"}"),
        ("pin", "{}"),
        ("pin", "{\"evidence\":1}"),
        ("pin", "{\"evidence\":null}"),
        ("pin", "{\"evidence\":[\"with_me\"]}"),
        ("pin", "{\"evidence\":\"with_me\",\"evidence\":\"with_me\"}"),
        ("pin", "{\"evidence\":\"with_me\",\"digits\":\"123456\"}"),
        ("pin", "{\"evidence\":\"a_word_from_tomorrow\"}"),
        ("reply", "{}"),
        ("reply", "{\"phrase\":\"a_phrase_from_tomorrow\"}"),
        ("reply", "{\"phrase\":\"after_my_session\"}"),
        ("reply", "{\"phrase\":\"after_my_session\",\"at\":\"2:50\"}"),
        (
            "reply",
            "{\"phrase\":\"after_my_session\",\"at\":9007199254740993}",
        ),
    ];
    let send = async |act: &str, body: Vec<u8>| {
        rosa.call(Method::POST, &format!("/api/v1/requests/{request}/{act}"))
            .header(IDEMPOTENCY_KEY, key().to_string())
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap()
    };
    for (act, _) in acts() {
        for (body, status) in everywhere {
            let answer = refused(send(act, body.to_vec()).await).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
            assert_eq!(answer, (status, ErrorCode::BadRequest), "{act} {shown}");
        }
    }
    for (act, body) in for_one {
        let answer = refused(send(act, body.into()).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest), "{act} {body}");
    }
    assert_eq!(state(&house).await, before);
}

// RULES V4
#[tokio::test]
async fn a_head_that_is_not_what_the_endpoint_takes_changes_nothing() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let before = state(&house).await;
    for (act, body) in acts() {
        let path = format!("/api/v1/requests/{request}/{act}");
        let call = || rosa.call(Method::POST, &path).json(&body);
        let some_key = key().to_string();
        let cases = [
            ("no key", call(), 400),
            ("an empty key", call().header(IDEMPOTENCY_KEY, ""), 400),
            ("no UUID", call().header(IDEMPOTENCY_KEY, "1"), 400),
            (
                "not text",
                call().header(IDEMPOTENCY_KEY, b"\xff\xfe".as_slice()),
                400,
            ),
            (
                "twice",
                call()
                    .header(IDEMPOTENCY_KEY, &some_key)
                    .header(IDEMPOTENCY_KEY, &some_key),
                400,
            ),
            (
                "another type",
                rosa.call(Method::POST, &path)
                    .header(IDEMPOTENCY_KEY, &some_key)
                    .header("content-type", "text/plain")
                    .body(body.to_string()),
                415,
            ),
            (
                "no type",
                rosa.call(Method::POST, &path)
                    .header(IDEMPOTENCY_KEY, &some_key)
                    .body(body.to_string()),
                415,
            ),
            ("another method", rosa.call(Method::GET, &path), 405),
            ("another method", rosa.call(Method::DELETE, &path), 405),
        ];
        for (what, call, status) in cases {
            let answer = refused(call.send().await.unwrap()).await;
            assert_eq!(answer, (status, ErrorCode::BadRequest), "{act}: {what}");
        }
        for id in [
            "1",
            "%FF",
            "..%2F..%2Fme",
            "' OR 1=1",
            "%00",
            &"9".repeat(1_000),
        ] {
            let call = rosa
                .call(Method::POST, &format!("/api/v1/requests/{id}/{act}"))
                .header(IDEMPOTENCY_KEY, &some_key)
                .json(&body);
            let answer = refused(call.send().await.unwrap()).await;
            assert_eq!(answer, (400, ErrorCode::BadRequest), "{act}: {id}");
        }
    }
    for path in ["/api/v1/requests", "/api/v2/me", "/api/v1/me/more"] {
        assert_eq!(
            refused(rosa.get(path).await).await,
            (404, ErrorCode::NotFound),
            "{path}"
        );
    }
    for path in ["/api/v1/me", "/api/v1/feed"] {
        let answer = rosa.call(Method::POST, path).send().await.unwrap();
        assert_eq!(refused(answer).await.0, 405, "{path}");
    }
    assert_eq!(state(&house).await, before);
}
