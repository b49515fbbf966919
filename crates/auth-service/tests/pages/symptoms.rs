//! What the client's own browser and device get wrong: told to staff, and no trouble for
//! anybody.

use latchkey_auth::clock::{HOUR, MINUTE};
use latchkey_auth::testing::House;
use latchkey_protocol::{Action, Cause, Happening};

use crate::browser::{Answer, Browser};
use crate::scene::{deliver, events, newest_link, shown};

/// A browser that forgets every cookie.
async fn page(browser: &mut Browser, path: &str) -> Answer {
    browser.jar.clear();
    let answer = browser.get(path).await;
    browser.jar.clear();
    answer
}

/// Fills in a form of such a browser.
async fn send(browser: &mut Browser, from: &str, fields: &[(&str, &str)]) -> Answer {
    let form = page(browser, from).await.field("form");
    let mut fields = fields.to_vec();
    fields.push(("form", &form));
    let answer = browser.post(from, &fields).await;
    browser.jar.clear();
    answer
}

#[tokio::test]
async fn a_link_in_a_browser_without_cookies_leads_to_what_to_do_and_stays_valid() {
    let house = House::furnished().await;
    let mut computer = Browser::new(&house);
    computer.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    let mut phone = Browser::new(&house);
    for _ in 0..3 {
        let led = page(&mut phone, &link).await;
        assert_eq!(led.status, 303);
        let told = page(&mut phone, led.location()).await;
        assert_eq!(told.status, 200);
        assert!(
            told.body.contains("Your browser keeps no cookies"),
            "{}",
            told.body
        );
    }
    assert_eq!(events(&house, "cookies_blocked").await.len(), 1);
    house.clock.advance(6 * MINUTE);
    computer
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let found = shown(&house).await.diagnosis;
    assert_eq!(
        (found.cause, found.action),
        (Cause::CookiesBlocked, Action::Call)
    );
    computer.open(&link).await;
    assert_eq!(computer.post("/link", &[]).await.location(), "/me");
}

#[tokio::test]
async fn a_browser_with_cookies_sees_no_more_than_before() {
    let house = House::furnished().await;
    let mut computer = Browser::new(&house);
    computer.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    let mut phone = Browser::new(&house);
    let shown = phone.open(&link).await;
    assert!(
        shown.body.contains("One press, and you are in"),
        "{}",
        shown.body
    );
    assert_eq!(phone.post("/link", &[]).await.location(), "/me");
    assert_eq!(events(&house, "cookies_blocked").await.len(), 0);
}

