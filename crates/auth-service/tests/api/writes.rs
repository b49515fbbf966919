//! What staff do, once however often it is sent.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::testing::House;
use latchkey_protocol::{
    ErrorCode, IssuedPin, MailFate, Phrase, PinState, Problem, RequestId, RequestState, SolvedHow,
    Tier, TierReason,
};
use reqwest::Response;
use serde_json::{Value, json};

use crate::desktop::{Desktop, key, refused};
use crate::rights::acts;
use crate::scene::{asks_for_help, stranger_asks};

pub async fn done(answer: Response) {
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!((status.as_u16(), text.as_str()), (200, "{}"));
}

pub async fn digits(answer: Response) -> IssuedPin {
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    let pin: IssuedPin = serde_json::from_str(&text).unwrap();
    assert_eq!(pin.digits.len(), 6);
    assert!(pin.digits.bytes().all(|digit| digit.is_ascii_digit()));
    pin
}

pub fn with_me() -> Value {
    json!({ "evidence": "with_me" })
}

#[tokio::test]
async fn each_act_shows_on_the_feed_of_everybody_who_sees_the_request() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let mut feed = sam.feed(None).await;

    done(rosa.act(&ada, "seen", json!({})).await).await;
    let request = feed.until(|it| it.seen.is_some()).await;
    assert_eq!(request.state, RequestState::Looking);
    assert_eq!(request.seen.unwrap().by, "Rosa Rivera");

    done(
        rosa.act(
            &ada,
            "reply",
            json!({ "phrase": "call_within_ten_minutes" }),
        )
        .await,
    )
    .await;
    let request = feed.until(|it| !it.replies.is_empty()).await;
    assert_eq!(request.state, RequestState::WaitingForClient);
    assert_eq!(request.replies[0].phrase, Phrase::CallWithinTenMinutes);
    assert_eq!(request.replies[0].by, "Rosa Rivera");

    done(rosa.act(&ada, "link", json!({})).await).await;
    let request = feed.until(|it| it.mail.is_some()).await;
    assert_eq!(request.mail.unwrap().fate, MailFate::Queued);

    let pin = digits(rosa.act(&ada, "pin", with_me()).await).await;
    let request = feed.until(|it| it.pin.is_some()).await;
    let shown = request.pin.unwrap();
    assert_eq!((shown.id, shown.state), (pin.id, PinState::Live));
    assert_eq!(shown.expires_at.0, house.app.now().0 + 10 * MINUTE);

    done(rosa.act(&ada, "pin/revoke", json!({})).await).await;
    feed.until(|it| {
        it.pin
            .as_ref()
            .is_some_and(|pin| pin.state == PinState::Revoked)
    })
    .await;

    done(rosa.act(&ada, "solve", json!({})).await).await;
    let request = feed.until(|it| it.solved.is_some()).await;
    assert_eq!(request.state, RequestState::Solved);
    assert_eq!(
        request.solved.unwrap().how,
        SolvedHow::ByStaff {
            by: "Rosa Rivera".to_owned()
        }
    );
    // Over is over.
    let ends = |act: &str| act != "seen" && act != "note" && act != "looking";
    for (act, body) in acts().into_iter().filter(|(act, _)| ends(act)) {
        let answer = refused(rosa.act(&ada, act, body).await).await;
        assert_eq!(answer, (409, ErrorCode::AlreadySolved), "{act}");
    }
}

// RULES V1
#[tokio::test]
async fn the_same_call_twice_is_done_once_and_answered_the_same() {
    for (act, body) in acts().into_iter().filter(|(act, _)| *act != "pin") {
        let house = House::furnished().await;
        let ada = asks_for_help(&house, "Ada").await;
        let rosa = Desktop::of(&house, "Rosa").await;
        let key = key();
        done(rosa.write(&ada, act, key, body.clone()).await).await;
        let events = house.count("SELECT COUNT(*) FROM event").await;
        house.clock.advance(3 * MINUTE);
        // From another desktop of the same person, too: the answer may have been lost there.
        let again = Desktop::of(&house, "Rosa").await;
        done(again.write(&ada, act, key, body).await).await;
        assert_eq!(
            house.count("SELECT COUNT(*) FROM event").await,
            events,
            "{act}"
        );
    }
}

