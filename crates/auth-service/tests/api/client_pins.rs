//! A PIN for who is on the phone: the browser is named by its words, whatever was typed there.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Happening, HelpRequest, IssuedPin, PinState, Tier, TierReason};
use reqwest::Response;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desktop::{Desktop, key, refused};

/// A browser at `/pin` with this address typed, and its words.
async fn at_pin(house: &House, typed: &str) -> (Browser, [String; 2]) {
    let mut browser = Browser::new(house);
    browser.post("/pin", &[("email", typed)]).await;
    browser.open("/pin").await;
    let words: (String, String) =
        sqlx::query_as("SELECT word1, word2 FROM help_request ORDER BY position DESC LIMIT 1")
            .fetch_one(&house.app.reader)
            .await
            .unwrap();
    (browser, [words.0, words.1])
}

fn says(word: &str) -> Value {
    json!({ "evidence": "called_number_on_file", "match_word": word })
}

async fn pin(house: &House, desk: &Desktop, first_name: &str, word: &str) -> Response {
    let client = house.client(first_name).await;
    desk.about(&client, "pin", key(), says(word)).await
}

async fn issued(answer: Response) -> IssuedPin {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

async fn document(house: &House, pin: &IssuedPin) -> HelpRequest {
    let mut conn = house.app.reader.acquire().await.unwrap();
    let request = pin.request.clone().unwrap();
    latchkey_auth::document::load(&mut conn, &request, house.app.now())
        .await
        .unwrap()
        .unwrap()
}

// RULES P2, S4
#[tokio::test]
async fn either_word_issues_the_pin_to_that_browser_and_to_no_other() {
    for which in [0, 1] {
        let house = House::furnished().await;
        let rosa = Desktop::of(&house, "Rosa").await;
        let (mut browser, words) = at_pin(&house, "ada@example.org").await;
        let (mut other, _) = at_pin(&house, "ada@example.org").await;
        let heard = format!(" {} ", words[which].to_uppercase());
        let pin = issued(pin(&house, &rosa, "Ada", &heard).await).await;
        other.post("/waiting", &[("pin", &pin.digits)]).await;
        assert!(!other.signed_in().await);
        browser.post("/waiting", &[("pin", &pin.digits)]).await;
        assert!(browser.signed_in().await);
        assert_eq!(
            document(&house, &pin).await.pin.unwrap().state,
            PinState::Used
        );
    }
}

// RULES A1, P2
#[tokio::test]
async fn a_browser_with_an_unknown_address_is_picked_and_its_pin_takes_two_people() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut browser, [first, _]) = at_pin(&house, "adda@exmaple.org").await;
    let before = browser.open("/pin").await.body;
    let answer = pin(&house, &rosa, "Ada", &first).await;
    assert_eq!(refused(answer).await, (409, ErrorCode::SecondPersonNeeded));
    // The same person again is no second one.
    house.clock.advance(MINUTE);
    let answer = pin(&house, &rosa, "Ada", &first).await;
    assert_eq!(refused(answer).await, (409, ErrorCode::SecondPersonNeeded));
    // Its browser reads nothing of it.
    assert_eq!(browser.open("/pin").await.body, before);
    let pin = issued(pin(&house, &sam, "Ada", &first).await).await;
    let told = document(&house, &pin).await;
    assert_eq!(told.who.name.as_deref(), Some("Ada Okafor"));
    assert_eq!(told.who.typed, "adda@exmaple.org");
    assert_eq!(
        told.timeline
            .iter()
            .filter(|entry| matches!(&entry.what, Happening::BrowserPicked { by } if by == "Rosa Rivera"))
            .count(),
        1
    );
    let Tier::Guarded { reason, .. } = told.tier else {
        panic!("{:?}", told.tier)
    };
    assert_eq!(reason, TierReason::BrowserPicked);
    browser.post("/waiting", &[("pin", &pin.digits)]).await;
    assert!(browser.signed_in().await);
}

