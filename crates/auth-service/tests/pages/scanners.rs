//! Mail scanners: they open everything, and the client still gets in.

use latchkey_auth::clock::{HOUR, MINUTE, SECOND};
use latchkey_auth::document;
use latchkey_auth::testing::House;
use latchkey_protocol::{Cause, Diagnosis};

use crate::browser::{Answer, Browser};
use crate::scene::{events, newest_link, request};

const CURL: &str = "User-Agent: curl/8.5.0\r\nAccept: */*\r\n";
/// Outlook's, as it looks from outside: a browser's name without a browser's manners.
const GATEWAY: &str = "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
                       (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36\r\nAccept: */*\r\n";
const PHONE: &str = "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) \
                     AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1\r\n\
                     Accept: text/html,*/*;q=0.8\r\nAccept-Language: es-MX\r\n";

fn scanner(house: &House, about: &'static str) -> Browser {
    let mut scanner = Browser::new(house);
    scanner.about = about;
    scanner.site = None;
    scanner
}

async fn asked() -> (House, Browser, String) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    (house, browser, link)
}

async fn diagnosis(house: &House) -> Diagnosis {
    let id = request(house).await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let found = document::load(&mut conn, &id, house.app.now()).await;
    found.unwrap().unwrap().diagnosis
}

// RULES S2
#[tokio::test]
async fn the_client_signs_in_a_hundred_times_of_a_hundred_after_scanners_that_follow_everything() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for _ in 0..100 {
        // Ten links a day.
        house.clock.advance(3 * HOUR);
        browser.ask("ada@example.org").await;
        let link = newest_link(&house, "ada@example.org").await;
        for about in [CURL, GATEWAY, ""] {
            for method in ["HEAD", "GET", "OPTIONS"] {
                let mut scanner = scanner(&house, about);
                scanner.send(method, &link, "", b"").await;
                scanner.send(method, "/link", "", b"").await;
                // Its form, sent the way scanners may: as an address to fetch.
                scanner.send(method, "/link?keep=yes", "", b"").await;
            }
        }
        browser.open(&link).await;
        assert_eq!(browser.post("/link", &[]).await.location(), "/me");
        assert!(browser.signed_in().await);
        browser.post("/me/sign-out", &[]).await;
    }
    assert_eq!(events(&house, "signed_in").await.len(), 100);
}

#[tokio::test]
async fn staff_see_that_a_scanner_opened_the_link_and_that_it_is_still_valid() {
    for (about, method) in [(CURL, "GET"), (GATEWAY, "GET"), (PHONE, "HEAD")] {
        let (house, mut browser, link) = asked().await;
        house.clock.advance(3 * SECOND);
        scanner(&house, about).send(method, &link, "", b"").await;
        house.clock.advance(6 * MINUTE);
        browser.post("/help", &[("who", "ada@example.org")]).await;
        let opened = events(&house, "link_opened").await;
        assert_eq!(opened.len(), 1, "{method} {about}");
        assert_eq!(opened[0]["opener"], "scanner");
        assert_eq!(diagnosis(&house).await.cause, Cause::ScannerOpened);
    }
}

#[tokio::test]
async fn what_a_scanner_does_is_told_once_and_hides_no_person() {
    let (house, mut browser, link) = asked().await;
    for _ in 0..5 {
        scanner(&house, CURL).open(&link).await;
    }
    let mut phone = scanner(&house, PHONE);
    phone.open(&link).await;
    scanner(&house, GATEWAY).open(&link).await;
    browser.open(&link).await;
    phone.open(&link).await;
    let opened = events(&house, "link_opened").await;
    let told: Vec<_> = opened
        .iter()
        .map(|event| (event["opener"].clone(), event["same_browser"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("scanner".into(), false.into()),
            ("person".into(), false.into()),
            ("person".into(), true.into()),
        ]
    );
}

// RULES A1, S3
#[tokio::test]
async fn a_scanner_learns_nothing_from_a_link_that_nobody_sent() {
    let (house, _, link) = asked().await;
    let mut curl = scanner(&house, CURL);
    let real = curl.get(&link).await;
    let mut other = scanner(&house, CURL);
    let made_up = other.get(&format!("/link/{}A", "Ab".repeat(21))).await;
    // Where a browser without cookies is led differs each time, and never in its form.
    let form = |answer: &Answer| {
        let (path, by) = answer.location().split_once("?by=").unwrap();
        (answer.status, path.to_owned(), by.len())
    };
    assert_eq!(form(&real), form(&made_up));
    let pages = [real, made_up].map(|answer| answer.location().to_owned());
    let mut bodies = Vec::new();
    for page in pages {
        let mut bare = scanner(&house, CURL);
        let body = bare.get(&page).await.body;
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(events(&house, "link_opened").await.len(), 1);
}

// RULES S2
#[tokio::test]
async fn who_cannot_be_noted_goes_on_all_the_same() {
    let (house, mut browser, link) = asked().await;
    house
        .sql("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END")
        .await;
    // Taken for a scanner: nobody knows this browser's name.
    let answer = scanner(&house, "").get(&link).await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with("/link?by="));
    house.sql("DROP TRIGGER full").await;
    browser.open(&link).await;
    assert_eq!(browser.post("/link", &[]).await.location(), "/me");
}
