//! "Sam is looking": told to colleagues who see the request, while it is so, and kept nowhere.

use std::sync::Arc;
use std::time::Duration;

use latchkey_auth::clock::SECOND;
use latchkey_auth::feed::Feed;
use latchkey_auth::testing::House;
use latchkey_protocol::{ErrorCode, Looking, RequestId};
use serde_json::json;

use crate::assign::add_lee;
use crate::desktop::{Desktop, refused};
use crate::scene::asks_for_help;
use crate::stream::Stream;
use crate::writes::done;

/// A house whose streams look every other moment what has run out.
async fn house() -> House {
    House::furnished_with(|app| {
        app.feed = Arc::new(Feed::with_keep_alive(Duration::from_millis(40)));
    })
    .await
}

/// The next thing that is said of who looks.
async fn told(feed: &mut Stream) -> Vec<(RequestId, String)> {
    loop {
        let said = feed.said().await;
        if said.event == "presence" {
            assert_eq!(said.id, None);
            let all: Vec<Looking> = serde_json::from_str(&said.data).unwrap();
            return all.into_iter().map(|it| (it.request, it.name)).collect();
        }
    }
}

/// Nothing is said of who looks for a while.
async fn silent(feed: &mut Stream) {
    let mut breaths = 0;
    while breaths < 6 {
        let block = feed.block().await.unwrap();
        assert!(!block.contains("presence"), "{block}");
        breaths += usize::from(block == ":");
    }
}

async fn look(desk: &Desktop, request: &RequestId) {
    done(desk.act(request, "looking", json!({})).await).await;
}

async fn leave(desk: &Desktop, request: &RequestId) {
    done(desk.act(request, "looking", json!({ "away": true })).await).await;
}

fn sam(request: &RequestId) -> (RequestId, String) {
    (request.clone(), "Sam Park".to_owned())
}

// RULES V2
#[tokio::test]
async fn colleagues_who_see_the_request_are_told_and_nobody_else() {
    let house = house().await;
    add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let priya = asks_for_help(&house, "Priya").await;
    let mut rosa = Desktop::of(&house, "Rosa").await.feed(None).await;
    let mut lee = Desktop::of(&house, "Lee").await.feed(None).await;
    let desk = Desktop::of(&house, "Sam").await;
    let mut own = desk.feed(None).await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    look(&desk, &ada).await;
    assert_eq!(told(&mut rosa).await, [sam(&ada)]);
    // Repeated, it is no news.
    look(&desk, &ada).await;
    silent(&mut rosa).await;
    // A request that is not hers: for her, nobody looks any more.
    look(&desk, &priya).await;
    assert_eq!(told(&mut rosa).await, []);
    silent(&mut lee).await;
    silent(&mut own).await;
    // It is an act of nobody: nothing is written, and nobody has seen the request.
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
    assert_eq!(house.count("SELECT COUNT(*) FROM idempotency").await, 0);
    let seen = "SELECT COUNT(*) FROM help_request WHERE seen_at IS NOT NULL";
    assert_eq!(house.count(seen).await, 0);
}

#[tokio::test]
async fn it_ends_when_it_is_put_away_and_by_itself_after_45_seconds() {
    let house = house().await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    let desk = Desktop::of(&house, "Sam").await;
    look(&desk, &ada).await;
    assert_eq!(told(&mut feed).await, [sam(&ada)]);
    look(&desk, &ben).await;
    assert_eq!(told(&mut feed).await, [sam(&ben)]);
    // Late, out of order, and twice.
    leave(&desk, &ada).await;
    silent(&mut feed).await;
    leave(&desk, &ben).await;
    assert_eq!(told(&mut feed).await, []);
    leave(&desk, &ben).await;
    silent(&mut feed).await;
    look(&desk, &ada).await;
    assert_eq!(told(&mut feed).await, [sam(&ada)]);
    house.clock.advance(44 * SECOND);
    silent(&mut feed).await;
    look(&desk, &ada).await;
    house.clock.advance(44 * SECOND);
    silent(&mut feed).await;
    house.clock.advance(SECOND);
    assert_eq!(told(&mut feed).await, []);
}

#[tokio::test]
async fn a_stream_that_opens_meanwhile_is_told_and_two_desktops_are_one_colleague() {
    let house = house().await;
    let ada = asks_for_help(&house, "Ada").await;
    let here = Desktop::of(&house, "Sam").await;
    let there = Desktop::of(&house, "Sam").await;
    look(&here, &ada).await;
    look(&there, &ada).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    assert_eq!(told(&mut feed).await, [sam(&ada)]);
    leave(&there, &ada).await;
    silent(&mut feed).await;
    leave(&here, &ada).await;
    assert_eq!(told(&mut feed).await, []);
}

// RULES V2
#[tokio::test]
async fn who_loses_a_request_is_not_told_who_looks_at_it() {
    let house = house().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let lees = Desktop::of(&house, "Lee").await;
    done(rosa.act(&ada, "assign", json!({ "to": lee })).await).await;
    let mut feed = lees.feed(None).await;
    look(&rosa, &ada).await;
    assert_eq!(told(&mut feed).await.len(), 1);
    let back = json!({ "to": null, "seen": lee });
    done(rosa.act(&ada, "assign", back).await).await;
    feed.until_gone().await;
    assert_eq!(told(&mut feed).await, []);
}

// RULES V2, V4
#[tokio::test]
async fn nobody_looks_at_what_they_may_not_see() {
    let house = house().await;
    let priya = asks_for_help(&house, "Priya").await;
    let dana = Desktop::of(&house, "Dana").await;
    let mut feed = dana.feed(None).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let answer = rosa.act(&priya, "looking", json!({})).await;
    assert_eq!(refused(answer).await, (404, ErrorCode::NotFound));
    let sams = Desktop::of(&house, "Sam").await;
    for body in [json!({ "away": 1 }), json!({ "until": 9 }), json!([])] {
        let answer = refused(sams.act(&priya, "looking", body).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest));
    }
    silent(&mut feed).await;
}
