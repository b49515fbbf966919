//! Clients who asked for links and are not in: the service raises the request itself.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::document;
use latchkey_auth::help::{self, stuck};
use latchkey_auth::testing::House;
use latchkey_protocol::{Cause, HelpRequest, RaisedBy, RequestState, SolvedHow};

use crate::browser::Browser;
use crate::scene::{events, newest_link, request};
use crate::write;

const REQUESTS: &str = "SELECT COUNT(*) FROM help_request";

async fn asked(who: &str) -> (House, Browser) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask(who).await;
    (house, browser)
}

async fn looked(house: &House) -> usize {
    stuck::look(&house.app).await.unwrap()
}

async fn newest(house: &House) -> HelpRequest {
    let id = request(house).await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let found = document::load(&mut conn, &id, house.app.now()).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn who_asked_for_a_link_and_is_not_in_after_ten_minutes_seems_stuck_once() {
    let (house, _browser) = asked("ada@example.org").await;
    newest_link(&house, "ada@example.org").await;
    house.clock.advance(10 * MINUTE - SECOND);
    assert_eq!(looked(&house).await, 0);
    house.clock.advance(SECOND);
    assert_eq!(looked(&house).await, 1);
    let raised = newest(&house).await;
    assert_eq!(raised.raised_by, RaisedBy::Service);
    assert_eq!(raised.state, RequestState::New);
    assert_eq!(raised.who.first_name.as_deref(), Some("Ada"));
    assert_eq!(raised.diagnosis.cause, Cause::AcceptedNotOpened);
    assert!(!raised.browser.waiting);
    assert_eq!(events(&house, "help_raised").await[0]["asks"], 1);
    for _ in 0..5 {
        house.clock.advance(10 * MINUTE);
        assert_eq!(looked(&house).await, 0);
    }
    assert_eq!(house.count(REQUESTS).await, 1);
}

#[tokio::test]
async fn who_asks_three_times_seems_stuck_at_once() {
    let (house, mut browser) = asked("ada@example.org").await;
    browser.ask("ada@example.org").await;
    assert_eq!(looked(&house).await, 0);
    Browser::new(&house).ask("ADA@example.org").await;
    assert_eq!(looked(&house).await, 1);
    assert_eq!(events(&house, "help_raised").await[0]["asks"], 3);
}

#[tokio::test]
async fn it_is_closed_by_itself_when_the_client_gets_in() {
    let (house, mut browser) = asked("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    house.clock.advance(11 * MINUTE);
    looked(&house).await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    assert!(matches!(
        newest(&house).await.solved.unwrap().how,
        SolvedHow::SignedIn { .. }
    ));
    house.clock.advance(DAY);
    assert_eq!(looked(&house).await, 0, "what was asked before is over");
}

#[tokio::test]
async fn a_client_who_got_in_in_time_is_not_stuck_and_nobody_else_is_anybody() {
    let (house, mut browser) = asked("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    let mut stranger = Browser::new(&house);
    for _ in 0..4 {
        stranger.ask("nobody@example.org").await;
    }
    house.clock.advance(11 * MINUTE);
    assert_eq!(looked(&house).await, 0);
}

// RULES A1
#[tokio::test]
async fn no_browser_is_told_and_asking_for_help_there_is_a_request_of_its_own() {
    let (house, mut browser) = asked("ada@example.org").await;
    let mut stranger = Browser::new(&house);
    stranger.ask("nobody@example.org").await;
    house.clock.advance(11 * MINUTE);
    looked(&house).await;
    let strip = |page: String| {
        page.replace("ada@example.org", "x")
            .replace("nobody@example.org", "x")
    };
    let [ours, theirs] = [
        browser.get("/waiting").await.body,
        stranger.get("/waiting").await.body,
    ];
    assert_eq!(strip(ours), strip(theirs));
    for (browser, who) in [
        (&mut browser, "ada@example.org"),
        (&mut stranger, "nobody@example.org"),
    ] {
        let cry = [("who", who), ("what", "")];
        assert_eq!(browser.post("/help", &cry).await.location(), "/waiting");
        let page = browser.get("/waiting").await.body;
        assert!(page.contains("9:11 AM"), "{page}");
    }
    // Nobody had looked at the one that the service raised.
    assert_eq!(looked(&house).await, 1);
    let closed = events(&house, "help_solved").await;
    assert_eq!(closed[0]["how"], "asked_for_help");
    assert_eq!(house.count(REQUESTS).await, 3);
    assert_eq!(looked(&house).await, 0);
}

#[tokio::test]
async fn one_that_somebody_looks_at_stays_beside_the_clients_own() {
    let (house, mut browser) = asked("ada@example.org").await;
    house.clock.advance(11 * MINUTE);
    looked(&house).await;
    let (id, staff) = (request(&house).await, house.staff("Rosa").await);
    write!(house, |tx| help::mark_seen(tx, &id, &staff)).unwrap();
    browser
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    assert_eq!(looked(&house).await, 0);
}

#[tokio::test]
async fn once_staff_closed_it_only_new_asks_raise_another() {
    let (house, mut browser) = asked("ada@example.org").await;
    house.clock.advance(11 * MINUTE);
    looked(&house).await;
    let (id, staff) = (request(&house).await, house.staff("Rosa").await);
    write!(house, |tx| help::solve(tx, &id, &staff)).unwrap();
    house.clock.advance(30 * MINUTE);
    assert_eq!(looked(&house).await, 0);
    browser.ask("ada@example.org").await;
    house.clock.advance(10 * MINUTE);
    assert_eq!(looked(&house).await, 1);
}

// RULES C9
#[tokio::test]
async fn a_shared_mailbox_is_stuck_as_a_whole_and_names_nobody() {
    let (house, _browser) = asked("lindqvist@example.org").await;
    house.clock.advance(10 * MINUTE);
    assert_eq!(looked(&house).await, 1);
    let raised = newest(&house).await;
    assert_eq!(raised.who.client, None);
    assert!(raised.who.shared_address);
}
