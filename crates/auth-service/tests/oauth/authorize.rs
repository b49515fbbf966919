//! The page that names the device and asks for one press.

use latchkey_auth::testing::House;

use crate::desk::{Key, authorization, browser, callback, changed, exchange, get, http, press};

// RULES S5, D1
#[tokio::test]
async fn a_press_that_names_the_device_gives_tokens_bound_to_its_key() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&authorization(&key))
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Rosa Rivera") && page.contains("Rosa&#39;s laptop"),
        "{page}"
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    assert_eq!(get(&back, "state"), "the state");
    assert_eq!(get(&back, "iss"), house.url(""));
    let (status, tokens) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(tokens["token_type"], "DPoP");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM device WHERE name = 'Rosa''s laptop'")
            .await,
        1
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'device_connected'")
            .await,
        1
    );
}

// RULES S5
#[tokio::test]
async fn without_a_proved_browser_nobody_is_connected() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&authorization(&key))
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("one-time address"));
    let mut form = authorization(&key);
    form.push(("act", "connect".to_owned()));
    let answer = http()
        .post(house.url("/oauth/authorize"))
        .header("sec-fetch-site", "same-origin")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
}

#[tokio::test]
async fn cancel_goes_back_to_the_desktop_without_a_code() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&Key::new(7)), "cancel").await;
    assert_eq!(get(&back, "error"), "access_denied");
    assert_eq!(get(&back, "state"), "the state");
    assert_eq!(get(&back, "iss"), house.url(""));
    assert_eq!(get(&back, "code"), "");
}

// RULES V9
#[tokio::test]
async fn a_form_from_another_site_connects_nothing() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let mut form = authorization(&Key::new(7));
    form.push(("act", "connect".to_owned()));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", "said"),
    ] {
        let answer = http()
            .post(house.url("/oauth/authorize"))
            .header("cookie", &cookie)
            .header(name, value)
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
    }
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
}

// RULES D1, V4
#[tokio::test]
async fn a_request_from_an_unknown_program_is_never_redirected() {
    let house = House::furnished().await;
    let good = || authorization(&Key::new(7));
    let long = "x".repeat(3_000);
    for parameters in [
        changed(good(), "client_id", Some("another")),
        changed(good(), "client_id", None),
        changed(
            good(),
            "redirect_uri",
            Some("https://evil.example/callback"),
        ),
        changed(
            good(),
            "redirect_uri",
            Some("http://localhost:49152/callback"),
        ),
        changed(good(), "redirect_uri", None),
        changed(good(), "device_name", Some(&long)),
        [good(), vec![("state", "again".to_owned())]].concat(),
    ] {
        let answer = http()
            .get(house.url("/oauth/authorize"))
            .query(&parameters)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        assert!(answer.headers().get("location").is_none());
    }
    let not_utf8 = house.url("/oauth/authorize?client_id=%ff");
    assert_eq!(reqwest::get(not_utf8).await.unwrap().status(), 400);
}

// RULES D1, V4
#[tokio::test]
async fn a_wrong_request_of_the_desktop_is_told_to_the_desktop() {
    let house = House::furnished().await;
    let good = || authorization(&Key::new(7));
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("scope", Some("everything"), "invalid_scope"),
        ("state", None, "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("dpop_jkt", None, "invalid_request"),
        ("dpop_jkt", Some("short"), "invalid_request"),
    ] {
        let answer = http()
            .get(house.url("/oauth/authorize"))
            .query(&changed(good(), name, value))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{name}");
        let back = callback(&answer);
        assert_eq!(get(&back, "error"), error, "{name}");
        assert_eq!(get(&back, "iss"), house.url(""));
    }
}

// RULES A5
#[tokio::test]
async fn what_the_address_says_is_text_on_the_page() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let name = "<script>alert(1)</script>\"><i>";
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&changed(
            authorization(&Key::new(7)),
            "device_name",
            Some(name),
        ))
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:*"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let page = page.text().await.unwrap();
    assert!(
        !page.contains("<script>") && !page.contains("\"><i>"),
        "{page}"
    );
}
