//! Cover periods: who sees and is rung for somebody's clients meanwhile, and for how long.

use latchkey_auth::clock::{DAY, HOUR};
use latchkey_auth::testing::House;
use latchkey_auth::{cover, retention, staff};
use latchkey_protocol::{
    ClientsFound, Colleagues, Cover, ErrorCode, GoneReason, IDEMPOTENCY_KEY, Problem,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::assign::{add_lee, document};
use crate::desktop::{Desktop, key, refused};
use crate::scene::asks_for_help;
use crate::session::rung;
use crate::stream::Stream;
use crate::writes::done;

async fn post(desk: &Desktop, path: &str, key: Uuid, body: Value) -> Response {
    desk.call(Method::POST, path)
        .header(IDEMPOTENCY_KEY, key.to_string())
        .json(&body)
        .send()
        .await
        .unwrap()
}

pub async fn set(desk: &Desktop, body: Value) -> Response {
    post(desk, "/api/v1/covers", key(), body).await
}

async fn cancel(desk: &Desktop, cover: &Cover) -> Response {
    let body = json!({ "cover": cover.id });
    post(desk, "/api/v1/covers/cancel", key(), body).await
}

async fn covers(desk: &Desktop) -> Vec<Cover> {
    let there: Colleagues = desk.get("/api/v1/staff").await.json().await.unwrap();
    there.covers
}

/// The next word about covers; documents come in between.
async fn told(feed: &mut Stream) -> Vec<Cover> {
    loop {
        let said = feed.said().await;
        if said.event == "covers" {
            assert_eq!(said.id, None);
            return serde_json::from_str(&said.data).unwrap();
        }
    }
}

async fn found(desk: &Desktop, name: &str) -> usize {
    let answer = desk.search(&format!("/api/v1/clients?q={name}")).await;
    let found: ClientsFound = answer.json().await.unwrap();
    found.clients.len()
}

/// What the log tells of covers, in order.
async fn log(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT kind || ' by ' || actor_kind FROM event WHERE kind LIKE 'cover_%' ORDER BY position",
    )
    .fetch_all(&house.app.reader)
    .await
    .unwrap()
}

fn refusal(status: u16, code: ErrorCode) -> (u16, ErrorCode) {
    (status, code)
}

// RULES V2, V5
#[tokio::test]
async fn who_covers_sees_acts_and_is_rung_until_it_is_cancelled() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let [ada, ben] = [
        asks_for_help(&house, "Ada").await,
        asks_for_help(&house, "Ben").await,
    ];
    let rosa = Desktop::of(&house, "Rosa").await;
    let lees = Desktop::of(&house, "Lee").await;
    done(rosa.act(&ben, "seen", json!({})).await).await;
    let mut feed = lees.feed(None).await;
    let mut rosas = rosa.feed(None).await;
    assert_eq!(found(&lees, "okafor").await, 0);

    let until = house.app.now().0 + 9 * DAY;
    let wish = json!({ "covered_by": lee, "until": until });
    done(set(&rosa, wish).await).await;
    let one = feed.until(|it| it.id == ada).await;
    // Rosa is away: Lee is rung in her place, and Rosa sees them still.
    assert!(one.rings.unwrap().contains(&lee));
    assert_eq!(rung(&house, &ada).await, ["Lee", "Sam"]);
    rosas.until(|it| it.id == ada).await;
    // What she had is nobody's, until Lee opens it.
    assert_eq!(document(&house, &ben).await.assigned, None);
    done(lees.act(&ben, "seen", json!({})).await).await;
    assert_eq!(document(&house, &ben).await.assigned.unwrap().staff, lee);
    assert_eq!(found(&lees, "okafor").await, 1);
    let running = covers(&rosa).await;
    assert_eq!((running.len(), running[0].running), (1, true));
    assert_eq!(running[0].away_name, "Rosa Rivera");
    assert_eq!(running[0].covered_by_name, "Lee Moreau");
    assert_eq!(running[0].until.0, until);
    assert_eq!(told(&mut feed).await, running);
    // Another of Rosa's clients comes on file meanwhile.
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Zoe,Zimmer,zoe@example.org,555 0119,rosa@juniper.example,c9\n",
        )
        .await;
    assert_eq!(found(&lees, "zimmer").await, 1);

    done(cancel(&rosa, &running[0]).await).await;
    let gone = [feed.until_gone().await, feed.until_gone().await];
    assert!(gone.iter().all(|it| it.reason == GoneReason::NotYours));
    assert_eq!(told(&mut feed).await, []);
    let answer = refused(lees.act(&ada, "seen", json!({})).await).await;
    assert_eq!(answer, refusal(404, ErrorCode::NotFound));
    assert_eq!(found(&lees, "okafor").await, 0);
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    assert_eq!(document(&house, &ben).await.assigned, None);
    // Whoever was away meanwhile finds nothing of it.
    let mut later = lees.feed(None).await;
    assert_eq!(later.block().await.as_deref(), Some(":"));
    assert_eq!(
        log(&house).await,
        [
            "cover_set by staff",
            "cover_began by staff",
            "cover_cancelled by staff"
        ]
    );
}

