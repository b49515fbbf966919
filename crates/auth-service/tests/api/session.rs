//! "In a session": who is rung instead, and for how long.

use latchkey_auth::clock::{HOUR, MINUTE, SECOND};
use latchkey_auth::help::copy::Copies;
use latchkey_auth::team;
use latchkey_auth::testing::House;
use latchkey_protocol::{Colleagues, ErrorCode, IDEMPOTENCY_KEY, RequestId, StaffId};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::assign::document;
use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, stranger_asks};
use crate::writes::done;

pub async fn own(desk: &Desktop, path: &str, key: Uuid, body: Value) -> Response {
    desk.call(Method::POST, &format!("/api/v1/me/{path}"))
        .header(IDEMPOTENCY_KEY, key.to_string())
        .json(&body)
        .send()
        .await
        .unwrap()
}

/// In a session for so long; over, where it is nothing.
async fn session(house: &House, desk: &Desktop, millis: Option<i64>) {
    let until = millis.map(|millis| house.app.now().0 + millis);
    done(own(desk, "session", key(), json!({ "until": until })).await).await;
}

/// The first names of whom the request rings for.
pub async fn rung(house: &House, request: &RequestId) -> Vec<String> {
    let rings = document(house, request).await.rings.unwrap();
    let mut names = Vec::new();
    for StaffId(id) in rings {
        let name: String = sqlx::query_scalar("SELECT name FROM staff WHERE id = $1")
            .bind(id)
            .fetch_one(&house.app.reader)
            .await
            .unwrap();
        names.push(name.split(' ').next().unwrap().to_owned());
    }
    names.sort();
    names
}

async fn assignee(house: &House, request: &RequestId) -> Option<String> {
    let holder = document(house, request).await.assigned;
    holder.map(|holder| holder.name)
}

#[tokio::test]
async fn clinicians_and_the_front_desk_are_rung_and_admins_where_there_is_nobody_else() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let priya = asks_for_help(&house, "Priya").await;
    let unmatched = stranger_asks(&house).await;
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    assert_eq!(rung(&house, &priya).await, ["Dana", "Sam"]);
    assert_eq!(rung(&house, &unmatched).await, ["Sam"]);
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE role = 'front-desk'")
        .await;
    assert_eq!(rung(&house, &ada).await, ["Rosa"]);
    assert_eq!(rung(&house, &unmatched).await, ["Dana", "Rosa"]);
    // Once somebody has opened it, it rings for nobody.
    let rosa = Desktop::of(&house, "Rosa").await;
    done(rosa.act(&ada, "seen", json!({})).await).await;
    assert_eq!(document(&house, &ada).await.rings, None);
}

// RULES N2
#[tokio::test]
async fn who_is_in_a_session_is_not_rung_and_the_front_desk_is_in_charge() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let mut feed = sam.feed(None).await;
    session(&house, &rosa, Some(50 * MINUTE)).await;
    // What waits goes out again, with whom to ring now.
    let told = |id: &RequestId| {
        let id = id.clone();
        move |it: &latchkey_protocol::HelpRequest| {
            it.id == id && it.rings.as_ref().is_some_and(|rings| rings.len() == 1)
        }
    };
    feed.until(told(&ada)).await;
    feed.until(told(&ben)).await;
    assert_eq!(rung(&house, &ada).await, ["Sam"]);
    let there: Colleagues = sam.get("/api/v1/staff").await.json().await.unwrap();
    let rosas = there
        .colleagues
        .iter()
        .find(|it| it.name.starts_with("Rosa"));
    let until = rosas.unwrap().in_session_until.unwrap();
    assert_eq!(until.0, house.app.now().0 + 50 * MINUTE);
    // Whoever is in charge has it by opening it; and so has the clinician who opens it all the same.
    done(sam.act(&ada, "seen", json!({})).await).await;
    assert_eq!(assignee(&house, &ada).await.as_deref(), Some("Sam Park"));
    done(rosa.act(&ben, "seen", json!({})).await).await;
    assert_eq!(assignee(&house, &ben).await.as_deref(), Some("Rosa Rivera"));
    // Ended by hand.
    let jo = asks_for_help(&house, "Jo").await;
    assert_eq!(rung(&house, &jo).await, ["Sam"]);
    session(&house, &rosa, None).await;
    assert_eq!(rung(&house, &jo).await, ["Rosa", "Sam"]);
}