// RULES A1, S3
#[tokio::test]
async fn without_cookies_a_link_that_nobody_sent_leads_to_the_same_page() {
    let house = House::furnished().await;
    Browser::new(&house).ask("ada@example.org").await;
    let real = newest_link(&house, "ada@example.org").await;
    let mut seen = Vec::new();
    for link in [real, format!("/link/{}", "Ab".repeat(21) + "A")] {
        let mut bare = Browser::new(&house);
        let led = page(&mut bare, &link).await;
        let told = page(&mut bare, led.location()).await;
        seen.push((led.location().len(), told.status, told.body));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_address_that_was_kept_of_an_old_arrival_says_nothing_of_cookies() {
    let house = House::furnished().await;
    Browser::new(&house).ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    let mut bare = Browser::new(&house);
    let led = page(&mut bare, &link).await;
    house.clock.advance(MINUTE + 1);
    for path in [led.location(), "/link?by=", "/link?by=AAAA", "/link?by=%00"] {
        assert_eq!(page(&mut bare, path).await.status, 410, "{path}");
    }
    assert_eq!(events(&house, "cookies_blocked").await.len(), 0);
}

// RULES A1
#[tokio::test]
async fn forms_without_a_cookie_are_taken_alike_for_every_address() {
    let mut told = Vec::new();
    for who in ["ada@example.org", "nobody@example.org"] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        let looked = send(&mut browser, "/", &[("email", who)]).await;
        assert_eq!(looked.status, 200);
        let sent = send(&mut browser, "/help", &[("who", who), ("what", "")]).await;
        assert_eq!(sent.location(), "/waiting?sent");
        let waits = page(&mut browser, "/waiting?sent").await;
        assert!(
            waits.body.contains("we have your message"),
            "{}",
            waits.body
        );
        assert_eq!(events(&house, "cookies_blocked").await.len(), 2);
        let all = house.count("SELECT COUNT(*) FROM event").await;
        told.push((all, looked.body.replace(who, "x").len(), waits.body));
        if who.starts_with("ada") {
            assert_eq!(shown(&house).await.diagnosis.cause, Cause::CookiesBlocked);
        }
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn an_old_form_in_a_browser_that_keeps_cookies_leads_to_the_waiting_page() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let form = browser.get("/help").await.field("form");
    browser.jar.clear();
    let fields = [("who", "ada@example.org"), ("what", ""), ("form", &*form)];
    let sent = browser.post("/help", &fields).await;
    let waits = browser.get(sent.location()).await;
    assert!(
        waits.body.contains("We have your message"),
        "{}",
        waits.body
    );
    assert!(waits.body.contains("name=\"pin\""));
}

#[tokio::test]
async fn a_pin_in_a_browser_without_cookies_leads_to_what_to_do() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let fields = [("pin", "123456"), ("form", "x")];
    let answer = browser.post("/waiting", &fields).await;
    assert_eq!(answer.location(), "/waiting?sent");
    let sent = send(&mut browser, "/pin", &[("email", "ada@example.org")]).await;
    assert_eq!(sent.location(), "/waiting?sent");
    assert_eq!(page(&mut browser, "/waiting").await.status, 200);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_in_round_figures_and_explains_an_overlooked_mail() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let late = (house.app.now().0 - 3 * HOUR - 7 * MINUTE).to_string();
    browser
        .post("/", &[("email", "ada@example.org"), ("clock", &late)])
        .await;
    deliver(&house).await;
    house.clock.advance(6 * MINUTE);
    let late = (house.app.now().0 - 3 * HOUR).to_string();
    let help = [("who", "ada@example.org"), ("what", ""), ("clock", &*late)];
    browser.post("/help", &help).await;
    let written = events(&house, "clock_off").await;
    assert_eq!(written.len(), 2);
    assert!(written.iter().all(|event| event["minutes"] == -180));
    let told = shown(&house).await;
    assert_eq!(told.diagnosis.cause, Cause::ClockWrong);
    assert_eq!(told.diagnosis.facts.minutes, Some(-180));
    assert!(told.diagnosis.facts.subject.is_some());
    let off = Happening::ClockOff { minutes: -180 };
    assert!(told.timeline.iter().any(|entry| entry.what == off));
}

// RULES A1, V4
#[tokio::test]
async fn whatever_stands_in_the_clocks_field_the_form_is_taken_as_ever() {
    let house = House::furnished().await;
    let now = house.app.now().0;
    let right = (now + 9 * MINUTE).to_string();
    for clock in [
        "",
        &right,
        "yesterday",
        "-1e9",
        "9223372036854775808",
        "-9223372036854775808",
        "0x10",
        "<script>",
    ] {
        let mut browser = Browser::new(&house);
        let fields = [("email", "ada@example.org"), ("clock", clock)];
        assert_eq!(browser.post("/", &fields).await.status, 200, "{clock}");
    }
    assert_eq!(events(&house, "clock_off").await.len(), 0);
    let wrong = (now + 26 * HOUR).to_string();
    for who in ["ada@example.org", "nobody@example.org"] {
        let mut browser = Browser::new(&house);
        browser
            .post("/", &[("email", who), ("clock", &wrong)])
            .await;
    }
    let written = events(&house, "clock_off").await;
    assert_eq!(written.len(), 2, "for an address that nobody has, too");
    assert_eq!(written[0], written[1]);
}
