//! PINs: issued, typed, refused.

use std::net::Ipv4Addr;

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::pin::{self, Issue};
use latchkey_auth::testing::House;
use latchkey_auth::{client, help};
use latchkey_protocol::{ErrorCode, RequestId};
use uuid::Uuid;

use crate::browser::Browser;
use crate::scene::{deliver, events, issue, mails, request, text};
use crate::write;

/// A house, Ada's browser on the waiting page, and her request.
async fn waiting() -> (House, Browser, RequestId) {
    let house = House::furnished().await;
    let (browser, id) = cry(&house, "ada@example.org").await;
    (house, browser, id)
}

async fn cry(house: &House, who: &str) -> (Browser, RequestId) {
    let mut browser = Browser::new(house);
    browser.post("/help", &[("who", who), ("what", "")]).await;
    (browser, request(house).await)
}

fn is_issued(issue: &Result<Issue, latchkey_auth::refusal::Refusal>) -> bool {
    matches!(issue, Ok(Issue::Issued { .. }))
}

#[tokio::test]
async fn a_pin_with_spaces_and_dashes_signs_in_and_the_request_is_solved() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    assert!(is_issued(&issue(&house, &id, &rosa, "482915", None).await));
    let answer = browser.post("/waiting", &[("pin", " 482 - 915 ")]).await;
    assert_eq!((answer.status, answer.location()), (303, "/me"));
    assert!(browser.get("/me").await.body.contains("Hello, Ada."));
    assert_eq!(
        text(&house, "SELECT state || '|' || solved_by FROM help_request").await,
        "solved|pin"
    );
    assert_eq!(text(&house, "SELECT state FROM pin").await, "used");
    assert_eq!(
        house.count("SELECT COUNT(*) FROM pin_failure").await,
        0,
        "a right try is no failure"
    );
}

// RULES S4
#[tokio::test]
async fn a_used_pin_is_refused() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    let mut twin = browser.clone();
    browser.post("/waiting", &[("pin", "482915")]).await;
    let again = twin.post("/waiting", &[("pin", "482915")]).await;
    assert_eq!(again.status, 422);
    assert_eq!(house.count("SELECT COUNT(*) FROM client_session").await, 1);
}

// RULES S4
#[tokio::test]
async fn an_expired_pin_is_refused_and_staff_see_it_run_out() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    house.clock.advance(10 * MINUTE);
    assert_eq!(
        browser.post("/waiting", &[("pin", "482915")]).await.status,
        422
    );
    assert_eq!(pin::expire::expire_due(&house.app).await, Ok(1));
    assert_eq!(pin::expire::expire_due(&house.app).await, Ok(0));
    assert_eq!(events(&house, "pin_expired").await.len(), 1);
    assert_eq!(
        text(
            &house,
            "SELECT p.state || '|' || r.state FROM pin p JOIN help_request r ON r.id = p.request_id"
        )
        .await,
        "expired|looking"
    );
}

// RULES S4
#[tokio::test]
async fn a_revoked_pin_is_refused() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    write!(house, |tx| pin::revoke(tx, &id, &rosa)).unwrap();
    assert_eq!(
        browser.post("/waiting", &[("pin", "482915")]).await.status,
        422
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM pin WHERE sealed_hash IS NOT NULL")
            .await,
        0
    );
}