// RULES V2
#[tokio::test]
async fn whom_to_ring_goes_out_again_when_somebody_leaves_the_practice() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let mut feed = Desktop::of(&house, "Rosa").await.feed(None).await;
    assert_eq!(feed.said().await.request().rings.unwrap().len(), 2);
    let sam = house.staff("Sam").await;
    let gone = house
        .app
        .writer
        .run(move |tx| Box::pin(async move { latchkey_auth::staff::disable(tx, &sam).await }));
    gone.await.unwrap();
    let told = feed.until(|it| it.id == ada).await;
    assert_eq!(told.rings, Some(vec![house.staff("Rosa").await]));
}

#[tokio::test]
async fn a_session_ends_by_itself_also_while_the_service_was_away() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    session(&house, &rosa, Some(50 * MINUTE)).await;
    house.clock.advance(50 * MINUTE - 1);
    assert_eq!(team::look(&house.app).await, Ok(0));
    assert_eq!(rung(&house, &ada).await, ["Sam"]);
    drop(rosa);
    let house = house.close().await.open().await;
    house.clock.advance(1);
    assert_eq!(team::look(&house.app).await, Ok(1));
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    assert_eq!(team::look(&house.app).await, Ok(0));
    let log = "SELECT COUNT(*) FROM event WHERE kind = 'staff_in_session'";
    assert_eq!(house.count(log).await, 2);
}

#[tokio::test]
async fn where_everybody_is_in_a_session_nobody_is_rung() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    for name in ["Rosa", "Sam"] {
        let desk = Desktop::of(&house, name).await;
        session(&house, &desk, Some(HOUR)).await;
    }
    assert_eq!(rung(&house, &ada).await, ["Dana"]);
    let dana = Desktop::of(&house, "Dana").await;
    session(&house, &dana, Some(HOUR)).await;
    assert!(rung(&house, &ada).await.is_empty());
}

#[tokio::test]
async fn nobody_is_written_to_while_a_desktop_is_connected_that_rings() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    let mut copies = Copies::default();
    let sam = Desktop::of(&house, "Sam").await;
    let mut feed = sam.feed(None).await;
    feed.said().await;
    // An admin's desktop does not ring for it, and so does not count.
    let mut danas = Desktop::of(&house, "Dana").await.feed(None).await;
    danas.said().await;
    for _ in 0..3 {
        assert_eq!(copies.look(&house.app).await, Ok(0));
        house.clock.advance(MINUTE);
    }
    drop(feed);
    let rings = house.staff("Sam").await;
    while house.app.feed.is_connected(&rings) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(copies.look(&house.app).await, Ok(0));
    house.clock.advance(2 * MINUTE);
    assert_eq!(copies.look(&house.app).await, Ok(1));
}

// RULES V1, V4
#[tokio::test]
async fn a_session_is_bounded_and_the_same_call_is_the_same_act() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let now = house.app.now().0;
    for body in [
        json!({ "until": now }),
        json!({ "until": now - 1 }),
        json!({ "until": now + 3 * HOUR + 1 }),
        json!({ "until": i64::MAX }),
        json!({ "until": "soon" }),
        json!({}),
        json!({ "until": null, "who": "s1" }),
    ] {
        let answer = refused(own(&rosa, "session", key(), body.clone()).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest), "{body}");
    }
    let first = key();
    let body = json!({ "until": now + 3 * HOUR });
    done(own(&rosa, "session", first, body.clone()).await).await;
    session(&house, &rosa, None).await;
    // A copy that comes late begins none anew.
    house.clock.advance(SECOND);
    done(own(&rosa, "session", first, body).await).await;
    let sessions = "SELECT COUNT(*) FROM staff WHERE session_until IS NOT NULL";
    assert_eq!(house.count(sessions).await, 0);
    let other = json!({ "until": now + HOUR });
    let answer = refused(own(&rosa, "session", first, other).await).await;
    assert_eq!(answer, (422, ErrorCode::KeyReused));
    house.clock.advance(10 * MINUTE);
    let late = own(&rosa, "session", key(), json!({ "until": null })).await;
    assert_eq!(refused(late).await, (401, ErrorCode::NotSignedIn));
}
