//! Bad input on every public page: an answer in words, nothing changed (RULES V4).

use latchkey_auth::testing::House;

use crate::browser::{Answer, Browser};

const FORM: &str = "application/x-www-form-urlencoded";
const POSTS: [&str; 9] = [
    "/",
    "/link",
    "/who",
    "/help",
    "/help/start",
    "/waiting",
    "/pin",
    "/me/sign-out",
    "/me/sign-out-everywhere",
];

async fn events(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM event").await
}

fn in_words(answer: &Answer, path: &str) {
    assert!(
        answer.body.contains("<h1>"),
        "{path}: {} {}",
        answer.status,
        answer.body
    );
    assert!(
        answer.body.contains("Juniper Lane"),
        "{path}: with the practice's letterhead"
    );
}

// RULES V4
#[tokio::test]
async fn a_body_that_is_too_long_wrong_not_utf8_or_repeats_a_field_changes_nothing() {
    let house = House::furnished().await;
    let before = events(&house).await;
    let long = format!("email={}", "a".repeat(20_000));
    for path in POSTS {
        // Signing out takes no field, so it needs none to be right.
        if path.starts_with("/me/") {
            continue;
        }
        let cases: [(&str, &[u8], u16); 6] = [
            (FORM, long.as_bytes(), 413),
            (FORM, b"email=%ff%fe&pin=%80&who=%80&name=%80", 400),
            (FORM, b"email=a&email=b", 400),
            (FORM, b"\xff\xfe=1", 400),
            ("application/json", b"{\"email\":\"ada@example.org\"}", 415),
            ("multipart/form-data; boundary=x", b"--x--", 415),
        ];
        for (kind, body, status) in cases {
            let answer = Browser::new(&house).send("POST", path, kind, body).await;
            assert_eq!(answer.status, status, "{path} {kind}");
            in_words(&answer, path);
        }
    }
    assert_eq!(events(&house).await, before);
}

// RULES V4
#[tokio::test]
async fn a_missing_or_overlong_field_is_told_in_words_and_changes_nothing() {
    let house = House::furnished().await;
    let before = events(&house).await;
    let name = "x".repeat(255);
    let what = "x".repeat(1_001);
    let address = format!("{}@example.org", "x".repeat(300));
    let cases: [(&str, Vec<(&str, &str)>); 9] = [
        ("/", vec![]),
        ("/", vec![("email", "ada")]),
        ("/", vec![("email", address.as_str())]),
        ("/pin", vec![]),
        ("/pin", vec![("email", "ada@")]),
        ("/help", vec![]),
        ("/help", vec![("who", " "), ("what", "x")]),
        ("/help", vec![("who", name.as_str()), ("what", "x")]),
        (
            "/help",
            vec![("who", "ada@example.org"), ("what", what.as_str())],
        ),
    ];
    for (path, fields) in cases {
        let answer = Browser::new(&house).post(path, &fields).await;
        assert_eq!(answer.status, 422, "{path} {}", fields.len());
        assert!(answer.body.contains("role=\"alert\""), "{path}");
        in_words(&answer, path);
    }
    assert_eq!(events(&house).await, before);
}

// RULES V4
#[tokio::test]
async fn pages_out_of_order_lead_somewhere_and_change_nothing() {
    let house = House::furnished().await;
    let before = events(&house).await;
    let mut browser = Browser::new(&house);
    assert_eq!(browser.post("/link", &[]).await.status, 410);
    assert_eq!(browser.get("/link").await.status, 410);
    assert_eq!(browser.get("/link/x").await.location(), "/link");
    assert_eq!(browser.get("/link/%00%ff").await.location(), "/link");
    assert_eq!(browser.get("/who").await.location(), "/link");
    assert_eq!(
        browser.post("/who", &[("name", "Jo")]).await.location(),
        "/link"
    );
    assert_eq!(
        browser
            .post("/waiting", &[("pin", "123456")])
            .await
            .location(),
        "/waiting"
    );
    assert!(
        browser
            .get("/waiting")
            .await
            .body
            .contains("You have no open message")
    );
    assert_eq!(browser.get("/waiting/news?v=x").await.status, 410);
    assert_eq!(browser.get("/me").await.location(), "/");
    assert_eq!(
        browser.post("/me/sign-out", &[]).await.location(),
        "/?signed-out"
    );
    assert_eq!(
        browser
            .post("/me/sign-out-everywhere", &[])
            .await
            .location(),
        "/?signed-out"
    );
    assert_eq!(browser.get("/exit").await.status, 303);
    assert_eq!(events(&house).await, before);
}

// RULES V4
#[tokio::test]
async fn a_wrong_method_and_a_path_that_is_none_get_a_page_in_words() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for (method, path, status) in [
        ("DELETE", "/", 405),
        ("PUT", "/help", 405),
        ("POST", "/me", 405),
        ("GET", "/me/sign-out", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/help/a/b", 404),
        ("GET", "/%ff", 404),
    ] {
        let answer = browser.send(method, path, FORM, b"").await;
        assert_eq!(answer.status, status, "{method} {path}");
        in_words(&answer, path);
    }
}

// RULES V4
#[tokio::test]
async fn broken_cookies_are_no_cookies() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for name in [
        "__Host-latchkey",
        "__Host-latchkey_browser",
        "__Host-latchkey_link",
        "__Host-latchkey_return",
    ] {
        browser.jar.insert(name.into(), "%00\u{e9}=;,".into());
    }
    for path in ["/", "/link", "/waiting", "/me", "/help", "/pin"] {
        let answer = browser.clone().get(path).await;
        assert!(
            [200, 303, 410].contains(&answer.status),
            "{path} {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_practice_that_is_not_set_up_says_so() {
    let house = House::furnished().await;
    house.sql("DELETE FROM practice").await;
    let answer = Browser::new(&house).get("/").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("still setting it up"));
}
