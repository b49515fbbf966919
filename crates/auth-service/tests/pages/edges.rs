//! Where a limit begins and ends, to the millisecond, and what is written about it.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::db::Unavailable;
use latchkey_auth::mail::outcome::{Outcome, reply};
use latchkey_auth::mail::queue;
use latchkey_auth::pin::Issue;
use latchkey_auth::testing::{House, START};
use latchkey_auth::{client, help, link};
use latchkey_protocol::{ErrorCode, RequestId, UnixMillis};

use crate::browser::Browser;
use crate::scene::{events, issue, newest_link, request, text};
use crate::write;

/// What became of each ask so far, in order.
async fn outcomes(house: &House) -> String {
    text(
        house,
        "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM ask ORDER BY at, id)",
    )
    .await
}

async fn asks_for_help(house: &House) -> Browser {
    let mut browser = Browser::new(house);
    let fields = [("who", "ada@example.org"), ("what", "")];
    browser.post("/help", &fields).await;
    browser
}

// RULES S1
#[tokio::test]
async fn asks_count_from_two_minutes_after_the_last_that_counted() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for wait in [0, 2 * MINUTE - 1, 1] {
        house.clock.advance(wait);
        browser.ask("ada@example.org").await;
    }
    assert_eq!(outcomes(&house).await, "queued held_back queued");
}

// RULES S1
#[tokio::test]
async fn ten_asks_count_in_a_day_and_the_next_one_a_day_after_the_first() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for _ in 0..11 {
        browser.ask("ada@example.org").await;
        house.clock.advance(2 * MINUTE);
    }
    let ten = ["queued"; 10].join(" ");
    assert_eq!(outcomes(&house).await, format!("{ten} held_back"));
    house.clock.advance(DAY - 22 * MINUTE - 1);
    browser.ask("ada@example.org").await;
    house.clock.advance(1);
    browser.ask("ada@example.org").await;
    assert_eq!(
        outcomes(&house).await,
        format!("{ten} held_back held_back queued")
    );
}

// RULES C2
#[tokio::test]
async fn what_became_of_an_ask_is_written_for_staff() {
    let house = House::furnished().await;
    let (priya, ben) = (house.client("Priya").await, house.client("Ben").await);
    write!(house, |tx| client::set_no_mail(tx, &priya, true)).unwrap();
    write!(house, |tx| client::disable(tx, &ben)).unwrap();
    let mut browser = Browser::new(&house);
    for address in [
        "ada@example.org",
        "lindqvist@example.org",
        "priya@example.org",
        "ben@full.example",
        "nobody@example.org",
    ] {
        browser.ask(address).await;
        house.clock.advance(1);
    }
    assert_eq!(
        outcomes(&house).await,
        "queued shared no_mail disabled unknown"
    );
}

// RULES P1
#[tokio::test]
async fn a_changed_contact_guards_a_pin_for_seven_days() {
    let house = House::furnished().await;
    asks_for_help(&house).await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    house
        .sql("UPDATE client SET contact_changed_at = 1772546400000 - 604800000 + 1")
        .await;
    let guarded = issue(&house, &id, &rosa, "482915", None).await.unwrap();
    assert!(matches!(guarded, Issue::SecondPersonNeeded { .. }));
    house.clock.advance(1);
    let normal = issue(&house, &id, &rosa, "482915", None).await.unwrap();
    assert!(matches!(normal, Issue::Issued { .. }));
}

// RULES S4
#[tokio::test]
async fn a_pin_works_until_the_millisecond_before_ten_minutes() {
    for (after, works) in [(10 * MINUTE - 1, true), (10 * MINUTE, false)] {
        let house = House::furnished().await;
        let mut browser = asks_for_help(&house).await;
        let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
        let issued = issue(&house, &id, &rosa, "482915", None).await.unwrap();
        let Issue::Issued {
            issued_at,
            expires_at,
            ..
        } = issued
        else {
            panic!("not issued");
        };
        assert_eq!(issued_at, START);
        assert_eq!(expires_at, UnixMillis(START.0 + 10 * MINUTE));
        house.clock.advance(after);
        browser.post("/waiting", &[("pin", "482915")]).await;
        assert_eq!(browser.signed_in().await, works, "{after}");
    }
}

// RULES S4
#[tokio::test]
async fn the_fifth_wrong_try_closes_the_pin_once() {
    let house = House::furnished().await;
    let mut browser = asks_for_help(&house).await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    for (tries, state, closed) in [(4, "live", 0), (1, "locked", 1), (2, "locked", 1)] {
        for _ in 0..tries {
            browser.post("/waiting", &[("pin", "000000")]).await;
        }
        assert_eq!(text(&house, "SELECT state FROM pin").await, state);
        assert_eq!(events(&house, "pin_locked").await.len(), closed);
    }
    browser.post("/waiting", &[("pin", "482915")]).await;
    assert!(!browser.signed_in().await);
}

// RULES C9
#[tokio::test]
async fn a_shared_mailbox_stays_proved_for_fifteen_minutes() {
    for (after, asks) in [(15 * MINUTE - 1, true), (15 * MINUTE + 1, false)] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        browser.ask("lindqvist@example.org").await;
        let link = newest_link(&house, "lindqvist@example.org").await;
        browser.open(&link).await;
        assert_eq!(browser.post("/link", &[]).await.location(), "/who");
        house.clock.advance(after);
        let page = browser.get("/who").await;
        assert_eq!(page.status == 200, asks, "{after}");
    }
}

