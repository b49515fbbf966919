//! Every route there is, asked by a browser that means no good (RULES V9, V8, V4).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use latchkey_auth::testing::House;

use crate::browser::{Answer, Browser};
use crate::scene::newest_link;

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
];

/// What strangers' pages, proxies and programs say to be taken for somebody else.
const LIES: [&str; 14] = [
    "Host: evil.example",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: gopher",
    "X-Forwarded-For: evil.example, 127.0.0.1",
    "X-Forwarded-Uri: //evil.example/",
    "X-Original-Uri: //evil.example/",
    "X-Original-Url: /me",
    "X-Rewrite-Url: /me",
    "X-Http-Method-Override: DELETE",
    "Forwarded: host=evil.example;proto=gopher",
    "Origin: https://evil.example",
    "Referer: https://evil.example/<script>",
    "User-Agent: <script>evil</script>",
    "Accept-Language: \"><script>evil</script>",
];

const QUERY: &str = "?return_to=https://evil.example/&next=//evil.example&then=//evil.example\
                     &url=javascript:evil&v=%0d%0aSet-Cookie:%20evil=1&lang=evil";

/// Every route as the code writes it; a new one is walked by being there.
fn routes() -> BTreeSet<String> {
    let code = [
        include_str!("../../src/pages.rs"),
        include_str!("../../src/oauth.rs"),
        include_str!("../../src/server.rs"),
        include_str!("../../src/api.rs"),
    ]
    .concat();
    let written = code
        .split(".route(")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap().to_owned());
    let described: Vec<String> = latchkey_auth::api::document()
        .paths
        .paths
        .into_keys()
        .collect();
    let routes: BTreeSet<String> = written.chain(described).collect();
    assert!(routes.len() > 30, "{routes:?}");
    routes
}

/// An address of a route: no parameter is anything we know.
fn address(route: &str) -> String {
    let mut parts = route.split(['{', '}']);
    let mut address = parts.next().unwrap().to_owned();
    while let Some(parameter) = parts.next() {
        address += if parameter == "*name" {
            "page.css"
        } else {
            "marker"
        };
        address += parts.next().unwrap_or_default();
    }
    address
}

fn protected(house: &House, answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {}", answer.status);
    let header = |name: &str| answer.header(name).unwrap_or_default();
    let policy = header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains(" *"),
        "{what}: {policy}"
    );
    assert!(
        header("strict-transport-security").starts_with("max-age="),
        "{what}"
    );
    assert!(
        ["same-origin", "no-referrer"].contains(&header("referrer-policy")),
        "{what}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    let file = what.contains("/assets/") && answer.status == 200;
    assert!(file || header("cache-control") == "no-store", "{what}");
    for name in ["access-control-allow-origin", "server", "x-powered-by"] {
        assert_eq!(answer.header(name), None, "{what}");
    }
    for line in answer.cookies() {
        assert!(line.starts_with("__Host-"), "{what}: {line}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(line.contains(part), "{what}: {line}");
        }
    }
    let to = answer.location();
    let here = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let elsewhere = to == "https://www.weather.gov" || to.starts_with(&house.url("/"));
    assert!(to.is_empty() || here || elsewhere, "{what}: leads to {to}");
    assert!(!answer.body.contains("evil"), "{what}: {}", answer.body);
    assert!(
        !answer
            .headers
            .iter()
            .any(|(name, value)| name.contains("evil")
                || (name != "location" && value.contains("evil"))),
        "{what}: {:?}",
        answer.headers
    );
}

async fn changes(house: &House) -> [i64; 4] {
    [
        house.count("SELECT COUNT(*) FROM event").await,
        house.count("SELECT COUNT(*) FROM mail").await,
        house
            .count("SELECT COUNT(*) FROM client_session WHERE ended_at IS NULL")
            .await,
        house.count("SELECT COUNT(*) FROM staff_browser").await,
    ]
}

async fn ask(browser: &Browser, method: &str, address: &str, more: &[&str]) -> Answer {
    let mut head = format!("{method} {address} HTTP/1.1\r\nConnection: close\r\n");
    if !browser.jar.is_empty() {
        let cookies: Vec<_> = browser
            .jar
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let _ = write!(head, "Cookie: {}\r\n", cookies.join("; "));
    }
    for line in more {
        head += line;
        head += "\r\n";
    }
    head += "\r\n";
    browser.raw(head.as_bytes()).await.unwrap()
}

// RULES V9, V8, V4
#[tokio::test]
async fn no_route_believes_repeats_or_follows_what_a_stranger_says() {
    let house = House::furnished().await;
    let before = changes(&house).await;
    let stranger = Browser::new(&house);
    for route in routes() {
        for method in METHODS {
            for site in ["cross-site", "same-site", "none", "nonsense"] {
                let site = format!("Sec-Fetch-Site: {site}");
                let mut lines = LIES.to_vec();
                lines.push(&site);
                for query in ["", QUERY] {
                    let what = format!("{method} {}{query}", address(&route));
                    let answer = ask(&stranger, method, &what[method.len() + 1..], &lines).await;
                    protected(&house, &answer, &what);
                    if matches!(method, "TRACE" | "BREW" | "PUT" | "PATCH") {
                        assert!((400..500).contains(&answer.status), "{what}");
                    }
                }
            }
        }
    }
    assert_eq!(changes(&house).await, before);
}

// RULES V9
#[tokio::test]
async fn another_site_can_do_nothing_in_the_name_of_a_client_who_is_signed_in() {
    let house = House::furnished().await;
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    ada.post("/help", &[("who", "ada@example.org"), ("what", "x")])
        .await;
    assert!(ada.signed_in().await);
    let before = changes(&house).await;
    for route in routes() {
        // Leaving must work from anywhere and harms nobody.
        if route == "/exit" {
            continue;
        }
        let address = address(&route);
        for lines in [
            &["Sec-Fetch-Site: cross-site", "Origin: https://evil.example"][..],
            &["Sec-Fetch-Site: same-site"],
            &["Origin: null"],
            &["Origin: https://evil.example"],
            &[],
        ] {
            for method in ["POST", "PUT", "DELETE"] {
                let answer = ask(&ada, method, &address, lines).await;
                let what = format!("{method} {address} {lines:?}");
                protected(&house, &answer, &what);
                assert!(
                    (400..500).contains(&answer.status) || address.ends_with("revoke"),
                    "{what}"
                );
            }
        }
    }
    assert_eq!(changes(&house).await, before);
    assert!(ada.signed_in().await);
}

// RULES V9
#[tokio::test]
async fn what_a_signed_in_client_sees_is_neither_stored_nor_framed() {
    let house = House::furnished().await;
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    for route in routes() {
        if route != "/exit" {
            let address = address(&route);
            let answer = ask(&ada, "GET", &address, &[]).await;
            protected(&house, &answer, &address);
            let head = ask(&ada, "HEAD", &address, &[]).await;
            assert_eq!(
                (head.status, head.body.as_str()),
                (answer.status, ""),
                "{address}"
            );
        }
    }
    assert!(ada.signed_in().await);
}
