//! Notes of staff: once, for staff alone, and erased in time.

use latchkey_auth::clock::DAY;
use latchkey_auth::retention::Retention;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Happening, HelpRequest, RequestId, RequestState};
use serde_json::{Value, json};

use crate::desktop::{Desktop, key, refused};
use crate::scene::asks_for_help;

fn note(text: &str) -> Value {
    json!({ "text": text })
}

fn notes(request: &HelpRequest) -> Vec<(String, Option<String>)> {
    request
        .timeline
        .iter()
        .filter_map(|entry| match &entry.what {
            Happening::NoteAdded { by, text } => Some((by.clone(), text.clone())),
            _ => None,
        })
        .collect()
}

async fn count(house: &House) -> i64 {
    house
        .count("SELECT COUNT(*) FROM event WHERE kind = 'note_added'")
        .await
}

async fn solve(rosa: &Desktop, request: &RequestId) {
    assert_eq!(rosa.act(request, "solve", json!({})).await.status(), 200);
}

// RULES D9
#[tokio::test]
async fn a_note_is_read_by_everybody_who_sees_the_request_and_moves_nothing_else() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = Desktop::of(&house, "Sam").await.feed(None).await;
    let answer = rosa
        .act(&ada, "note", note("  Call the sister\r\nfirst \u{202e}"))
        .await;
    assert_eq!(answer.status(), 200);
    let request = feed.until(|it| !notes(it).is_empty()).await;
    let written = (
        "Rosa Rivera".to_owned(),
        Some("Call the sister\nfirst".to_owned()),
    );
    assert_eq!(notes(&request), [written]);
    // Nobody has opened it for that, and the client is told nothing.
    assert_eq!(request.state, RequestState::New);
    assert!(request.seen.is_none() && request.replies.is_empty());
}

// RULES D9, V1
#[tokio::test]
async fn a_note_that_is_repeated_after_its_answer_was_forgotten_is_still_one() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let (key, text) = (key(), note("Rings at noon"));
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(
        rosa.write(&ada, "note", key, text.clone()).await.status(),
        200
    );
    house.clock.advance(40 * DAY);
    Retention::default().look(&house.app).await.unwrap();
    assert_eq!(house.count("SELECT COUNT(*) FROM idempotency").await, 0);
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(
        rosa.write(&ada, "note", key, text.clone()).await.status(),
        200
    );
    assert_eq!(count(&house).await, 1);
    // A key belongs to the person: a colleague's is another note.
    let sam = Desktop::of(&house, "Sam").await;
    assert_eq!(sam.write(&ada, "note", key, text).await.status(), 200);
    assert_eq!(count(&house).await, 2);
}

// RULES D9
#[tokio::test]
async fn a_solved_request_takes_the_note_that_was_written_without_a_network() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    solve(&rosa, &ada).await;
    assert_eq!(
        rosa.act(&ada, "note", note("Was asleep")).await.status(),
        200
    );
    let mut feed = rosa.feed(None).await;
    let request = feed.until(|it| it.solved.is_some()).await;
    assert_eq!(notes(&request).len(), 1);
}

// RULES V4
#[tokio::test]
async fn notes_are_bounded_in_length_and_number() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let long = refused(rosa.act(&ada, "note", note(&"é".repeat(2_001))).await).await;
    assert_eq!(long, (422, ErrorCode::TooLong));
    assert_eq!(count(&house).await, 0);
    let longest = note(&"é".repeat(2_000));
    assert_eq!(rosa.act(&ada, "note", longest).await.status(), 200);
    let repeated = key();
    assert_eq!(
        rosa.write(&ada, "note", repeated, note("the second"))
            .await
            .status(),
        200
    );
    for number in 3..=30 {
        let answer = rosa
            .act(&ada, "note", note(&format!("the {number}.")))
            .await;
        assert_eq!(answer.status(), 200);
    }
    let one_more = refused(rosa.act(&ada, "note", note("one more")).await).await;
    assert_eq!(one_more, (422, ErrorCode::TooManyNotes));
    assert_eq!(count(&house).await, 30);
    // What is there already is no new one.
    assert_eq!(
        rosa.write(&ada, "note", repeated, note("the second"))
            .await
            .status(),
        200
    );
}

// RULES R1
#[tokio::test]
async fn the_text_of_a_note_goes_90_days_after_its_request_is_solved() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(
        rosa.act(&ada, "note", note("Rings at noon")).await.status(),
        200
    );
    let texts = "SELECT COUNT(*) FROM event_personal WHERE name = 'note'";
    house.clock.advance(200 * DAY);
    Retention::default().look(&house.app).await.unwrap();
    assert_eq!(house.count(texts).await, 1, "the request is open");
    solve(&Desktop::of(&house, "Rosa").await, &ada).await;
    house.clock.advance(90 * DAY + 1);
    Retention::default().look(&house.app).await.unwrap();
    assert_eq!(house.count(texts).await, 0);
    let mut conn = house.app.reader.acquire().await.unwrap();
    latchkey_auth::event::verify(&mut conn, &house.app.keys)
        .await
        .unwrap();
    let entries = latchkey_auth::timeline::entries(&mut conn, &ada)
        .await
        .unwrap();
    assert!(entries.iter().any(|entry| entry.what
        == Happening::NoteAdded {
            by: "Rosa Rivera".to_owned(),
            text: None
        }));
}
