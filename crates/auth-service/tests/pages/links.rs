//! Asking for a link, opening it, using it once.

use std::net::Ipv4Addr;

use latchkey_auth::client;
use latchkey_auth::clock::{DAY, HOUR, MINUTE, SECOND};
use latchkey_auth::testing::House;

use crate::browser::Browser;
use crate::scene::{deliver, events, link_in, mails, newest_link, text};
use crate::write;

/// A house, a browser that has asked for Ada, and the link's path.
async fn asked() -> (House, Browser, String) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    (house, browser, link)
}

#[tokio::test]
async fn a_client_types_the_address_opens_the_mail_and_is_in() {
    let (house, mut browser, link) = asked().await;
    let page = browser.open(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("data-by-itself"));
    let answer = browser.post("/link", &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/me"));
    let me = browser.get("/me").await;
    assert!(me.body.contains("Hello, Ada."), "{}", me.body);
    let signed_in = &events(&house, "signed_in").await[0];
    assert_eq!(signed_in["method"], "link");
}

// RULES S1
#[tokio::test]
async fn a_thousand_uses_of_one_link_at_once_make_exactly_one_session() {
    let (house, mut first, link) = asked().await;
    first.open(&link).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..1_000_u32 {
        // From five addresses: one origin alone would be held back as a flood.
        let from = Ipv4Addr::new(127, 0, 0, u8::try_from(number % 5 + 1).unwrap());
        let mut browser = Browser::from(&house, from);
        browser.jar.clone_from(&first.jar);
        tasks.spawn(async move { browser.post("/link", &[]).await.location().to_owned() });
    }
    let mut sessions = 0;
    while let Some(to) = tasks.join_next().await {
        sessions += usize::from(to.unwrap() == "/me");
    }
    assert_eq!(sessions, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM client_session").await, 1);
    assert_eq!(events(&house, "signed_in").await.len(), 1);
}

// RULES S2
#[tokio::test]
async fn opening_a_link_never_uses_it_however_often_and_by_whatever_means() {
    let (house, mut browser, link) = asked().await;
    for method in ["HEAD", "GET", "HEAD", "GET"] {
        let mut scanner = Browser::new(&house);
        scanner.send(method, &link, "", b"").await;
        scanner.send(method, "/link", "", b"").await;
    }
    assert_eq!(text(&house, "SELECT state FROM link").await, "live");
    let page = browser.open(&link).await;
    assert_eq!(page.status, 200);
    assert_eq!(browser.post("/link", &[]).await.location(), "/me");
}

// RULES S1
#[tokio::test]
async fn the_token_leaves_the_address_bar_at_once_and_is_on_no_page() {
    let (_house, mut browser, link) = asked().await;
    let token = link.trim_start_matches("/link/");
    let answer = browser.get(&link).await;
    assert_eq!((answer.status, answer.location()), (303, "/link"));
    let page = browser.get("/link").await;
    assert!(!page.body.contains(token));
}

// RULES S2
#[tokio::test]
async fn only_the_browser_that_asked_goes_on_by_itself_and_only_for_half_an_hour() {
    let (house, mut browser, link) = asked().await;
    let mut other = Browser::new(&house);
    assert!(!other.open(&link).await.body.contains("data-by-itself"));
    house.clock.advance(31 * MINUTE);
    assert!(!browser.open(&link).await.body.contains("data-by-itself"));
    assert_eq!(other.post("/link", &[]).await.location(), "/me");
    assert!(other.signed_in().await);
}

// RULES S2
#[tokio::test]
async fn the_way_back_leads_to_the_living_session_for_a_minute_and_signing_out_ends_it() {
    let (house, mut browser, link) = asked().await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    house.clock.advance(59 * SECOND);
    assert_eq!(browser.post("/link", &[]).await.location(), "/me");
    browser.get(&link).await;
    assert_eq!(browser.get("/link").await.location(), "/me");
    assert_eq!(house.count("SELECT COUNT(*) FROM client_session").await, 1);

    browser.post("/me/sign-out", &[]).await;
    browser.get(&link).await;
    assert_eq!(browser.get("/link").await.status, 410);
    assert!(!browser.signed_in().await);
}

// RULES S2
#[tokio::test]
async fn after_a_minute_the_way_back_is_closed() {
    let (house, mut browser, link) = asked().await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    house.clock.advance(61 * SECOND);
    browser.get(&link).await;
    let page = browser.get("/link").await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("was used at 9:00 AM"), "{}", page.body);
}

// RULES S3
#[tokio::test]
async fn the_browser_that_asked_is_told_which_rule_hit_and_any_other_one_sentence() {
    let (house, mut browser, old) = asked().await;
    house.clock.advance(5 * MINUTE);
    browser.ask("ada@example.org").await;
    let page = browser.open(&old).await;
    assert_eq!(page.status, 410);
    assert!(
        page.body.contains("A newer link was sent at 9:05 AM"),
        "{}",
        page.body
    );
    assert_eq!(page.field("email"), "ada@example.org");

    let mut other = Browser::new(&house);
    let page = other.open(&old).await;
    assert!(
        page.body
            .contains("A sign-in link works once, for 24 hours")
    );
    assert!(!page.body.contains("9:05"));
    assert_eq!(page.field("email"), "");
    let unknown = Browser::new(&house)
        .open(&format!("/link/{}", "A".repeat(43)))
        .await;
    assert_eq!(unknown.status, page.status);
    assert!(
        unknown
            .body
            .contains("A sign-in link works once, for 24 hours")
    );

    let refused = events(&house, "link_refused").await;
    assert_eq!(refused[0]["why"], "replaced", "staff see the exact cause");
}

// RULES S1
#[tokio::test]
async fn a_link_works_for_24_hours() {
    let (house, mut browser, link) = asked().await;
    house.clock.advance(DAY - 1);
    assert_eq!(browser.open(&link).await.status, 200);
    house.clock.advance(1);
    let page = browser.open(&link).await;
    assert!(page.body.contains("This link is from"), "{}", page.body);
    browser.post("/link", &[]).await;
    assert!(!browser.signed_in().await);
    assert_eq!(events(&house, "link_refused").await[0]["why"], "too_old");
}

// RULES S1, A3
#[tokio::test]
async fn an_ask_that_is_held_back_kills_nothing_and_looks_like_any_other() {
    let (house, mut browser, link) = asked().await;
    let first = Browser::new(&house).ask("nobody@example.org").await;
    house.clock.advance(119 * SECOND);
    let answer = browser.ask("ada@example.org").await;
    assert_eq!(answer.status, first.status);
    assert_eq!(deliver(&house).await, 0);
    assert_eq!(
        text(&house, "SELECT outcome FROM ask ORDER BY at DESC LIMIT 1").await,
        "held_back"
    );
    browser.open(&link).await;
    assert_eq!(browser.post("/link", &[]).await.location(), "/me");
}

// RULES S1
#[tokio::test]
async fn ten_links_a_day_and_no_more() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for _ in 0..12 {
        browser.ask("ada@example.org").await;
        house.clock.advance(3 * MINUTE);
    }
    assert_eq!(
        deliver(&house).await,
        1,
        "older mails that waited are not sent any more"
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM link").await, 10);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM link WHERE state = 'live'")
            .await,
        1
    );
    house.clock.advance(DAY);
    browser.ask("ada@example.org").await;
    assert_eq!(house.count("SELECT COUNT(*) FROM link").await, 11);
}

