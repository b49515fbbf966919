//! Asking for help and waiting.

use std::time::Duration;

use latchkey_auth::clock::{MINUTE, SECOND};
use latchkey_auth::help;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Phrase, UnixMillis};

use crate::browser::Browser;
use crate::scene::{events, newest_link, request, text};
use crate::write;

async fn waiting(house: &House, who: &str) -> Browser {
    let mut browser = Browser::new(house);
    let answer = browser
        .post(
            "/help",
            &[
                ("who", who),
                ("what", "Nothing comes. My form is due today."),
            ],
        )
        .await;
    assert_eq!((answer.status, answer.location()), (303, "/waiting"));
    browser
}

// RULES N1
#[tokio::test]
async fn help_and_waiting_always_show_phone_hours_and_what_to_do_in_an_emergency() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    for path in ["/help", "/waiting", "/pin"] {
        let page = browser.get(path).await;
        for words in [
            "555 0100",
            "Monday to Friday, 9 to 5",
            "In an emergency call 911",
            "call or text 988",
        ] {
            assert!(page.body.contains(words), "{words} on {path}");
        }
    }
    let help = browser.get("/help").await;
    assert!(help.body.contains("not about your health"));
}

#[tokio::test]
async fn what_the_client_wrote_and_who_it_is_reach_the_practice() {
    let house = House::furnished().await;
    waiting(&house, "  ADA@example.org ").await;
    assert_eq!(
        text(&house, "SELECT c.first_name || '|' || r.typed || '|' || r.message || '|' || r.state FROM help_request r JOIN client c ON c.id = r.client_id").await,
        "Ada|ADA@example.org|Nothing comes. My form is due today.|new"
    );
}

#[tokio::test]
async fn who_types_a_name_is_matched_by_the_address_just_asked_with_and_never_by_the_name() {
    let house = House::furnished().await;
    waiting(&house, "Priya Nair").await;
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM help_request WHERE client_id IS NULL")
            .await,
        1
    );
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    browser
        .post("/help", &[("who", "Ada O."), ("what", "")])
        .await;
    assert_eq!(
        text(
            &house,
            "SELECT c.first_name FROM help_request r JOIN client c ON c.id = r.client_id"
        )
        .await,
        "Ada"
    );
}

// RULES A1
#[tokio::test]
async fn the_waiting_page_is_the_same_for_a_known_an_unknown_and_a_disabled_client() {
    let house = House::furnished().await;
    let ben = house.client("Ben").await;
    write!(house, |tx| latchkey_auth::client::disable(tx, &ben)).unwrap();
    let sam = house.staff("Sam").await;
    let mut pages = Vec::new();
    for address in ["ada@example.org", "who@example.org", "ben@full.example"] {
        let mut browser = waiting(&house, address).await;
        let id = request(&house).await;
        let by = sam.clone();
        write!(house, |tx| help::mark_seen(tx, &id, &by)).unwrap();
        let mut page = browser.get("/waiting").await;
        let guess = browser.post("/waiting", &[("pin", "123456")]).await;
        for one in [
            text(
                &house,
                "SELECT word1 FROM help_request ORDER BY position DESC LIMIT 1",
            )
            .await,
            text(
                &house,
                "SELECT word2 FROM help_request ORDER BY position DESC LIMIT 1",
            )
            .await,
            page.field("form"),
        ] {
            page.body = page.body.replace(&one, "…");
        }
        let version = page
            .body
            .split("data-version=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        pages.push((page.status, page.body.replace(&version, "…"), guess.status));
    }
    assert!(pages[0].1.contains("Seen by the practice at 9:00 AM"));
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

// RULES A4
#[tokio::test]
async fn repeats_are_bundled_and_another_address_is_another_request_of_the_same_browser() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    browser
        .post(
            "/help",
            &[("who", "ada@example.org"), ("what", "Still nothing.")],
        )
        .await;
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 1);
    assert_eq!(
        text(&house, "SELECT message FROM help_request").await,
        "Still nothing."
    );
    assert_eq!(events(&house, "help_asked").await.len(), 2);
    browser
        .post("/help", &[("who", "priya@example.org"), ("what", "")])
        .await;
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 2);
    assert_eq!(
        house
            .count("SELECT COUNT(DISTINCT word1 || word2) FROM help_request")
            .await,
        1,
        "the words name the browser"
    );
    waiting(&house, "ada@example.org").await;
    assert_eq!(
        house
            .count("SELECT COUNT(DISTINCT word1) FROM help_request")
            .await,
        2
    );
}

