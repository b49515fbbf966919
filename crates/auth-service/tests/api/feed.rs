//! The feed: everything in view, in order, nothing missed, nothing of others.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use latchkey_auth::api::Desk;
use latchkey_auth::clock::DAY;
use latchkey_auth::db::Unavailable;
use latchkey_auth::event::{Actor, Event, Kind};
use latchkey_auth::feed::{Feed, Reader, Start};
use latchkey_auth::staff;
use latchkey_auth::testing::House;
use latchkey_protocol::{DeviceId, GoneReason, Position, RequestId, Role};
use reqwest::Method;

use crate::desktop::{Desktop, refused};
use crate::scene::{asks_for_help, happens, stranger_asks};

#[tokio::test]
async fn the_first_connection_brings_everything_in_view_and_then_each_change() {
    let house = House::furnished().await;
    let first = asks_for_help(&house, "Ada").await;
    let second = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;

    let mut feed = rosa.feed(None).await;
    let said = feed.said().await;
    let ada = said.request();
    assert_eq!(ada.id, first);
    assert_eq!(said.id, Some(ada.position.0));
    assert_eq!(ada.who.name.as_deref(), Some("Ada Okafor"));
    assert_eq!(feed.said().await.request().id, second);

    let position = happens(&house, &first).await;
    let again = feed.said().await;
    assert_eq!(again.id, Some(position));
    assert_eq!(again.request().id, first);
    assert_eq!(again.request().position, Position(position));
}

// RULES V2
#[tokio::test]
async fn a_reader_that_was_away_gets_what_changed_since_and_nothing_else() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let ben = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    feed.said().await;
    let seen = feed.said().await.id;
    drop(feed);

    happens(&house, &ada).await;
    let last = happens(&house, &ada).await;
    let mut feed = rosa.feed(seen).await;
    let said = feed.said().await;
    assert_eq!((said.request().id, said.id), (ada, Some(last)));
    let next = happens(&house, &ben).await;
    assert_eq!(feed.said().await.id, Some(next));
}

#[tokio::test]
async fn a_position_that_this_log_never_had_starts_anew() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    for unknown in ["999999", "-1", "yesterday", "99999999999999999999", "1.5"] {
        let call = rosa
            .call(Method::GET, "/api/v1/feed")
            .header("last-event-id", unknown);
        let mut feed = crate::stream::Stream::of(call.send().await.unwrap());
        assert_eq!(feed.said().await.event, "reset", "{unknown}");
        assert_eq!(feed.said().await.request().id, ada, "{unknown}");
    }
}

#[tokio::test]
async fn whoever_was_away_longer_than_requests_are_kept_starts_anew() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let seen = happens(&house, &ada).await;
    happens(&house, &ada).await;
    house.clock.advance(15 * DAY);
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(Some(seen)).await;
    assert_eq!(feed.said().await.event, "reset");
    assert_eq!(feed.said().await.request().id, ada);
}

#[tokio::test]
async fn what_was_solved_long_ago_is_no_part_of_the_whole_state() {
    let house = House::furnished().await;
    let long_ago = asks_for_help(&house, "Ada").await;
    house
        .sql("UPDATE help_request SET state = 'solved', solved_how = 'signed_in', solved_by = 'pin', solved_at = created_at")
        .await;
    house.clock.advance(15 * DAY);
    let lately = asks_for_help(&house, "Ben").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    assert_eq!(feed.said().await.request().id, lately);
    // Yet whatever happens to it is told, like any change.
    happens(&house, &long_ago).await;
    assert_eq!(feed.said().await.request().id, long_ago);
}