// RULES A1, C2
#[tokio::test]
async fn every_address_gets_the_same_answer_and_the_same_number_of_writes() {
    let house = House::furnished().await;
    for (first, no_mail) in [("Priya", true), ("Ben", false)] {
        let id = house.client(first).await;
        if no_mail {
            write!(house, |tx| client::set_no_mail(tx, &id, true)).unwrap();
        } else {
            write!(house, |tx| client::disable(tx, &id)).unwrap();
        }
    }
    let mut seen = Vec::new();
    for address in [
        "ada@example.org",
        "who@example.org",
        "priya@example.org",
        "ben@full.example",
    ] {
        let rows = house
            .count("SELECT (SELECT COUNT(*) FROM ask) + (SELECT COUNT(*) FROM link) + (SELECT COUNT(*) FROM mail) + (SELECT COUNT(*) FROM event) + (SELECT COUNT(*) FROM browser)")
            .await;
        let answer = Browser::new(&house).ask(address).await;
        let grown = house
            .count("SELECT (SELECT COUNT(*) FROM ask) + (SELECT COUNT(*) FROM link) + (SELECT COUNT(*) FROM mail) + (SELECT COUNT(*) FROM event) + (SELECT COUNT(*) FROM browser)")
            .await
            - rows;
        let names: Vec<String> = answer
            .headers
            .iter()
            .map(|(name, value)| match name.as_str() {
                "set-cookie" => format!("{name} {}", value.len()),
                "date" => name.clone(),
                "content-length" => {
                    format!("{name} {}", value.parse::<usize>().unwrap() - address.len())
                }
                _ => format!("{name} {value}"),
            })
            .collect();
        let body = answer
            .body
            .replace(address, "ADDRESS")
            .replace(&answer.field("form"), "FORM");
        seen.push((answer.status, names, body, grown));
    }
    assert_eq!(seen[0].0, 200);
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
    deliver(&house).await;
    let mails = mails(&house);
    assert_eq!(mails.len(), 1, "only Ada gets one");
    assert!(mails[0].contains("To: ada@example.org\r\n"));
}