// RULES N2
#[tokio::test]
async fn seen_is_set_by_a_person_and_after_ten_minutes_without_one_the_page_says_so() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    let page = browser.get("/waiting").await;
    assert!(page.body.contains("Nobody has seen it yet"));
    let call = "You can also call the practice at 555 0100";
    house.clock.advance(10 * MINUTE - 1);
    assert!(!browser.get("/waiting").await.body.contains(call));
    house.clock.advance(1);
    let page = browser.get("/waiting").await;
    assert!(page.body.contains(call), "{}", page.body);

    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    write!(house, |tx| help::mark_seen(tx, &id, &rosa)).unwrap();
    let page = browser.get("/waiting").await;
    assert!(
        page.body.contains("Seen by the practice at 9:10 AM"),
        "{}",
        page.body
    );
    assert_eq!(
        text(&house, "SELECT state FROM help_request").await,
        "looking"
    );
    house.clock.advance(MINUTE);
    let (id, sam) = (request(&house).await, house.staff("Sam").await);
    write!(house, |tx| help::mark_seen(tx, &id, &sam)).unwrap();
    assert_eq!(
        events(&house, "help_seen").await.len(),
        1,
        "the first look counts"
    );
}

// RULES A1, P5
#[tokio::test]
async fn the_waiting_page_hears_of_news_at_once_and_not_from_whom() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    let page = browser.get("/waiting").await;
    let version = page
        .body
        .split("data-version=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut listener = browser.clone();
    let listening = tokio::spawn(async move {
        let path = format!("/waiting/news?v={version}");
        tokio::time::timeout(Duration::from_secs(10), listener.get(&path))
            .await
            .unwrap()
    });
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    let phrase = Phrase::AfterMySession {
        at: UnixMillis(house.app.now().0 + 50 * MINUTE),
    };
    write!(house, |tx| help::reply(tx, &id, &rosa, &phrase)).unwrap();
    let news = listening.await.unwrap();
    assert_eq!(news.status, 200);
    assert!(
        news.body
            .contains("I’ll call after my session, at about 9:50 AM."),
        "{}",
        news.body
    );
    assert!(news.body.contains("From the practice, 9:00 AM"));
    for page in [news.body.clone(), browser.get("/waiting").await.body] {
        assert!(!page.contains("Rosa"), "whose client it is: {page}");
    }
    assert!(news.header("latchkey-version").is_some());
    assert_eq!(
        text(&house, "SELECT state FROM help_request").await,
        "waiting_for_client"
    );
}

// RULES A1, P5
#[tokio::test]
async fn a_note_of_staff_changes_nothing_on_the_waiting_page() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    let before = browser.get("/waiting").await.body;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    let text = "Her sister answers the phone";
    write!(house, |tx| help::add_note(tx, &id, &rosa, "n1", text)).unwrap();
    assert_eq!(browser.get("/waiting").await.body, before);
}

// RULES P5
#[tokio::test]
async fn staff_send_only_fixed_phrases() {
    let house = House::furnished().await;
    waiting(&house, "ada@example.org").await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    let refused = write!(house, |tx| help::reply(tx, &id, &rosa, &Phrase::Unknown)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadRequest);
    assert_eq!(house.count("SELECT COUNT(*) FROM request_reply").await, 0);
}

