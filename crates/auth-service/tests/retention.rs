//! What is past its time is erased, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_auth::clock::{DAY, HOUR};
use latchkey_auth::event;
use latchkey_auth::retention::{Erased, Retention};
use latchkey_auth::testing::House;

/// A client asked for help from the public page, and left a text.
async fn asked() -> House {
    let house = House::furnished().await;
    let answer = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .post(house.url("/help"))
        .header("sec-fetch-site", "same-origin")
        .header("user-agent", "RareBrowser/7.1")
        .form(&[
            ("who", "ada@example.org"),
            ("what", "I am Ada and have a new phone"),
        ])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 1);
    house
}

async fn solved() -> House {
    let house = asked().await;
    house
        .sql("UPDATE help_request SET state = 'solved', solved_at = 1772546400000")
        .await;
    house
}

async fn erase(house: &House) -> Erased {
    Retention::default()
        .look(&house.app)
        .await
        .unwrap()
        .unwrap()
}

async fn whole(house: &House) -> i64 {
    let mut conn = house.app.reader.acquire().await.unwrap();
    event::verify(&mut conn, &house.app.keys).await.unwrap()
}

/// Texts that are left: on the request and beside the log.
async fn texts(house: &House) -> i64 {
    house
        .count(
            "SELECT (SELECT COUNT(*) FROM help_request WHERE typed <> '' OR message IS NOT NULL)
                  + (SELECT COUNT(*) FROM event_personal WHERE name IN ('typed', 'message'))",
        )
        .await
}

// RULES R1
#[tokio::test]
async fn texts_go_90_days_after_a_request_is_solved() {
    let house = solved().await;
    let there = texts(&house).await;
    assert!(there >= 2, "{there}");
    house.clock.advance(90 * DAY);
    erase(&house).await;
    assert_eq!(texts(&house).await, there, "not a day too soon");
    house.clock.advance(1);
    assert!(erase(&house).await.texts > 0);
    assert_eq!(texts(&house).await, 0);
    let told = "SELECT COUNT(*) FROM event WHERE kind = 'erased'";
    assert_eq!(house.count(told).await, 1);
    assert_eq!(erase(&house).await, Erased::default());
    assert_eq!(house.count(told).await, 1, "nothing erased, nothing told");
    whole(&house).await;
}

// RULES R1
#[tokio::test]
async fn an_open_request_keeps_its_text_for_as_long_as_it_is_open() {
    let house = asked().await;
    let there = texts(&house).await;
    house.clock.advance(3_000 * DAY);
    erase(&house).await;
    assert_eq!(texts(&house).await, there);
    whole(&house).await;
}

// RULES R1
#[tokio::test]
async fn a_text_goes_when_the_setting_says() {
    let house = House::with(|config| config.keep_texts_days = 14).await;
    assert_eq!(house.app.config.keep_texts_days, 14);
    house
        .sql(
            "INSERT INTO browser VALUES ('b', x'01', 0, 1772546400000, NULL);
             INSERT INTO help_request (id, state, address_key, typed, message, browser_id, word1,
                                       word2, created_at, position, solved_at)
             VALUES ('r', 'solved', x'00', 'Ada', 'a text', 'b', 'w', 'w', 0, 0, 1772546400000)",
        )
        .await;
    house.clock.advance(14 * DAY + 1);
    assert_eq!(erase(&house).await.texts, 1);
    assert_eq!(texts(&house).await, 0);
}