// RULES V2
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_has_seen_a_position_never_finds_an_unseen_change_before_it() {
    let house = Arc::new(House::furnished().await);
    let mut requests = Vec::new();
    for _ in 0..12 {
        requests.push(asks_for_help(&house, "Ada").await);
        requests.push(asks_for_help(&house, "Priya").await);
    }
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let (house, requests) = (house.clone(), requests.clone());
            tokio::spawn(async move {
                for step in 0..40 {
                    happens(&house, &requests[(writer * 5 + step * 7) % requests.len()]).await;
                }
            })
        })
        .collect();

    // Sam sees everything, Rosa half; both lose their connection again and again, until
    // they have read what is written last.
    let last = Arc::new(AtomicI64::new(i64::MAX));
    let readers = ["Sam", "Rosa"].map(|name| {
        let (house, last) = (house.clone(), last.clone());
        tokio::spawn(async move {
            let desktop = Desktop::of(&house, name).await;
            let mut known: HashMap<RequestId, Position> = HashMap::new();
            let mut seen = None;
            loop {
                let mut feed = desktop.feed(seen).await;
                for _ in 0..25 {
                    let said = feed.said().await;
                    let request = said.request();
                    assert!(said.id.unwrap() >= seen.unwrap_or_default());
                    // One less where others stand at the same position.
                    assert!([0, 1].contains(&(request.position.0 - said.id.unwrap())));
                    assert!(
                        request.position.0 > seen.unwrap_or_default(),
                        "{request:?} stands before {seen:?}, where it was not told"
                    );
                    let before = known.insert(request.id, request.position);
                    assert!(before.is_none_or(|before| before <= request.position));
                    seen = said.id;
                    if seen >= Some(last.load(Ordering::SeqCst)) {
                        return known;
                    }
                }
            }
        })
    });
    for writer in writers {
        writer.await.unwrap();
    }
    // Nobody writes any more, so this is where the last event will stand; both see Ada.
    let head = house.app.writer.position().borrow().0;
    last.store(head + 1, Ordering::SeqCst);
    assert_eq!(happens(&house, &requests[0]).await, head + 1);
    for (reader, count) in readers.into_iter().zip([24, 12]) {
        let known = reader.await.unwrap();
        assert_eq!(known.len(), count);
        for (id, position) in known {
            let now: i64 = sqlx::query_scalar("SELECT position FROM help_request WHERE id = $1")
                .bind(&id.0)
                .fetch_one(&house.app.reader)
                .await
                .unwrap();
            assert_eq!(position.0, now, "the last thing told is how it stands");
        }
    }
}

// RULES V2
#[tokio::test]
async fn a_connection_cut_between_two_of_one_position_misses_neither() {
    let house = House::furnished().await;
    let ids = [
        asks_for_help(&house, "Ada").await,
        asks_for_help(&house, "Ada").await,
        asks_for_help(&house, "Ada").await,
    ];
    // One event about the client moves all three to one position.
    let ada = house.client("Ada").await;
    let position = house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let event = Event::new(Kind::ClientChanged, Actor::Operator).client(&ada);
                Ok::<_, Unavailable>(tx.append(event).await?.0)
            })
        })
        .await
        .unwrap();
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    feed.said().await;
    let second = feed.said().await;
    assert_eq!(second.request().position.0, position);
    drop(feed);
    let mut feed = rosa.feed(second.id).await;
    let mut told = Vec::new();
    let mut last = None;
    for _ in 0..3 {
        let said = feed.said().await;
        told.push(said.request().id);
        last = said.id;
    }
    told.sort();
    assert_eq!(told, ids);
    assert_eq!(last, Some(position));
}

// RULES V2
#[tokio::test]
async fn rights_are_decided_when_a_document_is_sent_not_when_it_was_planned() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    asks_for_help(&house, "Ben").await;
    let rosa = Desk {
        staff: house.staff("Rosa").await,
        device: DeviceId::from(Desktop::of(&house, "Rosa").await.device.as_str()),
    };
    let mut reader = Reader::new(house.app.clone(), rosa, Start::Whole);
    let first = reader.next().await.unwrap();
    assert!(std::str::from_utf8(&first).unwrap().contains("Ada Okafor"));
    reader.next().await.unwrap();
    // Both were planned; now Ben is nobody's, and no event has said so yet.
    house
        .sql("DELETE FROM caseload WHERE client_id = (SELECT id FROM client WHERE first_name = 'Ben')")
        .await;
    let position = happens(&house, &ada).await;
    let next = reader.next().await.unwrap();
    assert!(std::str::from_utf8(&next).unwrap().contains("Ada Okafor"));
    let id = reader.next().await.unwrap();
    assert_eq!(id, format!("id: {position}\n\n"));
}