// RULES S4
#[tokio::test]
async fn a_pin_in_another_browser_is_refused_alike_does_not_count_and_staff_are_told_once() {
    let (house, mut first, id) = waiting().await;
    let (mut second, _) = cry(&house, "ada@example.org").await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    for _ in 0..7 {
        assert_eq!(
            second.post("/waiting", &[("pin", "482915")]).await.status,
            422
        );
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM pin_failure").await, 0);
    assert_eq!(events(&house, "pin_in_other_browser").await.len(), 1);
    assert_eq!(
        first
            .post("/waiting", &[("pin", "482915")])
            .await
            .location(),
        "/me"
    );
}

// RULES S4
#[tokio::test]
async fn five_wrong_tries_lock_the_pin_and_close_the_method_for_a_day() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    let mut pages = Vec::new();
    for _ in 0..7 {
        let page = browser.post("/waiting", &[("pin", "111111")]).await;
        pages.push((page.status, page.body.contains("five tries a day")));
        house.clock.advance(SECOND);
    }
    assert!(pages.iter().all(|page| *page == (422, true)), "{pages:?}");
    assert_eq!(
        browser.post("/waiting", &[("pin", "482915")]).await.status,
        422,
        "even the right one"
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM pin_failure").await, 5);
    let left: Vec<_> = events(&house, "pin_wrong")
        .await
        .iter()
        .map(|e| e["tries_left"].clone())
        .collect();
    assert_eq!(left, [4, 3, 2, 1, 0]);
    assert_eq!(text(&house, "SELECT state FROM pin").await, "locked");
    house.clock.advance(2 * MINUTE);
    let refused = issue(&house, &id, &rosa, "222222", None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TriesUsedUp);
    assert!(refused.retry_at.is_some());
    house.clock.advance(DAY);
    assert!(is_issued(&issue(&house, &id, &rosa, "333333", None).await));
}

// RULES S4
#[tokio::test]
async fn a_thousand_guesses_at_once_count_exactly_five() {
    let (house, first, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..1_000_u32 {
        // From twenty addresses: one origin alone would be held back as a flood.
        let from = Ipv4Addr::new(127, 0, 0, u8::try_from(number % 20 + 1).unwrap());
        let mut browser = Browser::from(&house, from);
        browser.jar.clone_from(&first.jar);
        let guess = format!("{number:06}");
        tasks.spawn(async move { browser.post("/waiting", &[("pin", &guess)]).await.status });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.unwrap(), 422);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM pin_failure").await, 5);
    assert_eq!(events(&house, "pin_wrong").await.len(), 5);
    assert_eq!(text(&house, "SELECT state FROM pin").await, "locked");
    assert_eq!(house.count("SELECT COUNT(*) FROM client_session").await, 0);
}

// RULES P4
#[tokio::test]
async fn a_second_pin_within_a_minute_is_refused_with_who_issued_the_first() {
    let (house, _browser, id) = waiting().await;
    let (rosa, sam) = (house.staff("Rosa").await, house.staff("Sam").await);
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    house.clock.advance(59 * SECOND);
    let refused = issue(&house, &id, &sam, "111111", None).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.by.as_deref()),
        (ErrorCode::JustIssued, Some("Rosa Rivera"))
    );
    house.clock.advance(SECOND);
    assert!(is_issued(&issue(&house, &id, &sam, "111111", None).await));
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM pin WHERE state = 'live'")
            .await,
        1
    );
}

// RULES S4
#[tokio::test]
async fn a_repeated_call_voids_the_unread_pin_and_counts_as_the_same() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    let key = Some(Uuid::from_u128(7));
    issue(&house, &id, &rosa, "482915", key).await.unwrap();
    assert!(is_issued(&issue(&house, &id, &rosa, "111111", key).await));
    assert_eq!(
        browser.post("/waiting", &[("pin", "482915")]).await.status,
        422
    );
    for digits in ["222222", "333333"] {
        house.clock.advance(2 * MINUTE);
        assert!(is_issued(&issue(&house, &id, &rosa, digits, None).await));
    }
    house.clock.advance(2 * MINUTE);
    let refused = issue(&house, &id, &rosa, "444444", None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooManyPins);
    assert_eq!(
        browser
            .post("/waiting", &[("pin", "333333")])
            .await
            .location(),
        "/me"
    );
}

// RULES P1
#[tokio::test]
async fn changed_contact_details_ask_for_a_second_person() {
    let (house, mut browser, id) = waiting().await;
    house.sql("UPDATE client SET contact_changed_at = 1772546400000 - 86400000 WHERE first_name = 'Ada'").await;
    let (rosa, sam) = (house.staff("Rosa").await, house.staff("Sam").await);
    for _ in 0..2 {
        let first = issue(&house, &id, &rosa, "111111", None).await.unwrap();
        assert!(
            matches!(first, Issue::SecondPersonNeeded { ref first } if first.by == "Rosa Rivera")
        );
    }
    house.clock.advance(10 * MINUTE);
    assert!(
        !is_issued(&issue(&house, &id, &sam, "222222", None).await),
        "the first statement is too old"
    );
    house.clock.advance(9 * MINUTE);
    assert!(is_issued(&issue(&house, &id, &rosa, "333333", None).await));
    assert_eq!(
        browser
            .post("/waiting", &[("pin", "333333")])
            .await
            .location(),
        "/me"
    );
}