// RULES V2
#[tokio::test]
async fn one_begins_and_ends_by_itself_also_while_the_service_was_away() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let now = house.app.now().0;
    let wish = json!({ "covered_by": lee, "from": now + DAY, "until": now + 3 * DAY });
    done(set(&Desktop::of(&house, "Rosa").await, wish).await).await;
    house.clock.advance(DAY - 1);
    assert_eq!(cover::look(&house.app).await, Ok(0));
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);

    let house = house.close().await.open().await;
    house.clock.advance(1);
    assert_eq!(cover::look(&house.app).await, Ok(1));
    assert_eq!(cover::look(&house.app).await, Ok(0));
    assert_eq!(rung(&house, &ada).await, ["Lee", "Sam"]);
    let lees = Desktop::of(&house, "Lee").await;
    let mut feed = lees.feed(None).await;
    let seen = feed.said().await;
    assert_eq!(seen.request().id, ada);
    assert_eq!(told(&mut feed).await.len(), 1);
    drop((feed, lees));

    let house = house.close().await.open().await;
    house.clock.advance(5 * DAY);
    assert_eq!(cover::look(&house.app).await, Ok(1));
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    // Lee was not there as it ended.
    let mut feed = Desktop::of(&house, "Lee").await.feed(seen.id).await;
    assert_eq!(feed.said().await.gone().request, ada);
    assert_eq!(
        log(&house).await,
        [
            "cover_set by staff",
            "cover_began by service",
            "cover_ended by service"
        ]
    );
}

#[tokio::test]
async fn one_that_passed_while_the_service_was_away_never_ran() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let now = house.app.now().0;
    let rosa = Desktop::of(&house, "Rosa").await;
    let wish = json!({ "covered_by": lee, "from": now + HOUR, "until": now + DAY });
    done(set(&rosa, wish).await).await;
    drop(rosa);
    let house = house.close().await.open().await;
    house.clock.advance(2 * DAY);
    assert_eq!(cover::look(&house.app).await, Ok(1));
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    let mut feed = Desktop::of(&house, "Lee").await.feed(None).await;
    assert_eq!(feed.block().await.as_deref(), Some(":"));
    assert_eq!(
        log(&house).await,
        ["cover_set by staff", "cover_ended by service"]
    );
    // In time, nothing of it is kept.
    house.clock.advance(400 * DAY);
    retention::Retention::default()
        .look(&house.app)
        .await
        .unwrap();
    assert_eq!(house.count("SELECT COUNT(*) FROM cover").await, 0);
}