// RULES V2
#[tokio::test]
async fn a_request_that_leaves_the_caseload_is_gone() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let dana = Desktop::of(&house, "Dana").await;
    let mut feed = rosa.feed(None).await;
    let seen = feed.said().await.id;
    let mut others = dana.feed(None).await;
    others.said().await;

    // Ada's next roster line names Dana.
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Ada,Okafor,ada@example.org,555 0111,dana@juniper.example,c1\n",
        )
        .await;
    let said = loop {
        let said = feed.said().await;
        if said.event == "gone" {
            break said;
        }
    };
    assert_eq!(said.gone().request, ada);
    assert_eq!(said.gone().reason, GoneReason::NotYours);
    // Told to whoever was away, too, and not to who sees it still.
    let mut later = rosa.feed(seen).await;
    assert_eq!(later.said().await.gone().request, ada);
    assert_eq!(others.said().await.event, "request");
    // Nothing that happens then reaches her.
    happens(&house, &ada).await;
    let ben = asks_for_help(&house, "Ben").await;
    assert_eq!(feed.said().await.request().id, ben);
}

#[tokio::test]
async fn unmatched_requests_come_to_clinicians_once_there_is_no_front_desk() {
    let house = House::furnished().await;
    let unmatched = stranger_asks(&house).await;
    let sam = house.staff("Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    house
        .app
        .writer
        .run(move |tx| Box::pin(async move { staff::disable(tx, &sam).await }))
        .await
        .unwrap();
    assert_eq!(feed.said().await.request().id, unmatched);
    // And leave again with a new front desk.
    house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                staff::add(tx, "kim@juniper.example", "Kim Lee", Role::FrontDesk).await
            })
        })
        .await
        .unwrap();
    assert_eq!(feed.said().await.gone().request, unmatched);
}

// RULES S5
#[tokio::test]
async fn a_revoked_desktop_loses_its_stream() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let other = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    let mut stays = other.feed(None).await;
    feed.said().await;
    stays.said().await;
    let device = rosa.device.clone();
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                Ok::<_, Unavailable>(
                    staff::revoke_device(tx, &device, Actor::Operator, "lost").await?,
                )
            })
        })
        .await
        .unwrap();
    let next = asks_for_help(&house, "Ben").await;
    assert!(feed.next().await.is_none());
    assert_eq!(stays.said().await.request().id, next);
    assert_eq!(refused(rosa.get("/api/v1/feed").await).await.0, 401);
}

// RULES S5
#[tokio::test]
async fn a_disabled_staff_member_loses_the_stream_even_when_nothing_is_said() {
    let house = House::furnished_with(|app| {
        app.feed = Arc::new(Feed::with_keep_alive(Duration::from_millis(20)));
    })
    .await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    assert_eq!(feed.block().await.as_deref(), Some(":"));
    // Behind the service's back: no event wakes the stream, only its own breath.
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name LIKE 'Rosa%'")
        .await;
    let end = async { while feed.block().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(20), end)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_newest_streams_of_a_desktop_win() {
    let house = House::furnished().await;
    asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut oldest = rosa.feed(None).await;
    oldest.said().await;
    let mut second = rosa.feed(None).await;
    second.said().await;
    let mut third = rosa.feed(None).await;
    third.said().await;
    assert!(oldest.next().await.is_none());
    assert!(house.app.feed.streams() <= 2);
    let next = asks_for_help(&house, "Ben").await;
    assert_eq!(second.said().await.request().id, next);
    assert_eq!(third.said().await.request().id, next);
}

#[tokio::test]
async fn streams_end_when_the_service_stops() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let mut feed = rosa.feed(None).await;
    feed.block().await;
    house.app.stopping.cancel();
    assert!(feed.next().await.is_none());
}

#[tokio::test]
async fn a_position_given_twice_is_refused() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let call = rosa
        .call(Method::GET, "/api/v1/feed")
        .header("last-event-id", "1")
        .header("last-event-id", "2");
    assert_eq!(refused(call.send().await.unwrap()).await.0, 400);
}