// RULES A2
#[tokio::test]
async fn an_address_that_is_not_on_file_is_never_mailed() {
    let house = House::furnished().await;
    Browser::new(&house).ask("ada.okafor@example.org").await;
    assert_eq!(deliver(&house).await, 0);
    assert_eq!(text(&house, "SELECT outcome FROM ask").await, "unknown");
}

// RULES A3
#[tokio::test]
async fn a_flood_gets_429_with_the_time_to_wait_and_still_offers_help() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for number in 0..60 {
        assert_eq!(
            browser.ask(&format!("n{number}@example.org")).await.status,
            200
        );
    }
    let answer = browser.ask("ada@example.org").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), Some("600"));
    assert!(answer.body.contains("href=\"/help\""));
    assert_eq!(browser.get("/help").await.status, 200);
    assert_eq!(
        browser
            .post("/help", &[("who", "Ada"), ("what", "x")])
            .await
            .location(),
        "/waiting"
    );
}

// RULES S6
#[tokio::test]
async fn a_kept_device_stays_signed_in_for_30_days_and_any_other_until_the_browser_closes() {
    let (house, mut browser, link) = asked().await;
    browser.open(&link).await;
    let answer = browser.post("/link", &[("keep", "yes")]).await;
    let cookie = *answer
        .cookies()
        .iter()
        .find(|c| c.starts_with("__Host-latchkey="))
        .unwrap();
    assert!(
        cookie.contains("Max-Age=2592000") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    house.clock.advance(30 * DAY - 1);
    assert!(browser.signed_in().await);
    house.clock.advance(1);
    assert!(!browser.signed_in().await);

    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    let answer = browser.post("/link", &[]).await;
    let cookie = *answer
        .cookies()
        .iter()
        .find(|c| c.starts_with("__Host-latchkey="))
        .unwrap();
    assert!(!cookie.contains("Max-Age"), "{cookie}");
    house.clock.advance(13 * HOUR);
    assert!(!browser.signed_in().await);
}

// RULES S6
#[tokio::test]
async fn a_new_sign_in_makes_a_new_session_and_ends_the_one_before() {
    let (house, mut browser, link) = asked().await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    let before = browser.jar.clone();
    house.clock.advance(3 * MINUTE);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    assert_ne!(before["__Host-latchkey"], browser.jar["__Host-latchkey"]);
    assert!(browser.signed_in().await);
    browser.jar = before;
    assert!(!browser.signed_in().await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_this_client_alone() {
    let (house, mut browser, link) = asked().await;
    browser.open(&link).await;
    browser.post("/link", &[("keep", "yes")]).await;
    let mut priya = Browser::new(&house);
    priya.ask("priya@example.org").await;
    let link = newest_link(&house, "priya@example.org").await;
    priya.open(&link).await;
    priya.post("/link", &[]).await;
    house.clock.advance(3 * MINUTE);
    let mut second = Browser::new(&house);
    second.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    second.open(&link).await;
    second.post("/link", &[("keep", "yes")]).await;
    let me = second.get("/me").await;
    assert!(
        me.body.contains("2 devices keep you signed in"),
        "{}",
        me.body
    );

    assert_eq!(
        second.post("/me/sign-out-everywhere", &[]).await.location(),
        "/?signed-out"
    );
    assert!(!browser.signed_in().await);
    assert!(!second.signed_in().await);
    assert!(priya.signed_in().await);
}

// RULES C9
#[tokio::test]
async fn persons_who_share_an_address_are_never_listed_and_need_a_second_proof() {
    let house = House::furnished().await;
    let mut ends = Vec::new();
    for name in ["mika  LINDQVIST", "Somebody Else"] {
        let mut browser = Browser::new(&house);
        browser.ask("lindqvist@example.org").await;
        let link = newest_link(&house, "lindqvist@example.org").await;
        browser.open(&link).await;
        assert_eq!(browser.post("/link", &[]).await.location(), "/who");
        let page = browser.get("/who").await;
        for person in ["Jo", "Mika", "Lindqvist"] {
            assert!(!page.body.contains(person), "{person} in {}", page.body);
        }
        let answer = browser.post("/who", &[("name", name)]).await;
        let waiting = browser.get("/waiting").await;
        let words = text(
            &house,
            "SELECT word1 || '</span> <span>' || word2 FROM help_request ORDER BY position DESC LIMIT 1",
        )
        .await;
        ends.push((
            answer.status,
            answer.location().to_owned(),
            waiting
                .body
                .replace(&words, "WORDS")
                .replace(&waiting.field("form"), "FORM")
                .split("data-version")
                .count(),
        ));
        assert!(!browser.signed_in().await);
        house.clock.advance(3 * MINUTE);
    }
    assert_eq!(ends[0], ends[1]);
    assert_eq!(house.count("SELECT COUNT(*) FROM client_session").await, 0);
    assert_eq!(
        text(&house, "SELECT group_concat(COALESCE(c.first_name, '-') || ':' || r.cause) FROM help_request r LEFT JOIN client c ON c.id = r.client_id").await,
        "Mika:shared_address,-:shared_address"
    );
    assert_eq!(events(&house, "link_shared").await.len(), 2);
}

#[tokio::test]
async fn who_wanted_a_page_of_the_portal_lands_there() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.get("/?return_to=%2Fnotes%3Fx%3D1").await;
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    let answer = browser.post("/link", &[]).await;
    assert_eq!(answer.location(), house.url("/notes?x=1"));
    let mut browser = Browser::new(&house);
    browser
        .get("/?return_to=https%3A%2F%2Felsewhere.example%2F")
        .await;
    assert!(!browser.jar.contains_key("__Host-latchkey_return"));
}

#[tokio::test]
async fn a_proxy_is_told_who_is_signed_in_or_where_to_go() {
    let (house, mut browser, link) = asked().await;
    let answer = browser.get("/forward-auth").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.location(), house.url("/"));
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    let answer = browser.get("/forward-auth").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("latchkey-client-id"),
        Some(house.client("Ada").await.0.as_str())
    );
    let id = house.client("Ada").await;
    write!(house, |tx| client::disable(tx, &id)).unwrap();
    assert_eq!(browser.get("/forward-auth").await.status, 401);
}