// RULES V1
#[tokio::test]
async fn a_hundred_copies_of_one_call_at_once_are_one_act() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = std::sync::Arc::new(Desktop::of(&house, "Rosa").await);
    let key = key();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (rosa, ada) = (rosa.clone(), ada.clone());
            tokio::spawn(async move {
                let phrase = json!({ "phrase": "call_within_ten_minutes" });
                rosa.write(&ada, "reply", key, phrase).await.status()
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM request_reply").await, 1);
}

// RULES V1
#[tokio::test]
async fn a_key_that_was_used_for_another_call_is_refused() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let key = key();
    let phrase = json!({ "phrase": "call_within_ten_minutes" });
    done(rosa.write(&ada, "reply", key, phrase.clone()).await).await;
    let other = json!({ "phrase": "try_the_new_link" });
    for (request, act, body) in [
        (&ada, "reply", other),
        (&ben, "reply", phrase.clone()),
        (&ada, "solve", json!({})),
        (&ada, "pin", with_me()),
    ] {
        let answer = refused(rosa.write(request, act, key, body).await).await;
        assert_eq!(answer, (422, ErrorCode::KeyReused), "{act}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM request_reply").await, 1);
    // A colleague's key is a colleague's.
    done(sam.write(&ada, "reply", key, phrase).await).await;
}

// RULES S4
#[tokio::test]
async fn the_digits_are_kept_nowhere() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let pin = digits(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM idempotency WHERE answer IS NOT NULL")
            .await,
        0
    );
    let mut found = 0;
    for file in std::fs::read_dir(house.folder.path().join("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        found += usize::from(!bytes.is_empty());
        assert!(
            !bytes
                .windows(6)
                .any(|window| window == pin.digits.as_bytes()),
            "the digits lie in the database"
        );
    }
    assert!(found >= 2, "the database and its log were searched");
}

// RULES P4
#[tokio::test]
async fn a_second_pin_or_link_within_a_minute_names_who_was_first() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    for (act, body) in [("pin", with_me()), ("link", json!({}))] {
        assert_eq!(rosa.act(&ada, act, body.clone()).await.status(), 200);
        house.clock.advance(59 * SECOND);
        let answer = sam.act(&ada, act, body.clone()).await;
        assert_eq!(answer.status(), 409);
        let problem: Problem = answer.json().await.unwrap();
        assert_eq!(problem.code, ErrorCode::JustIssued, "{act}");
        assert_eq!(problem.by.as_deref(), Some("Rosa Rivera"));
        assert_eq!(problem.retry_at.unwrap().0, house.app.now().0 + SECOND);
        house.clock.advance(2 * MINUTE);
        assert_eq!(sam.act(&ada, act, body).await.status(), 200, "{act}");
        house.clock.advance(2 * MINUTE);
    }
}

// RULES P1
#[tokio::test]
async fn a_guarded_pin_needs_a_second_person() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    // A roster that changes the phone number makes it guarded.
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Ada,Okafor,ada@example.org,555 0199,rosa@juniper.example,c1\n",
        )
        .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let mut feed = sam.feed(None).await;
    let request = feed.said().await.request();
    assert!(matches!(
        request.tier,
        Tier::Guarded {
            reason: TierReason::ContactChanged,
            first: None,
            ..
        }
    ));

    let first_key = key();
    let stated = || rosa.write(&ada, "pin", first_key, with_me());
    for _ in 0..2 {
        let answer = stated().await;
        assert_eq!(answer.status(), 409);
        let problem: Problem = answer.json().await.unwrap();
        assert_eq!(problem.code, ErrorCode::SecondPersonNeeded);
        assert_eq!(problem.by.as_deref(), Some("Rosa Rivera"));
    }
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'second_person_asked'")
            .await,
        1
    );
    // The same person under a new key is still the same person.
    let answer = refused(rosa.act(&ada, "pin", with_me()).await).await;
    assert_eq!(answer, (409, ErrorCode::SecondPersonNeeded));
    let shown = feed
        .until(|it| matches!(&it.tier, Tier::Guarded { first: Some(_), .. }))
        .await;
    assert_eq!(shown.pin, None);

    digits(
        sam.act(&ada, "pin", json!({ "evidence": "called_number_on_file" }))
            .await,
    )
    .await;
    feed.until(|it| it.pin.is_some()).await;
}