// RULES V4
#[tokio::test]
async fn what_is_no_cover_is_refused_and_changes_nothing() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let [rosa, sam] = [house.staff("Rosa").await, house.staff("Sam").await];
    let rosas = Desktop::of(&house, "Rosa").await;
    let now = house.app.now().0;
    let bad = refusal(400, ErrorCode::BadRequest);
    for (body, answer) in [
        (json!({ "covered_by": rosa, "until": now + DAY }), bad),
        (json!({ "covered_by": lee, "until": now }), bad),
        (
            json!({ "covered_by": lee, "from": now - DAY, "until": now - HOUR }),
            bad,
        ),
        (
            json!({ "covered_by": lee, "from": now + DAY, "until": now + DAY }),
            bad,
        ),
        (
            json!({ "covered_by": lee, "until": now + 366 * DAY + 1 }),
            bad,
        ),
        (json!({ "covered_by": lee, "until": i64::MAX }), bad),
        (json!({ "covered_by": lee }), bad),
        (
            json!({ "covered_by": lee, "until": now + DAY, "why": "ill" }),
            bad,
        ),
        (
            json!({ "covered_by": "nobody\u{202e}' OR 1=1", "until": now + DAY }),
            refusal(409, ErrorCode::ColleagueGone),
        ),
        (
            json!({ "away": lee, "covered_by": sam, "until": now + DAY }),
            refusal(403, ErrorCode::NotAllowed),
        ),
    ] {
        let told = refused(set(&rosas, body.clone()).await).await;
        assert_eq!(told, answer, "{body}");
    }
    // A front desk has no clients of its own; an admin may speak for anybody.
    let dana = Desktop::of(&house, "Dana").await;
    let wish = json!({ "away": sam, "covered_by": lee, "until": now + DAY });
    assert_eq!(refused(set(&dana, wish).await).await, bad);
    assert_eq!(house.count("SELECT COUNT(*) FROM cover").await, 0);
    let wish = json!({ "away": rosa, "covered_by": sam, "until": now + DAY });
    done(set(&dana, wish).await).await;
    // And only she or whoever is away ends it.
    let running = covers(&dana).await.remove(0);
    let sams = Desktop::of(&house, "Sam").await;
    let told = refused(cancel(&sams, &running).await).await;
    assert_eq!(told, refusal(403, ErrorCode::NotAllowed));
    done(cancel(&rosas, &running).await).await;
    let unknown = json!({ "cover": "no such one" });
    let told = post(&dana, "/api/v1/covers/cancel", key(), unknown).await;
    assert_eq!(refused(told).await, refusal(404, ErrorCode::NotFound));
}

// RULES V1
#[tokio::test]
async fn the_same_call_is_the_same_act_and_a_late_copy_sets_nothing_anew() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let body = json!({ "covered_by": lee, "until": house.app.now().0 + DAY });
    let first = key();
    for _ in 0..2 {
        done(post(&rosa, "/api/v1/covers", first, body.clone()).await).await;
    }
    let running = covers(&rosa).await;
    assert_eq!(running.len(), 1);
    for _ in 0..2 {
        done(cancel(&rosa, &running[0]).await).await;
    }
    done(post(&rosa, "/api/v1/covers", first, body).await).await;
    assert_eq!(covers(&rosa).await, []);
    assert_eq!(house.count("SELECT COUNT(*) FROM cover").await, 1);
    assert_eq!(log(&house).await.len(), 3);
}

#[tokio::test]
async fn one_colleague_at_a_time_covers_and_none_who_is_away() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let [rosa, dana] = [house.staff("Rosa").await, house.staff("Dana").await];
    let danas = Desktop::of(&house, "Dana").await;
    let now = house.app.now().0;
    let wish = |away: &_, by: &_, from: i64, until: i64| json!({ "away": away, "covered_by": by, "from": now + from * DAY, "until": now + until * DAY });
    done(set(&danas, wish(&rosa, &lee, 1, 3)).await).await;
    let problem = |answer: Response| async move {
        let problem: Problem = answer.json().await.unwrap();
        (problem.code, problem.by.unwrap())
    };
    let told = problem(set(&danas, wish(&rosa, &dana, 2, 4)).await).await;
    assert_eq!(told, (ErrorCode::CoverOverlaps, "Lee Moreau".to_owned()));
    let told = problem(set(&danas, wish(&dana, &rosa, 0, 2)).await).await;
    assert_eq!(told, (ErrorCode::ColleagueAway, "Rosa Rivera".to_owned()));
    // One after the other is no overlap: the clients pass from hand to hand.
    done(set(&danas, wish(&rosa, &dana, 3, 4)).await).await;
    done(set(&danas, wish(&dana, &rosa, 0, 1)).await).await;
    let ada = asks_for_help(&house, "Ada").await;
    house.clock.advance(DAY);
    assert_eq!(cover::look(&house.app).await, Ok(2));
    assert_eq!(rung(&house, &ada).await, ["Lee", "Sam"]);
    house.clock.advance(2 * DAY);
    assert_eq!(cover::look(&house.app).await, Ok(2));
    assert_eq!(rung(&house, &ada).await, ["Dana", "Sam"]);
}