// RULES A1
#[tokio::test]
async fn the_picked_browser_asks_again_and_sees_what_any_other_sees() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut picked, [word, _]) = at_pin(&house, "zoe@nowhere.example").await;
    let (mut plain, _) = at_pin(&house, "zed@nowhere.example").await;
    refused(pin(&house, &rosa, "Ada", &word).await).await;
    let mut wrote = Vec::new();
    for (browser, typed) in [
        (&mut picked, "zoe@nowhere.example"),
        (&mut plain, "zed@nowhere.example"),
    ] {
        let before = house.count("SELECT COUNT(*) FROM event").await;
        let answer = browser.post("/pin", &[("email", typed)]).await;
        let after = house.count("SELECT COUNT(*) FROM event").await;
        wrote.push((answer.status, answer.location().to_owned(), after - before));
    }
    assert_eq!(wrote[0], wrote[1]);
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 2);
    let page = picked.open("/pin").await.body;
    for secret in ["Ada", "Okafor", "Rosa", "555 0111"] {
        assert!(!page.contains(secret), "{secret}");
    }
}

// RULES P2, C9
#[tokio::test]
async fn at_a_shared_address_staff_pick_the_person() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (mut browser, [_, second]) = at_pin(&house, "lindqvist@example.org").await;
    let pin = issued(pin(&house, &rosa, "Mika", &second).await).await;
    let told = document(&house, &pin).await;
    assert_eq!(told.who.name.as_deref(), Some("Mika Lindqvist"));
    assert!(matches!(told.tier, Tier::Normal { .. }), "{:?}", told.tier);
    browser.post("/waiting", &[("pin", &pin.digits)]).await;
    assert!(browser.signed_in().await);
    let page = browser.get("/me").await.body;
    assert!(!page.contains("Jo Lindqvist"));
}

// RULES V2
#[tokio::test]
async fn a_browser_that_is_picked_moves_to_those_who_answer_for_the_client() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut rosas = rosa.feed(None).await;
    let mut sams = sam.feed(None).await;
    let (_, [word, _]) = at_pin(&house, "nobody@nowhere.example").await;
    sams.until(|request| request.who.client.is_none()).await;
    refused(pin(&house, &sam, "Ada", &word).await).await;
    let hers = rosas.until(|request| request.who.client.is_some()).await;
    assert_eq!(hers.who.name.as_deref(), Some("Ada Okafor"));
    // The second person has it in the inbox and issues it there.
    let answer = rosa
        .act(&hers.id, "pin", json!({ "evidence": "with_me" }))
        .await;
    assert_eq!(answer.status(), 200);
}

// RULES V2
#[tokio::test]
async fn without_a_front_desk_the_other_clinicians_lose_what_is_a_colleagues_client() {
    let house = House::furnished().await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE role = 'front-desk'")
        .await;
    house
        .sql("UPDATE staff SET role = 'clinician' WHERE name LIKE 'Dana%'")
        .await;
    let mut danas = Desktop::of(&house, "Dana").await.feed(None).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (_, [word, _]) = at_pin(&house, "nobody@nowhere.example").await;
    let seen = danas.until(|request| request.who.client.is_none()).await;
    refused(pin(&house, &rosa, "Ada", &word).await).await;
    let gone = loop {
        let said = danas.said().await;
        if said.event == "gone" {
            break said.gone();
        }
    };
    assert_eq!(gone.request, seen.id);
}

#[tokio::test]
async fn a_word_that_no_browser_of_this_client_shows_changes_nothing() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let (_, [others, _]) = at_pin(&house, "ben@full.example").await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    for word in [
        others.as_str(),
        "zucchini",
        "acorn zebra",
        "zeb%",
        "' OR 1=1",
    ] {
        let answer = refused(pin(&house, &sam, "Ada", word).await).await;
        let wanted = if word.contains("OR 1") {
            (400, ErrorCode::BadRequest)
        } else {
            (409, ErrorCode::NobodyWaiting)
        };
        assert_eq!(answer, wanted, "{word}");
    }
    for word in ["", " \u{202e}\0 ", "one two three", &"a".repeat(101)] {
        let answer = refused(pin(&house, &sam, "Ada", word).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest), "{word:?}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
    assert_eq!(house.count("SELECT COUNT(*) FROM pin").await, 0);
}

