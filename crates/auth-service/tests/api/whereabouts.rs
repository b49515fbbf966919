//! Which page the client is on, as whoever has them on the phone is told.

use latchkey_auth::pages::whereabouts::look;
use latchkey_auth::testing::House;
use latchkey_protocol::{ClientPage, HelpRequest, RequestId};
use serde_json::json;

use crate::browser::Browser;
use crate::desktop::Desktop;

const MOVED: &str = "SELECT COUNT(*) FROM event WHERE kind = 'page_moved'";

/// A browser that has asked for help under this address, and its request.
async fn asks(house: &House, who: &str) -> (Browser, RequestId) {
    let mut browser = Browser::new(house);
    browser.open("/help").await;
    browser.post("/help", &[("who", who), ("what", "")]).await;
    browser.open("/waiting").await;
    let id = sqlx::query_scalar("SELECT id FROM help_request ORDER BY position DESC LIMIT 1")
        .fetch_one(&house.app.reader)
        .await
        .unwrap();
    (browser, RequestId(id))
}

async fn looked(house: &House) -> usize {
    look(&house.app).await.unwrap()
}

async fn opens(desk: &Desktop, request: &RequestId) {
    assert_eq!(desk.act(request, "seen", json!({})).await.status(), 200);
}

async fn document(house: &House, request: &RequestId) -> HelpRequest {
    let mut conn = house.app.reader.acquire().await.unwrap();
    latchkey_auth::document::load(&mut conn, request, house.app.now())
        .await
        .unwrap()
        .unwrap()
}

async fn page(house: &House, request: &RequestId) -> Option<ClientPage> {
    document(house, request)
        .await
        .browser
        .page
        .map(|seen| seen.page)
}

#[tokio::test]
async fn the_desktop_follows_page_by_page_once_a_person_has_opened_the_request() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut browser, request) = asks(&house, "ada@example.org").await;
    assert_eq!(looked(&house).await, 0, "nobody looks yet");
    opens(&rosa, &request).await;
    assert_eq!(looked(&house).await, 1);
    assert_eq!(looked(&house).await, 0, "once is enough");
    let mut feed = rosa.feed(None).await;
    let on = |wanted| {
        move |request: &HelpRequest| request.browser.page.is_some_and(|seen| seen.page == wanted)
    };
    feed.until(on(ClientPage::Waiting)).await;
    browser.open("/").await;
    looked(&house).await;
    feed.until(on(ClientPage::SignIn)).await;
    browser.ask("ada@example.org").await;
    looked(&house).await;
    feed.until(on(ClientPage::LinkSent)).await;
    browser
        .post("/help/start", &[("email", "ada@example.org")])
        .await;
    looked(&house).await;
    feed.until(on(ClientPage::Help)).await;
    browser.open("/pin").await;
    looked(&house).await;
    feed.until(on(ClientPage::Pin)).await;
    let told = document(&house, &request).await;
    assert!(
        told.timeline
            .iter()
            .all(|entry| entry.what != latchkey_protocol::Happening::Unknown),
        "it is no part of the story"
    );
    browser.get("/exit").await;
    looked(&house).await;
    feed.until(on(ClientPage::Left)).await;
}

#[tokio::test]
async fn who_clicks_to_and_fro_moves_the_document_once_a_look() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut browser, request) = asks(&house, "ada@example.org").await;
    opens(&rosa, &request).await;
    for _ in 0..20 {
        browser.open("/").await;
        browser.open("/help").await;
    }
    assert_eq!(looked(&house).await, 1);
    assert_eq!(page(&house, &request).await, Some(ClientPage::Help));
    // To and back again between two looks is no move.
    browser.open("/").await;
    browser.open("/help").await;
    assert_eq!(looked(&house).await, 0);
    assert_eq!(house.count(MOVED).await, 1);
}

// RULES A1
#[tokio::test]
async fn every_browser_is_noted_alike_and_no_page_writes_anything_for_it() {
    let house = House::furnished().await;
    house
        .sql("UPDATE client SET disabled_at = 1 WHERE first_name = 'Ben'")
        .await;
    let sam = Desktop::of(&house, "Sam").await;
    let mut told = Vec::new();
    for who in [
        "ada@example.org",
        "nobody@nowhere.example",
        "ben@full.example",
    ] {
        let (mut browser, request) = asks(&house, who).await;
        opens(&sam, &request).await;
        looked(&house).await;
        let before = house.count("SELECT MAX(position) FROM event").await;
        let answers = [
            browser.open("/").await.status,
            browser.open("/help").await.status,
            browser.open("/nowhere").await.status,
        ];
        let wrote = house.count("SELECT MAX(position) FROM event").await - before;
        told.push((
            answers,
            wrote,
            looked(&house).await,
            page(&house, &request).await,
        ));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    assert_eq!(told[0].1, 0);
    assert_eq!(told[0].3, Some(ClientPage::Help));
}

#[tokio::test]
async fn a_browser_without_our_cookie_and_one_of_a_solved_request_are_not_followed() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut browser, request) = asks(&house, "ada@example.org").await;
    opens(&rosa, &request).await;
    looked(&house).await;
    Browser::new(&house).open("/help").await;
    assert_eq!(looked(&house).await, 0);
    rosa.act(&request, "solve", json!({})).await;
    browser.open("/help").await;
    assert_eq!(looked(&house).await, 0);
    assert_eq!(house.count(MOVED).await, 1);
}
