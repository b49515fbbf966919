//! What no browser of ours sends.

use latchkey_auth::testing::House;

use crate::desk::{Key, authorization, browser, changed, http};

// RULES V4
#[tokio::test]
async fn the_staff_pages_answer_bad_input_in_words_and_change_nothing() {
    let house = House::furnished().await;
    let long = "x".repeat(20_000);
    let post = |path: &str, body: String| {
        http()
            .post(house.url(path))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    for (path, body) in [
        ("/staff/invite", String::new()),
        ("/staff/invite", "address=a&address=b".to_owned()),
        ("/staff/invite", "address=%ff".to_owned()),
        ("/staff/invite", format!("address={long}")),
        ("/staff/invite/short", String::new()),
        ("/staff/invite/%ff", String::new()),
        ("/oauth/authorize", String::new()),
        ("/oauth/authorize", "act=connect&act=connect".to_owned()),
        ("/oauth/authorize", format!("state={long}")),
    ] {
        let answer = post(path, body).await.unwrap();
        assert!(answer.status().is_client_error(), "{path}");
        assert!(answer.headers().get("set-cookie").is_none());
    }
    let mut form = authorization(&Key::new(7));
    let cookie = browser(&house, "Rosa").await;
    for (act, name) in [
        ("", "laptop"),
        ("erase", "laptop"),
        ("connect", " "),
        ("connect", &long[..61]),
    ] {
        form = changed(form, "device_name", Some(name));
        form = changed(form, "act", Some(act));
        let answer = http()
            .post(house.url("/oauth/authorize"))
            .header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{act}");
    }
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE] {
        let answer = http()
            .request(method, house.url("/oauth/token"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 405);
    }
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
}
