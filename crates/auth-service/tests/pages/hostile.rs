//! Browsers that send what no browser sends (RULES V4, V9).

use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::House;

use crate::browser::Browser;
use crate::scene::newest_link;

const FORM: &str = "application/x-www-form-urlencoded";

/// Whatever was sent: the service says no, or hangs up, and goes on.
async fn refuses(browser: &Browser, what: &str, bytes: &[u8]) {
    if let Some(answer) = browser.raw(bytes).await {
        assert!(
            (400..500).contains(&answer.status),
            "{what}: {}",
            answer.status
        );
        assert!(!answer.body.contains("evil"), "{what}");
    }
    let mut another = browser.clone();
    assert_eq!(another.get("/healthz").await.status, 200, "after {what}");
}

// RULES V4
#[tokio::test]
async fn requests_that_are_no_http_or_have_no_end_are_refused() {
    let house = House::furnished().await;
    let browser = Browser::new(&house);
    let long = "a".repeat(500_000);
    let many = "X-Evil: evil\r\n".repeat(1_000);
    for (what, request) in [
        ("a path without an end", format!("GET /{long} HTTP/1.1\r\n\r\n")),
        ("a header without an end", format!("GET / HTTP/1.1\r\nX: {long}\r\n\r\n")),
        ("a cookie without an end", format!("GET / HTTP/1.1\r\nCookie: a={long}\r\n\r\n")),
        ("a thousand headers", format!("GET / HTTP/1.1\r\n{many}\r\n")),
        ("a method without an end", format!("{long} / HTTP/1.1\r\n\r\n")),
        ("two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_owned()),
        ("a length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned()),
        ("a negative length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_owned()),
        ("a wrong version", "GET / HTTP/9.9\r\n\r\n".to_owned()),
        ("a NUL in the path", "GET /\0evil HTTP/1.1\r\n\r\n".to_owned()),
        ("a line end in a header", "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n".to_owned()),
        ("a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned()),
        ("nothing but noise", "\u{16}\u{3}\u{1}\u{2}evil\r\n\r\n".to_owned()),
    ] {
        refuses(&browser, what, request.as_bytes()).await;
    }
}

// RULES V8
#[tokio::test]
async fn an_address_that_names_another_host_is_read_as_a_path_of_ours() {
    let house = House::furnished().await;
    let browser = Browser::new(&house);
    let request =
        b"GET http://evil.example/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    let answer = browser.raw(request).await.unwrap();
    assert_eq!((answer.status, answer.location()), (303, "/"));
    let request = b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!((400..500).contains(&browser.raw(request).await.unwrap().status));
}

// RULES V4
#[tokio::test]
async fn ten_thousand_fields_are_too_many() {
    let house = House::furnished().await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    let mut browser = Browser::new(&house);
    let fields = |many: u32| {
        (0..many)
            .map(|at| format!("f{at}="))
            .collect::<Vec<_>>()
            .join("&")
    };
    let (many, some) = (fields(10_000), fields(100));
    for path in [
        "/",
        "/help",
        "/pin",
        "/link",
        "/who",
        "/waiting",
        "/help/start",
    ] {
        assert_eq!(
            browser
                .send("POST", path, FORM, many.as_bytes())
                .await
                .status,
            413
        );
        assert_eq!(
            browser
                .send("POST", path, FORM, some.as_bytes())
                .await
                .status,
            400
        );
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
}

// RULES V9
#[tokio::test]
async fn cookies_that_are_forged_repeated_or_huge_are_no_cookies() {
    let house = House::furnished().await;
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    let session = ada.jar["__Host-latchkey"].clone();
    let forged = "A".repeat(43);
    let huge = "A".repeat(7_000);
    for cookie in [
        format!("__Host-latchkey={forged}"),
        format!("__Host-latchkey={huge}"),
        format!("__Host-latchkey={session}; __Host-latchkey={forged}"),
        format!("__Host-latchkey={session}; __Host-latchkey={session}"),
        format!("__HOST-LATCHKEY={session}"),
        format!("latchkey={session}"),
        format!("__Host-latchkey={session}A"),
        format!("__Host-latchkey=\"{session}\""),
        format!("__Host-latchkey={}", &session[1..]),
        format!("__Host-latchkey_browser={session}"),
        "__Host-latchkey=%00; __Host-latchkey_link=\u{e9}; =; ;;;".to_owned(),
        "a=b; ".repeat(1_000),
    ] {
        let request =
            format!("GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
        let answer = ada.raw(request.as_bytes()).await.unwrap();
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/"),
            "{cookie:.60}"
        );
    }
    assert!(ada.signed_in().await);
}

// RULES S6
#[tokio::test]
async fn a_session_that_was_planted_before_is_worth_nothing_after() {
    let house = House::furnished().await;
    let mut ada = Browser::new(&house);
    let planted = "A".repeat(43);
    ada.jar.insert("__Host-latchkey".into(), planted.clone());
    ada.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    assert!(ada.signed_in().await);
    assert_ne!(ada.jar["__Host-latchkey"], planted);
    let mut stranger = Browser::new(&house);
    stranger.jar.insert("__Host-latchkey".into(), planted);
    assert!(!stranger.signed_in().await);
    // Nor the session of somebody else that was planted: it ends.
    let mut mallory = Browser::new(&house);
    mallory.ask("priya@example.org").await;
    let link = newest_link(&house, "priya@example.org").await;
    mallory.open(&link).await;
    mallory.post("/link", &[]).await;
    let mut ben = Browser::new(&house);
    let session = mallory.jar["__Host-latchkey"].clone();
    ben.jar.insert("__Host-latchkey".into(), session);
    house.clock.advance(3 * MINUTE);
    ben.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    ben.open(&link).await;
    ben.post("/link", &[]).await;
    assert!(ben.get("/me").await.body.contains("Ada"));
    assert!(!mallory.signed_in().await);
}

// RULES V9
#[tokio::test]
async fn no_way_back_leads_to_another_host() {
    let house = House::furnished().await;
    for wanted in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://localhost@evil.example/",
        "/\r\nSet-Cookie: evil=1",
    ] {
        let mut ada = Browser::new(&house);
        let query = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect::<String>();
        let page = ada.get(&format!("/?return_to={query}")).await;
        assert_eq!(page.status, 200);
        ada.ask("ada@example.org").await;
        let link = newest_link(&house, "ada@example.org").await;
        ada.open(&link).await;
        let answer = ada.post("/link", &[]).await;
        let to = url::Url::parse(&house.url("/"))
            .unwrap()
            .join(answer.location())
            .unwrap();
        assert_eq!(answer.status, 303, "{wanted}");
        assert_eq!(
            to.origin().ascii_serialization(),
            house.url("").trim_end_matches('/'),
            "{wanted}"
        );
        assert!(
            answer
                .cookies()
                .iter()
                .all(|line| line.starts_with("__Host-")),
            "{wanted}"
        );
        house.clock.advance(3 * MINUTE);
    }
}

// RULES V4
#[tokio::test]
async fn no_path_leads_out_of_the_files_beside_the_pages() {
    let house = House::furnished().await;
    let browser = Browser::new(&house);
    for name in [
        "../page.css",
        "..%2f..%2fCargo.toml",
        "..%5c..%5cCargo.toml",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//Cargo.toml",
        "/etc/passwd",
        "fonts/../../Cargo.toml",
        "page.css%00.svg",
        "page.css/",
        "page.css;x",
        "PAGE.CSS",
        "%70age.css%2f",
        "%ff",
    ] {
        let request =
            format!("GET /assets/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = browser.raw(request.as_bytes()).await.unwrap();
        assert!(
            [400, 404].contains(&answer.status),
            "{name}: {}",
            answer.status
        );
    }
}

// RULES V8
#[tokio::test]
async fn where_a_stranger_says_to_come_from_changes_no_limit() {
    let house = House::furnished().await;
    let browser = Browser::new(&house);
    let ask = async |from: usize| {
        let body = format!("email=nobody{from}%40example.org");
        let request = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: {FORM}\r\nContent-Length: {}\r\nX-Forwarded-For: 10.0.0.{from}\r\n\
             X-Real-Ip: 10.0.0.{from}\r\nForwarded: for=10.0.0.{from}\r\n\r\n{body}",
            body.len()
        );
        browser.raw(request.as_bytes()).await.unwrap().status
    };
    for from in 0..60 {
        assert_eq!(ask(from).await, 200, "{from}");
    }
    assert_eq!(ask(61).await, 429);
}