#[tokio::test]
async fn a_word_that_two_browsers_show_takes_both_words() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let (mut browser, _) = at_pin(&house, "ada@example.org").await;
    house
        .sql("UPDATE help_request SET word1 = 'maple', word2 = 'river'")
        .await;
    at_pin(&house, "somebody@nowhere.example").await;
    house
        .sql("UPDATE help_request SET word1 = 'river', word2 = 'tulip' WHERE client_id IS NULL")
        .await;
    let answer = pin(&house, &sam, "Ada", "river").await;
    assert_eq!(refused(answer).await, (409, ErrorCode::SeveralWaiting));
    assert_eq!(house.count("SELECT COUNT(*) FROM pin").await, 0);
    let pin = issued(pin(&house, &sam, "Ada", "River, maple").await).await;
    browser.post("/waiting", &[("pin", &pin.digits)]).await;
    assert!(browser.signed_in().await);
}

#[tokio::test]
async fn a_page_that_was_left_half_an_hour_ago_is_not_the_callers() {
    let house = House::furnished().await;
    let (mut browser, [word, _]) = at_pin(&house, "ada@example.org").await;
    house.clock.advance(31 * MINUTE);
    let sam = Desktop::of(&house, "Sam").await;
    let answer = pin(&house, &sam, "Ada", &word).await;
    assert_eq!(refused(answer).await, (409, ErrorCode::NobodyWaiting));
    browser.open("/pin").await;
    issued(pin(&house, &sam, "Ada", &word).await).await;
}

// RULES S4, P4
#[tokio::test]
async fn the_limits_of_a_request_hold_and_a_repeated_call_is_the_same_act() {
    let house = House::furnished().await;
    let ada = house.client("Ada").await;
    let (_, [word, _]) = at_pin(&house, "ada@example.org").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let once = key();
    let first = issued(rosa.about(&ada, "pin", once, says(&word)).await).await;
    let again = issued(rosa.about(&ada, "pin", once, says(&word)).await).await;
    assert_ne!(first.id, again.id);
    let live = "SELECT COUNT(*) FROM pin WHERE state = 'live'";
    assert_eq!(house.count(live).await, 1);
    let other = rosa.about(&ada, "pin", once, says("zucchini")).await;
    assert_eq!(refused(other).await, (422, ErrorCode::KeyReused));
    let sam = Desktop::of(&house, "Sam").await;
    let answer = pin(&house, &sam, "Ada", &word).await;
    assert_eq!(refused(answer).await, (409, ErrorCode::JustIssued));
    for _ in 0..2 {
        house.clock.advance(2 * MINUTE);
        issued(pin(&house, &sam, "Ada", &word).await).await;
    }
    house.clock.advance(2 * MINUTE);
    let answer = pin(&house, &sam, "Ada", &word).await;
    assert_eq!(refused(answer).await, (429, ErrorCode::TooManyPins));
}

// RULES V2, S5
#[tokio::test]
async fn nobody_issues_a_pin_to_a_client_they_do_not_answer_for() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (_, [word, _]) = at_pin(&house, "priya@example.org").await;
    let answer = pin(&house, &rosa, "Priya", &word).await;
    assert_eq!(refused(answer).await, (404, ErrorCode::NotFound));
    let dana = Desktop::of(&house, "Dana").await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name LIKE 'Dana%'")
        .await;
    let answer = pin(&house, &dana, "Priya", &word).await;
    assert_eq!(refused(answer).await, (401, ErrorCode::NotSignedIn));
    let ada = house.client("Ada").await;
    for body in [
        json!({}),
        json!([]),
        json!({ "evidence": "with_me" }),
        json!({ "match_word": "x" }),
    ] {
        let answer = rosa.about(&ada, "pin", key(), body).await;
        assert_eq!(refused(answer).await, (400, ErrorCode::BadRequest));
    }
}

// RULES S7
#[tokio::test]
async fn who_guesses_words_is_held_back_before_anything_is_hashed() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let (_, [word, _]) = at_pin(&house, "nobody@nowhere.example").await;
    for _ in 0..20 {
        let answer = pin(&house, &rosa, "Ada", "zucchini").await;
        assert_eq!(refused(answer).await, (409, ErrorCode::NobodyWaiting));
    }
    let answer = pin(&house, &rosa, "Ada", &word).await;
    assert_eq!(refused(answer).await, (429, ErrorCode::TooMany));
}