#[tokio::test]
async fn a_closed_request_says_so_and_takes_no_more_acts() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    let (same, by) = (id.clone(), rosa.clone());
    write!(house, |tx| help::solve(tx, &id, &rosa)).unwrap();
    let page = browser.get("/waiting").await;
    assert!(page.body.contains("The practice closed your message"));
    let again = write!(house, |tx| help::solve(tx, &same, &by)).unwrap_err();
    assert_eq!(again.code, ErrorCode::AlreadySolved);
    browser
        .post("/help", &[("who", "ada@example.org"), ("what", "Again.")])
        .await;
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM help_request WHERE state = 'new'")
            .await,
        1
    );
}

#[tokio::test]
async fn signing_in_by_link_solves_the_open_request() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    house.clock.advance(SECOND);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    assert_eq!(
        text(
            &house,
            "SELECT state || '|' || solved_how || '|' || solved_by FROM help_request"
        )
        .await,
        "solved|signed_in|link"
    );
    let page = browser.get("/waiting").await;
    assert!(page.body.contains("You are signed in"), "{}", page.body);
}

/// The waiting page of a stranger who asks for help in this name, after somebody has
/// signed in as Ada elsewhere, and after the stranger has asked again.
async fn while_ada_signs_in(house: &House, who: &str) -> Vec<String> {
    let mut stranger = waiting(house, who).await;
    let words = text(
        house,
        "SELECT word1 || '</span> <span>' || word2 FROM help_request ORDER BY position DESC LIMIT 1",
    )
    .await;
    house.clock.advance(MINUTE);
    let mut ada = Browser::new(house);
    ada.ask("ada@example.org").await;
    let link = newest_link(house, "ada@example.org").await;
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    assert!(ada.signed_in().await);
    let mut pages = vec![stranger.get("/waiting").await.body];
    house.clock.advance(2 * 60 * MINUTE);
    pages.push(stranger.get("/waiting").await.body);
    stranger.post("/help", &[("who", who), ("what", "")]).await;
    pages.push(stranger.get("/waiting").await.body);
    let version = |page: &str| {
        let (_, rest) = page.split_once("data-version=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    assert_eq!(version(&pages[1]), version(&pages[2]));
    let form = stranger.get("/waiting").await.field("form");
    pages
        .iter()
        .map(|page| {
            assert!(page.contains(&words), "other words: {page}");
            let page = page.replace(&version(page), "…");
            page.replace(&words, "…").replace(&form, "…")
        })
        .collect()
}

// RULES A1
#[tokio::test]
async fn a_sign_in_elsewhere_does_not_tell_a_stranger_that_the_address_is_a_clients() {
    let known = while_ada_signs_in(&House::furnished().await, "ada@example.org").await;
    let unknown = while_ada_signs_in(&House::furnished().await, "who@example.org").await;
    assert!(known[0].contains("Nobody has seen it yet"), "{}", known[0]);
    assert_eq!(known, unknown);
}

// RULES A5
#[tokio::test]
async fn what_a_stranger_typed_is_text_and_nothing_more() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let fields = [
        ("who", "<img src=x onerror=alert(1)>\u{202e}"),
        ("what", "a\u{0}b\r\n<script>"),
    ];
    browser.post("/help", &fields).await;
    assert_eq!(
        text(&house, "SELECT typed || '|' || message FROM help_request").await,
        "<img src=x onerror=alert(1)>|ab\n<script>"
    );
    let page = browser
        .post("/help/start", &[("email", "\"><script>alert(1)</script>")])
        .await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}

#[tokio::test]
async fn the_time_the_page_was_open_last_is_known() {
    let house = House::furnished().await;
    let mut browser = waiting(&house, "ada@example.org").await;
    house.clock.advance(MINUTE);
    browser.get("/waiting").await;
    assert_eq!(
        house.count("SELECT last_waiting_at FROM browser").await,
        house.app.now().0
    );
}