// RULES P1
#[tokio::test]
async fn a_first_statement_is_too_old_after_ten_minutes() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    house
        .sql("UPDATE client SET contact_changed_at = created_at")
        .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let needed = (409, ErrorCode::SecondPersonNeeded);
    assert_eq!(
        refused(rosa.act(&ada, "pin", with_me()).await).await,
        needed
    );
    house.clock.advance(10 * MINUTE);
    let sam = (sam, Desktop::of(&house, "Sam").await).1;
    assert_eq!(refused(sam.act(&ada, "pin", with_me()).await).await, needed);
}

// RULES P1, P3
#[tokio::test]
async fn a_voice_word_is_no_evidence_while_there_is_none() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let answer = rosa
        .act(&ada, "pin", json!({ "evidence": "voice_word" }))
        .await;
    assert_eq!(refused(answer).await, (403, ErrorCode::NotAllowed));
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let house = House::furnished().await;
    let unmatched = stranger_asks(&house).await;
    let priya = asks_for_help(&house, "Priya").await;
    let ben = asks_for_help(&house, "Ben").await;
    house
        .sql(
            "UPDATE client SET disabled_at = 1 WHERE first_name = 'Priya';
             UPDATE client SET no_mail = 1 WHERE first_name = 'Ben'",
        )
        .await;
    let sam = Desktop::of(&house, "Sam").await;
    let cases: [(&RequestId, &str, ErrorCode); 5] = [
        (&unmatched, "pin", ErrorCode::NoClient),
        (&unmatched, "link", ErrorCode::NoClient),
        (&priya, "pin", ErrorCode::ClientDisabled),
        (&priya, "link", ErrorCode::ClientDisabled),
        (&ben, "link", ErrorCode::NoMail),
    ];
    for (request, act, code) in cases {
        let body = if act == "pin" { with_me() } else { json!({}) };
        let answer = refused(sam.act(request, act, body).await).await;
        assert_eq!(answer, (409, code), "{act}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM pin").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM mail").await, 0);
}

#[tokio::test]
async fn a_refusal_that_changed_nothing_may_be_tried_again_under_its_key() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    digits(rosa.act(&ada, "pin", with_me()).await).await;
    let key = key();
    let answer = refused(sam.write(&ada, "pin", key, with_me()).await).await;
    assert_eq!(answer, (409, ErrorCode::JustIssued));
    house.clock.advance(MINUTE);
    digits(sam.write(&ada, "pin", key, with_me()).await).await;
}

// RULES V5, N2
#[tokio::test]
async fn whoever_reads_a_timeline_is_written_down_and_nothing_moves_for_the_others() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    done(rosa.act(&ada, "seen", json!({})).await).await;
    let moved = house.count("SELECT position FROM help_request").await;
    let read = "SELECT COUNT(*) FROM event WHERE kind = 'timeline_read'";
    done(rosa.act(&ada, "seen", json!({})).await).await;
    assert_eq!(house.count(read).await, 0, "she is still reading");
    for _ in 0..2 {
        done(sam.act(&ada, "seen", json!({})).await).await;
        assert_eq!(house.count(read).await, 1);
    }
    assert_eq!(
        house.count("SELECT position FROM help_request").await,
        moved
    );
    let told = "SELECT COUNT(*) FROM event e JOIN staff s ON s.id = e.actor_id
                JOIN client c ON c.id = e.client_id
                WHERE e.kind = 'timeline_read' AND s.name = 'Sam Park' AND c.first_name = 'Ada'";
    assert_eq!(house.count(told).await, 1);
    done(sam.act(&ada, "solve", json!({})).await).await;
    house.clock.advance(61 * MINUTE);
    let later = Desktop::of(&house, "Rosa").await;
    done(later.act(&ada, "seen", json!({})).await).await;
    assert_eq!(house.count(read).await, 2, "what is solved, too");
}

#[tokio::test]
async fn keys_are_forgotten_after_two_weeks() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    done(rosa.act(&ada, "seen", json!({})).await).await;
    house.clock.advance(15 * DAY);
    let later = Desktop::of(&house, "Rosa").await;
    done(later.act(&ada, "seen", json!({})).await).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM idempotency").await, 1);
}
