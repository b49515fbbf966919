//! Whose a request is: claimed by opening it, handed over, never taken from somebody unseen.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::staff;
use latchkey_auth::testing::House;
use latchkey_protocol::{
    Colleagues, ErrorCode, Happening, HelpRequest, Problem, RequestId, Role, StaffId,
};
use reqwest::Response;
use serde_json::{Value, json};

use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, happens, stranger_asks};
use crate::writes::done;

/// A clinician without a caseload.
pub async fn add_lee(house: &House) -> StaffId {
    let added = house.app.writer.run(|tx| {
        Box::pin(async move {
            staff::add(tx, "lee@juniper.example", "Lee Moreau", Role::Clinician).await
        })
    });
    added.await.unwrap()
}

fn to(staff: &StaffId) -> Value {
    json!({ "to": staff })
}

async fn assigned(house: &House, request: &RequestId) -> Option<String> {
    document(house, request)
        .await
        .assigned
        .map(|assigned| assigned.name)
}

pub async fn document(house: &House, request: &RequestId) -> HelpRequest {
    let mut conn = house.app.reader.acquire().await.unwrap();
    latchkey_auth::document::load(&mut conn, request, house.app.now())
        .await
        .unwrap()
        .unwrap()
}

/// Who made it whose, as the timeline tells.
async fn told(house: &House, request: &RequestId) -> Vec<(Option<String>, Option<String>)> {
    let document = document(house, request).await;
    let told = document.timeline.into_iter().filter_map(|entry| {
        let Happening::Assigned { by, to } = entry.what else {
            return None;
        };
        Some((by, to))
    });
    told.collect()
}

async fn taken(answer: Response) -> (Option<String>, Option<i64>) {
    assert_eq!(answer.status(), 409);
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.code, ErrorCode::Taken);
    (problem.by, problem.at.map(|at| at.0))
}

fn name(text: &str) -> String {
    text.to_owned()
}

// RULES N2
#[tokio::test]
async fn whoever_is_in_charge_of_a_request_has_it_by_opening_it() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let unmatched = stranger_asks(&house).await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let dana = Desktop::of(&house, "Dana").await;
    // Looking at a clinician's client takes nothing from the clinician.
    done(sam.act(&ada, "seen", json!({})).await).await;
    assert_eq!(assigned(&house, &ada).await, None);
    done(rosa.act(&ada, "seen", json!({})).await).await;
    assert_eq!(assigned(&house, &ada).await, Some(name("Rosa Rivera")));
    // An unmatched one is the front desk's.
    done(dana.act(&unmatched, "seen", json!({})).await).await;
    assert_eq!(assigned(&house, &unmatched).await, None);
    done(sam.act(&unmatched, "seen", json!({})).await).await;
    assert_eq!(assigned(&house, &unmatched).await, Some(name("Sam Park")));
    // And whoever opens it later steals nothing.
    done(dana.act(&unmatched, "seen", json!({})).await).await;
    assert_eq!(assigned(&house, &unmatched).await, Some(name("Sam Park")));
    // The second to open it is told of: the first line named another.
    let told = told(&house, &ada).await;
    assert_eq!(
        told,
        [(Some(name("Rosa Rivera")), Some(name("Rosa Rivera")))]
    );
}

#[tokio::test]
async fn without_a_front_desk_clinicians_have_what_they_open() {
    let house = House::furnished().await;
    let unmatched = stranger_asks(&house).await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE role = 'front-desk'")
        .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    done(rosa.act(&unmatched, "seen", json!({})).await).await;
    assert_eq!(
        assigned(&house, &unmatched).await,
        Some(name("Rosa Rivera"))
    );
}