// RULES R1
#[tokio::test]
async fn what_is_beyond_use_goes_after_30_days_and_what_is_in_use_stays() {
    let house = House::furnished().await;
    house
        .sql(
            "INSERT INTO browser VALUES ('old', x'01', 0, 1772546400000, NULL);
             INSERT INTO browser VALUES ('kept', x'02', 0, 1772546400000, NULL);
             INSERT INTO staff_invite SELECT x'01', id, 0, 1772546400000, NULL FROM staff LIMIT 1;
             INSERT INTO staff_invite SELECT x'02', id, 0, 1775138400002, NULL FROM staff LIMIT 1;
             INSERT INTO idempotency SELECT id, 'k', x'00', 200, NULL, 1772546400000
                                     FROM staff LIMIT 1;
             INSERT INTO ask VALUES ('a', x'00', NULL, 'old', 1772546400000, 'sent');
             INSERT INTO mail (id, kind, link_id, state, key_id, message_id, created_at,
                               changed_at, ended_at)
             VALUES ('m', 'link', 'l', 'accepted', 'k', 'm', 0, 0, 1772546400000),
                    ('waits', 'link', NULL, 'queued', 'k', 'w', 0, 0, NULL);
             INSERT INTO link (id, token_hash, browser_id, state, created_at, expires_at, mail_id)
             VALUES ('l', x'00', 'old', 'used', 0, 1772546400000, 'm');
             INSERT INTO client_session SELECT x'01', id, 'old', 'link', 0, 'l', 0,
                                        1772546400000, NULL FROM client LIMIT 1;
             INSERT INTO client_session SELECT x'02', id, 'kept', 'link', 1, NULL, 0,
                                        1775138400002, NULL FROM client LIMIT 1",
        )
        .await;
    house.clock.advance(30 * DAY);
    assert_eq!(erase(&house).await, Erased::default(), "not a day too soon");
    house.clock.advance(1);
    // Invite, answer, ask, session, link, mail, browser.
    assert_eq!(erase(&house).await.spent, 7);
    for (left, count) in [
        ("SELECT COUNT(*) FROM browser WHERE id = 'kept'", 1),
        ("SELECT COUNT(*) FROM browser", 1),
        ("SELECT COUNT(*) FROM staff_invite", 1),
        ("SELECT COUNT(*) FROM client_session", 1),
        ("SELECT COUNT(*) FROM mail", 1),
        ("SELECT COUNT(*) FROM link", 0),
        ("SELECT COUNT(*) FROM ask", 0),
    ] {
        assert_eq!(house.count(left).await, count, "{left}");
    }
    whole(&house).await;
}

// RULES R1, V5
#[tokio::test]
async fn events_go_after_six_years_and_the_rest_is_still_whole() {
    let house = House::furnished().await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    assert_eq!(whole(&house).await, before);
    house.clock.advance(2_192 * DAY);
    assert_eq!(erase(&house).await.events, 0, "not a day too soon");
    house.clock.advance(1);
    let gone = i64::try_from(erase(&house).await.events).unwrap();
    assert_eq!(gone, before - 1, "the newest stays");
    // That one, and the event that tells of it.
    assert_eq!(whole(&house).await, 2);
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, 2);
    house.sql("UPDATE event_start SET mac = zeroblob(32)").await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let found = event::verify(&mut conn, &house.app.keys).await;
    assert!(matches!(found, Err(event::Broken::Start)), "{found:?}");
}

// RULES R1
#[tokio::test]
async fn requests_go_with_their_events_after_six_years() {
    let house = solved().await;
    house
        .sql(
            "INSERT INTO request_reply SELECT 'p', r.id, s.id, 1, 'x', NULL
                                       FROM help_request r, staff s LIMIT 1;
             INSERT INTO pin SELECT 'p', c.id, r.id, r.browser_id, NULL, 'k', 'used', s.id, 'e', 1,
                                    1, 1, NULL
                             FROM help_request r, client c, staff s LIMIT 1;
             INSERT INTO help_request (id, state, address_key, typed, browser_id, word1, word2,
                                       created_at, position)
             SELECT 'open', 'new', x'00', 'Ada', browser_id, 'w', 'w', 0, position
             FROM help_request",
        )
        .await;
    house.clock.advance(2_192 * DAY);
    erase(&house).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 2);
    house.clock.advance(1);
    erase(&house).await;
    for (left, count) in [
        ("SELECT COUNT(*) FROM help_request WHERE id = 'open'", 1),
        ("SELECT COUNT(*) FROM help_request", 1),
        ("SELECT COUNT(*) FROM pin", 0),
        ("SELECT COUNT(*) FROM request_reply", 0),
    ] {
        assert_eq!(house.count(left).await, count, "{left}");
    }
    whole(&house).await;
}

// RULES R1
#[tokio::test]
async fn it_is_done_at_the_start_and_then_daily() {
    let house = solved().await;
    house.clock.advance(90 * DAY - HOUR);
    let mut retention = Retention::default();
    assert!(retention.look(&house.app).await.unwrap().is_some());
    house.clock.advance(23 * HOUR);
    assert_eq!(retention.look(&house.app).await.unwrap(), None);
    assert!(texts(&house).await > 0);
    house.clock.advance(HOUR);
    assert!(retention.look(&house.app).await.unwrap().unwrap().texts > 0);
    assert_eq!(texts(&house).await, 0);
}

// RULES R1
#[tokio::test]
async fn no_network_address_and_no_user_agent_is_stored_at_all() {
    let house = asked().await;
    let path = house.app.config.database_path().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(path.with_extension("sqlite-wal")).unwrap());
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("have a new phone"), "the search finds what is there");
    assert!(!holds("RareBrowser") && !holds("127.0.0.1"));
}