#[tokio::test]
async fn a_request_without_a_client_and_a_disabled_client_get_no_pin() {
    let house = House::furnished().await;
    let rosa = house.staff("Rosa").await;
    let (_, id) = cry(&house, "who@example.org").await;
    assert_eq!(
        issue(&house, &id, &rosa, "482915", None)
            .await
            .unwrap_err()
            .code,
        ErrorCode::NoClient
    );
    let ada = house.client("Ada").await;
    write!(house, |tx| client::disable(tx, &ada)).unwrap();
    house.clock.advance(SECOND);
    let (_, id) = cry(&house, "ada@example.org").await;
    assert_eq!(
        issue(&house, &id, &rosa, "482915", None)
            .await
            .unwrap_err()
            .code,
        ErrorCode::ClientDisabled
    );
    let (same, by) = (id.clone(), rosa.clone());
    write!(house, |tx| help::solve(tx, &same, &by)).unwrap();
    assert_eq!(
        issue(&house, &id, &rosa, "482915", None)
            .await
            .unwrap_err()
            .code,
        ErrorCode::AlreadySolved
    );
}

// RULES P2, A1
#[tokio::test]
async fn the_pin_page_shows_words_and_the_field_for_any_address() {
    let house = House::furnished().await;
    let mut seen = Vec::new();
    for address in ["ada@example.org", "who@example.org"] {
        let mut browser = Browser::new(&house);
        let answer = browser.post("/pin", &[("email", address)]).await;
        let page = browser.get("/pin").await;
        assert!(page.body.contains("autocomplete=\"one-time-code\""));
        assert!(page.body.contains("inputmode=\"numeric\""));
        assert!(
            page.body.contains(
                &text(
                    &house,
                    "SELECT word1 FROM help_request ORDER BY position DESC LIMIT 1"
                )
                .await
            )
        );
        let wrong = browser
            .post("/waiting", &[("pin", "123456"), ("from", "pin")])
            .await;
        seen.push((
            answer.status,
            answer.location().to_owned(),
            page.status,
            wrong.status,
        ));
        house.clock.advance(SECOND);
    }
    assert_eq!(seen[0], seen[1]);
}

// RULES S4
#[tokio::test]
async fn the_page_says_that_nobody_calls_to_ask_for_the_pin() {
    let (_house, mut browser, _) = waiting().await;
    assert!(
        browser
            .get("/waiting")
            .await
            .body
            .contains("We never call to ask you for this PIN.")
    );
}

// RULES S4, C2
#[tokio::test]
async fn afterwards_the_client_is_told_that_a_pin_was_used_unless_no_mail_goes_there() {
    for no_mail in [false, true] {
        let (house, mut browser, id) = waiting().await;
        if no_mail {
            let ada = house.client("Ada").await;
            write!(house, |tx| client::set_no_mail(tx, &ada, true)).unwrap();
        }
        let rosa = house.staff("Rosa").await;
        issue(&house, &id, &rosa, "482915", None).await.unwrap();
        browser.post("/waiting", &[("pin", "482915")]).await;
        deliver(&house).await;
        let mails = mails(&house);
        assert_eq!(mails.len(), usize::from(!no_mail));
        for mail in mails {
            assert!(mail.contains("Subject: Signed in at 9:00 AM"), "{mail}");
            assert!(!mail.contains("482915"));
        }
    }
}

#[tokio::test]
async fn what_is_no_pin_is_no_try() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    for typed in ["", "48291", "4829155", "maple otter", "48291a"] {
        let page = browser.post("/waiting", &[("pin", typed)]).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains("A PIN has six digits"));
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM pin_failure").await, 0);
}

// RULES S4
#[tokio::test]
async fn a_pin_ends_with_the_clients_access_and_staff_see_it() {
    let (house, mut browser, id) = waiting().await;
    let rosa = house.staff("Rosa").await;
    issue(&house, &id, &rosa, "482915", None).await.unwrap();
    let ada = house.client("Ada").await;
    write!(house, |tx| client::disable(tx, &ada)).unwrap();
    let page = browser.post("/waiting", &[("pin", "482915")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(events(&house, "pin_revoked").await.len(), 1);
    let state = text(&house, "SELECT state FROM help_request").await;
    assert_eq!(state, "looking");
}