// RULES C9
#[tokio::test]
async fn a_shared_mailbox_is_proved_in_the_browser_that_pressed_and_in_no_other() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("lindqvist@example.org").await;
    let link = newest_link(&house, "lindqvist@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    let page = browser.get("/who").await;
    assert!(page.body.contains("One more step"), "{}", page.body);
    let mut other = Browser::new(&house);
    other.open(&link).await;
    assert_eq!(other.get("/who").await.location(), "/link");
}

// RULES V4
#[tokio::test]
async fn a_name_has_at_most_200_characters_and_at_least_one() {
    for (name, status) in [
        (String::new(), 422),
        ("é".repeat(200), 303),
        ("é".repeat(201), 422),
    ] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        browser.ask("lindqvist@example.org").await;
        let link = newest_link(&house, "lindqvist@example.org").await;
        browser.open(&link).await;
        browser.post("/link", &[]).await;
        let answer = browser.post("/who", &[("name", &name)]).await;
        assert_eq!(answer.status, status, "{}", name.chars().count());
        let asked = house.count("SELECT COUNT(*) FROM help_request").await;
        assert_eq!(asked, i64::from(status == 303));
    }
}

// RULES V4
#[tokio::test]
async fn a_call_for_help_has_room_for_254_and_1000_characters() {
    for (who, what, status) in [
        (254, 1_000, 303),
        (255, 1_000, 422),
        (254, 1_001, 422),
        (0, 0, 422),
        (1, 0, 303),
    ] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        let (name, text) = ("é".repeat(who), "é".repeat(what));
        let answer = browser
            .post("/help", &[("who", &name), ("what", &text)])
            .await;
        assert_eq!(answer.status, status, "{who} and {what}");
        let asked = house.count("SELECT COUNT(*) FROM help_request").await;
        assert_eq!(asked, i64::from(status == 303));
    }
}

#[tokio::test]
async fn an_address_that_was_asked_with_says_who_it_is_for_a_day() {
    for (after, known) in [(DAY - 1, 1), (DAY, 0)] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        browser.ask("ada@example.org").await;
        house.clock.advance(after);
        browser.post("/help", &[("who", "Ada"), ("what", "")]).await;
        let found = house.count("SELECT COUNT(client_id) FROM help_request");
        assert_eq!(found.await, known, "{after}");
    }
}

// RULES S1
#[tokio::test]
async fn links_that_staff_send_are_two_minutes_apart_and_ten_a_day() {
    let house = House::furnished().await;
    asks_for_help(&house).await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    let send = async || {
        let (id, rosa) = (id.clone(), rosa.clone());
        write!(house, |tx| link::resend(tx, &id, &rosa))
    };
    send().await.unwrap();
    house.clock.advance(2 * MINUTE - 1);
    let refused = send().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldBack);
    assert_eq!(refused.retry_at, Some(UnixMillis(START.0 + 2 * MINUTE)));
    house.clock.advance(1);
    for _ in 0..9 {
        send().await.unwrap();
        house.clock.advance(2 * MINUTE);
    }
    let refused = send().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldBack);
    assert_eq!(refused.retry_at, Some(UnixMillis(START.0 + DAY)));
    house.clock.advance(DAY - 20 * MINUTE);
    send().await.unwrap();
}

// RULES V3
#[tokio::test]
async fn a_mail_is_put_off_until_the_millisecond_before_it_is_a_day_old() {
    for (after, state) in [(DAY - 1, "deferred"), (DAY, "refused")] {
        let house = House::furnished().await;
        Browser::new(&house).ask("ada@example.org").await;
        let claiming = write!(house, |tx| async move {
            Ok::<_, Unavailable>(queue::claim(tx, &[]).await?)
        });
        let claimed = claiming.unwrap().unwrap();
        house.clock.advance(after);
        let later = Outcome::Deferred(reply(451, "later"));
        let settled = write!(house, |tx| async move {
            Ok::<_, Unavailable>(queue::settle(tx, &claimed.id, claimed.attempt, later).await?)
        });
        settled.unwrap();
        assert_eq!(text(&house, "SELECT state FROM mail").await, state);
    }
}

// RULES N2
#[tokio::test]
async fn an_open_waiting_page_is_told_of_every_ten_seconds() {
    let house = House::furnished().await;
    let mut browser = asks_for_help(&house).await;
    let told = async || house.count("SELECT last_waiting_at FROM browser").await - START.0;
    for (wait, known) in [(0, 0), (10 * SECOND - 1, 0), (1, 10 * SECOND)] {
        house.clock.advance(wait);
        browser.get("/waiting").await;
        assert_eq!(told().await, known);
    }
}

// RULES S1
#[tokio::test]
async fn a_link_waits_an_hour_in_the_browser_that_opened_it() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    let answer = browser.get(&link).await;
    let kept = answer.cookies().join("; ");
    assert!(kept.contains("Max-Age=3600"), "{kept}");
}

#[tokio::test]
async fn nothing_is_done_on_a_request_that_is_none() {
    let house = House::furnished().await;
    let (none, rosa) = (RequestId::from("none"), house.staff("Rosa").await);
    let refused = write!(house, |tx| help::mark_seen(tx, &none, &rosa)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
}