// RULES V2, V5
#[tokio::test]
async fn who_is_handed_a_request_sees_this_one_until_it_is_handed_on() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let lees = Desktop::of(&house, "Lee").await;
    let mut feed = lees.feed(None).await;
    assert_eq!(feed.block().await.as_deref(), Some(":"));

    done(rosa.act(&ada, "assign", to(&lee)).await).await;
    let request = feed.said().await.request();
    assert_eq!(request.id, ada);
    let holder = request.assigned.unwrap();
    assert_eq!((holder.staff, holder.name.as_str()), (lee, "Lee Moreau"));
    assert_eq!(holder.at, house.app.now());
    assert_eq!(
        told(&house, &ada).await,
        [(Some(name("Rosa Rivera")), Some(name("Lee Moreau")))]
    );
    // Everything can be done with it, and with no other.
    done(lees.act(&ada, "seen", json!({})).await).await;
    let phrase = json!({ "phrase": "try_the_new_link" });
    done(lees.act(&ada, "reply", phrase.clone()).await).await;
    let other = refused(lees.act(&ben, "reply", phrase.clone()).await).await;
    assert_eq!(other, (404, ErrorCode::NotFound));

    let sam = house.staff("Sam").await;
    let (key, body) = (key(), to(&sam));
    done(lees.write(&ada, "assign", key, body.clone()).await).await;
    let gone = feed.until_gone().await;
    assert_eq!(gone.request, ada);
    let answer = refused(lees.act(&ada, "reply", phrase).await).await;
    assert_eq!(answer, (404, ErrorCode::NotFound));
    // Its answer may have been lost: the repetition is answered, though it is not theirs now.
    done(lees.write(&ada, "assign", key, body).await).await;
    let log = "SELECT COUNT(*) FROM event e JOIN staff s ON s.id = e.actor_id
               JOIN staff t ON t.id = e.subject_id
               WHERE e.kind = 'help_assigned' AND s.name = 'Lee Moreau' AND t.name = 'Sam Park'";
    assert_eq!(house.count(log).await, 1);
}

// RULES V2, V1
#[tokio::test]
async fn who_was_handed_a_request_loses_it_when_it_is_solved_by_whomever() {
    for by_lee in [true, false] {
        let house = House::furnished().await;
        let lee = add_lee(&house).await;
        let ada = asks_for_help(&house, "Ada").await;
        let rosa = Desktop::of(&house, "Rosa").await;
        let lees = Desktop::of(&house, "Lee").await;
        done(rosa.act(&ada, "assign", to(&lee)).await).await;
        let mut feed = lees.feed(None).await;
        assert_eq!(feed.said().await.request().id, ada);
        let key = key();
        let closes = if by_lee { &lees } else { &rosa };
        done(closes.write(&ada, "solve", key, json!({})).await).await;
        assert_eq!(feed.until_gone().await.request, ada);
        done(closes.write(&ada, "solve", key, json!({})).await).await;
        // Who had it stays known to the others.
        assert_eq!(assigned(&house, &ada).await, Some(name("Lee Moreau")));
        // And a desktop that was away hears of it, too.
        let mut again = lees.feed(Some(1)).await;
        assert_eq!(again.until_gone().await.request, ada);
    }
}

#[tokio::test]
async fn nobody_takes_a_request_from_a_colleague_unseen() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let (rosas, sams) = (house.staff("Rosa").await, house.staff("Sam").await);
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    done(rosa.act(&ada, "seen", json!({})).await).await;
    let since = house.app.now().0;
    house.clock.advance(MINUTE);
    let hers = (Some(name("Rosa Rivera")), Some(since));
    for body in [
        json!({ "to": sams }),
        json!({ "to": sams, "seen": null }),
        json!({ "to": sams, "seen": sams }),
        json!({ "to": null, "seen": null }),
    ] {
        let answer = sam.act(&ada, "assign", body.clone()).await;
        assert_eq!(taken(answer).await, hers, "{body}");
    }
    // Who says whose it is takes it knowingly.
    let knowing = json!({ "to": sams, "seen": rosas });
    done(sam.act(&ada, "assign", knowing.clone()).await).await;
    assert_eq!(assigned(&house, &ada).await, Some(name("Sam Park")));
    // Once more it is so already, whatever was seen.
    let events = house.count("SELECT COUNT(*) FROM event").await;
    done(sam.act(&ada, "assign", knowing).await).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, events);
    // And to take it back one has to have seen that.
    let back = rosa.act(&ada, "assign", to(&rosas)).await;
    assert_eq!(taken(back).await.0, Some(name("Sam Park")));
    // Given back, it is anybody's.
    done(sam.act(&ada, "assign", json!({ "to": null })).await).await;
    assert_eq!(assigned(&house, &ada).await, None);
    done(rosa.act(&ada, "assign", to(&rosas)).await).await;
    assert_eq!(assigned(&house, &ada).await, Some(name("Rosa Rivera")));
}