// RULES V9
#[tokio::test]
async fn a_form_from_elsewhere_is_refused_and_an_old_browser_is_known_by_the_forms_token() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let form = browser.get("/").await.field("form");
    for site in ["cross-site", "same-site", "none"] {
        browser.site = Some(site);
        assert_eq!(browser.ask("ada@example.org").await.status, 403, "{site}");
    }
    browser.site = None;
    assert_eq!(browser.ask("ada@example.org").await.status, 403);
    assert_eq!(house.count("SELECT COUNT(*) FROM ask").await, 0);
    let fields = [("email", "ada@example.org"), ("form", form.as_str())];
    assert_eq!(browser.post("/", &fields).await.status, 200);
    let mut thief = Browser::new(&house);
    thief.site = None;
    assert_eq!(
        thief.post("/", &fields).await.status,
        403,
        "a token is of one browser"
    );
}

// RULES S8
#[tokio::test]
async fn the_database_holds_neither_tokens_nor_what_strangers_typed_to_sign_in() {
    let (house, mut browser, link) = asked().await;
    browser.ask("stranger@elsewhere.example").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    deliver(&house).await;
    let token = link.trim_start_matches("/link/").to_owned();
    let secrets = [
        token,
        browser.jar["__Host-latchkey"].clone(),
        "stranger@elsewhere.example".to_owned(),
    ];
    let folder = house.app.config.data_dir.clone();
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM mail WHERE sealed_body IS NOT NULL")
            .await,
        0
    );
    assert_eq!(link_in(&mails(&house)[0]), link);
}