// RULES V2
#[tokio::test]
async fn what_is_covered_is_not_handed_on_and_the_front_desk_is_rung_where_both_are_away() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let dana = house.staff("Dana").await;
    let ada = asks_for_help(&house, "Ada").await;
    let until = house.app.now().0 + 9 * DAY;
    let rosa = Desktop::of(&house, "Rosa").await;
    done(set(&rosa, json!({ "covered_by": lee, "until": until })).await).await;
    // Lee falls ill, too.
    let lees = Desktop::of(&house, "Lee").await;
    done(set(&lees, json!({ "covered_by": dana, "until": until })).await).await;
    assert_eq!(rung(&house, &ada).await, ["Sam"]);
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE role = 'front-desk'")
        .await;
    assert_eq!(rung(&house, &ada).await, ["Dana"]);
    // Somebody who sees nothing else: Rosa's clients are not Lee's to give.
    house
        .sql("UPDATE staff SET role = 'clinician' WHERE role = 'admin'")
        .await;
    assert_eq!(rung(&house, &ada).await, Vec::<String>::new());
    assert_eq!(found(&Desktop::of(&house, "Dana").await, "okafor").await, 0);
}

// RULES V2
#[tokio::test]
async fn a_cover_ends_with_the_colleague_and_not_with_whoever_is_away() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let until = house.app.now().0 + 9 * DAY;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = Desktop::of(&house, "Lee").await.feed(None).await;
    done(set(&rosa, json!({ "covered_by": lee, "until": until })).await).await;
    feed.until(|it| it.id == ada).await;
    let gone = house.staff("Rosa").await;
    let disable = |who| {
        house
            .app
            .writer
            .run(move |tx| Box::pin(async move { staff::disable(tx, &who).await }))
    };
    disable(gone).await.unwrap();
    assert_eq!(rung(&house, &ada).await, ["Lee", "Sam"]);
    house
        .sql("UPDATE staff SET disabled_at = NULL WHERE name LIKE 'Rosa%'")
        .await;
    disable(lee).await.unwrap();
    assert_eq!(rung(&house, &ada).await, ["Rosa", "Sam"]);
    cover::look(&house.app).await.unwrap();
    let dana = Desktop::of(&house, "Dana").await;
    assert_eq!(covers(&dana).await, []);
    let open = "SELECT COUNT(*) FROM cover WHERE ended_at IS NULL";
    assert_eq!(house.count(open).await, 0);
}

// RULES N2
#[tokio::test]
async fn a_front_desk_that_covers_has_what_it_opens_and_sees_it_afterwards_too() {
    let house = House::furnished().await;
    let [ada, ben] = [
        asks_for_help(&house, "Ada").await,
        asks_for_help(&house, "Ben").await,
    ];
    let sam = house.staff("Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sams = Desktop::of(&house, "Sam").await;
    let until = house.app.now().0 + HOUR;
    done(set(&rosa, json!({ "covered_by": sam, "until": until })).await).await;
    assert_eq!(rung(&house, &ada).await, ["Sam"]);
    done(sams.act(&ada, "seen", json!({})).await).await;
    assert_eq!(document(&house, &ada).await.assigned.unwrap().staff, sam);
    // Whoever is away and opens one all the same has it.
    done(rosa.act(&ben, "seen", json!({})).await).await;
    let holder = document(&house, &ben).await.assigned.unwrap();
    assert_eq!(holder.name, "Rosa Rivera");
    house.clock.advance(HOUR);
    assert_eq!(cover::look(&house.app).await, Ok(1));
    assert_eq!(document(&house, &ada).await.assigned.unwrap().staff, sam);
}

// RULES A1, N2
#[tokio::test]
async fn who_is_away_does_not_count_as_there_on_the_waiting_page() {
    let house = House::furnished().await;
    let sam = house.staff("Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let _sams = Desktop::of(&house, "Sam").await;
    house
        .sql("UPDATE staff SET session_until = 1772548800000 WHERE name LIKE 'Sam%'")
        .await;
    let back = || async {
        let mut conn = house.app.reader.acquire().await.unwrap();
        latchkey_auth::team::all_in_session_until(&mut conn, house.app.now())
            .await
            .unwrap()
    };
    assert_eq!(back().await, None);
    let until = house.app.now().0 + DAY;
    done(set(&rosa, json!({ "covered_by": sam, "until": until })).await).await;
    assert_eq!(back().await.unwrap().0, 1_772_548_800_000);
}