// RULES V1
#[tokio::test]
async fn of_two_who_take_it_at_once_one_has_it_and_the_other_is_told() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let (rosas, sams) = (house.staff("Rosa").await, house.staff("Sam").await);
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let free = |staff: &StaffId| json!({ "to": staff, "seen": null });
    let (one, other) = tokio::join!(
        rosa.act(&ada, "assign", free(&rosas)),
        sam.act(&ada, "assign", free(&sams)),
    );
    let (won, lost) = if one.status() == 200 {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!((won.status().as_u16(), lost.status().as_u16()), (200, 409));
    assert_eq!(taken(lost).await.0, assigned(&house, &ada).await);
}

#[tokio::test]
async fn what_cannot_be_handed_over_says_why() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let id = lee.clone();
    let disabled = house
        .app
        .writer
        .run(move |tx| Box::pin(async move { staff::disable(tx, &id).await }));
    disabled.await.unwrap();
    let nobody = StaffId::from("01890000-0000-7000-8000-000000000000");
    let hostile = StaffId("'; DROP TABLE staff; --\u{202e}".to_owned());
    for staff in [&lee, &nobody, &hostile] {
        let answer = refused(rosa.act(&ada, "assign", to(staff)).await).await;
        assert_eq!(answer, (409, ErrorCode::ColleagueGone));
    }
    for body in [
        json!({}),
        json!({ "to": 1 }),
        json!({ "to": "x".repeat(101) }),
        json!({ "to": null, "seen": [] }),
        json!({ "to": null, "force": true }),
    ] {
        let answer = refused(rosa.act(&ada, "assign", body.clone()).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest), "{body}");
    }
    done(rosa.act(&ada, "solve", json!({})).await).await;
    let answer = refused(rosa.act(&ada, "assign", json!({ "to": null })).await).await;
    assert_eq!(answer, (409, ErrorCode::AlreadySolved));
    let log = "SELECT COUNT(*) FROM event WHERE kind = 'help_assigned'";
    assert_eq!(house.count(log).await, 0);
}

// RULES V2
#[tokio::test]
async fn who_loses_a_caseload_or_leaves_has_nothing_of_it_any_more() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    done(rosa.act(&ada, "seen", json!({})).await).await;
    done(rosa.act(&ben, "assign", to(&lee)).await).await;
    // Ada is Dana's from now on.
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Ada,Okafor,ada@example.org,555 0111,dana@juniper.example,c1\n",
        )
        .await;
    assert_eq!(assigned(&house, &ada).await, None);
    let id = lee.clone();
    let disabled = house
        .app
        .writer
        .run(move |tx| Box::pin(async move { staff::disable(tx, &id).await }));
    disabled.await.unwrap();
    assert_eq!(assigned(&house, &ben).await, None);
    let last = told(&house, &ben).await.pop();
    assert_eq!(last, Some((None, None)), "nobody's, by the operator");
    // What moved goes out to those who still see it.
    let mut feed = rosa.feed(None).await;
    let request = feed.until(|request| request.id == ben).await;
    assert_eq!(request.assigned, None);
    happens(&house, &ben).await;
}

#[tokio::test]
async fn the_colleagues_are_those_who_may_act_and_whether_they_are_there() {
    let house = House::furnished().await;
    let lee = add_lee(&house).await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name LIKE 'Dana%'")
        .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let sam = Desktop::of(&house, "Sam").await;
    let mut feed = sam.feed(None).await;
    assert_eq!(feed.block().await.as_deref(), Some(":"));
    let read = async || -> Colleagues { rosa.get("/api/v1/staff").await.json().await.unwrap() };
    let there: Vec<_> = read()
        .await
        .colleagues
        .into_iter()
        .map(|them| (them.name, them.role, them.connected))
        .collect();
    let expected = [
        ("Lee Moreau", Role::Clinician, false),
        ("Rosa Rivera", Role::Clinician, false),
        ("Sam Park", Role::FrontDesk, true),
    ];
    assert_eq!(
        there,
        expected.map(|(name, role, there)| (name.to_owned(), role, there))
    );
    assert_eq!(read().await.colleagues[0].id, lee);
    drop(feed);
    let mut connected = true;
    for _ in 0..100 {
        connected = read().await.colleagues[2].connected;
        if !connected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(!connected);
    let bare = reqwest::get(house.url("/api/v1/staff")).await.unwrap();
    assert_eq!(refused(bare).await, (401, ErrorCode::NotSignedIn));
}
