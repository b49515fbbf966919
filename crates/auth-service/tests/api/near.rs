//! Somebody nearly typed a client's address: who is told of it, and who is not.

use latchkey_auth::client;
use latchkey_auth::clock::MINUTE;
use latchkey_auth::document::without_near_miss;
use latchkey_auth::help::near;
use latchkey_auth::testing::House;
use latchkey_protocol::{Action, Cause, HelpRequest};

use crate::assign::document;
use crate::desktop::Desktop;
use crate::scene::asks_for_help;
use crate::stream::Stream;

/// Somebody asks for help under this address.
async fn asks(house: &House, who: &str) {
    let answer = reqwest::Client::new()
        .post(house.url("/help"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("who", who), ("what", "")])
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
}

async fn looked(house: &House) -> usize {
    near::look(&house.app).await.unwrap()
}

fn cause(wanted: Cause) -> impl Fn(&HelpRequest) -> bool {
    move |request| request.diagnosis.cause == wanted
}

/// Nothing of a request reaches this desktop: what is asked after it comes first.
async fn sees_nothing_before(house: &House, feed: &mut Stream, own: &str) {
    asks(house, own).await;
    let first = feed.until(|_| true).await;
    assert_eq!(first.who.typed, own);
}

// RULES A2, C7
#[tokio::test]
async fn a_near_miss_is_told_masked_to_the_front_desk_and_that_clients_caseload_alone() {
    let house = House::furnished().await;
    let [sam, rosa] = [
        Desktop::of(&house, "Sam").await,
        Desktop::of(&house, "Rosa").await,
    ];
    let mut sams = sam.feed(None).await;
    let mut rosas = rosa.feed(None).await;
    asks(&house, "priyaa@example.org").await;
    asks(&house, "ada@exmaple.org").await;
    assert_eq!(looked(&house).await, 2);
    assert_eq!(looked(&house).await, 0, "once is enough");
    for feed in [&mut sams, &mut rosas] {
        let told = feed
            .until(|request| {
                request.who.typed == "ada@exmaple.org"
                    && request.diagnosis.cause == Cause::AddressNearMiss
            })
            .await;
        let near = told.diagnosis.facts.near.clone().unwrap();
        assert_eq!(near.initials, "A. O.");
        assert_eq!(near.clinician.as_deref(), Some("Rosa Rivera"));
        assert_eq!(told.diagnosis.action, Action::CheckAddress);
        assert_eq!((&told.who.client, &told.who.name), (&None, &None));
        assert!(told.call_back.is_none(), "nobody is attached by it");
        let wire = serde_json::to_string(&told).unwrap();
        for secret in ["Okafor", "ada@example.org", "555 0111"] {
            assert!(!wire.contains(secret), "{secret}");
        }
    }
    // Priya is Dana's client.
    let mut again = rosa.feed(None).await;
    let first = again.until(|_| true).await;
    assert_eq!(first.who.typed, "ada@exmaple.org");
    sees_nothing_before(&house, &mut again, "ben@full.example").await;
}

// RULES A2
#[tokio::test]
async fn without_a_front_desk_other_clinicians_read_only_that_nobody_has_the_address() {
    let house = House::furnished().await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE role = 'front-desk'")
        .await;
    house
        .sql("UPDATE staff SET role = 'clinician' WHERE name LIKE 'Dana%'")
        .await;
    let mut rosas = Desktop::of(&house, "Rosa").await.feed(None).await;
    let mut danas = Desktop::of(&house, "Dana").await.feed(None).await;
    asks(&house, "ada@exmaple.org").await;
    looked(&house).await;
    let near = rosas.until(cause(Cause::AddressNearMiss)).await;
    let told = danas
        .until(|request| request.position == near.position)
        .await;
    assert_eq!(told.diagnosis.cause, Cause::AddressUnknown);
    assert_eq!(told.diagnosis.facts.near, None);
}

// RULES A2, C2
// RULES A2
#[tokio::test]
async fn nor_do_they_read_it_of_one_that_is_over() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let mut over = document(&house, &request).await;
    over.cause_before = Some(Cause::AddressNearMiss);
    let told = without_near_miss(over.clone());
    assert_eq!(told.cause_before, Some(Cause::AddressUnknown));
    over.cause_before = Some(Cause::LinkDamaged);
    assert_eq!(without_near_miss(over.clone()), over);
}

#[tokio::test]
async fn what_was_told_is_taken_back_when_the_client_gets_no_mail_any_more() {
    let house = House::furnished().await;
    let mut sams = Desktop::of(&house, "Sam").await.feed(None).await;
    let mut rosas = Desktop::of(&house, "Rosa").await.feed(None).await;
    asks(&house, "ada@exmaple.org").await;
    looked(&house).await;
    let told = rosas.until(cause(Cause::AddressNearMiss)).await;
    sams.until(cause(Cause::AddressNearMiss)).await;
    let ada = house.client("Ada").await;
    house
        .app
        .writer
        .run(move |tx| Box::pin(async move { client::set_no_mail(tx, &ada, true).await }))
        .await
        .unwrap();
    let gone = loop {
        let said = rosas.said().await;
        if said.event == "gone" {
            break said.gone();
        }
    };
    assert_eq!(gone.request, told.id);
    sams.until(cause(Cause::AddressUnknown)).await;
    // And is not found again.
    asks(&house, "ada@exmaple.org").await;
    looked(&house).await;
    sams.until(cause(Cause::AddressUnknown)).await;
    assert_eq!(near_misses(&house).await, 2);
}

async fn near_misses(house: &House) -> i64 {
    house
        .count("SELECT COUNT(*) FROM event WHERE kind = 'near_miss'")
        .await
}

// RULES A1, A2
#[tokio::test]
async fn the_browser_learns_nothing_and_nobody_is_mailed() {
    let house = House::furnished().await;
    let mails = "SELECT COUNT(*) FROM mail WHERE state <> 'not_sent'";
    for who in ["ada@exmaple.org", "somebody@else.example"] {
        let before = house.count("SELECT COUNT(*) FROM event").await;
        asks(&house, who).await;
        let wrote = house.count("SELECT COUNT(*) FROM event").await - before;
        assert_eq!(wrote, 1, "{who}");
    }
    looked(&house).await;
    assert_eq!(near_misses(&house).await, 1);
    assert_eq!(house.count(mails).await, 0);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM help_request WHERE client_id IS NOT NULL")
            .await,
        0
    );
    // Whose it nearly was reads nothing of it in their own timeline.
    asks(&house, "ada@example.org").await;
    let told = Desktop::of(&house, "Rosa")
        .await
        .feed(None)
        .await
        .until(|request| request.who.client.is_some())
        .await;
    assert_eq!(told.timeline.len(), 1);
}

#[tokio::test]
async fn what_is_typed_anew_and_what_the_file_says_since_count() {
    let house = House::furnished().await;
    let mut sams = Desktop::of(&house, "Sam").await.feed(None).await;
    asks(&house, "zoe@nowhere.example").await;
    assert_eq!(looked(&house).await, 1);
    sams.until(cause(Cause::AddressUnknown)).await;
    house.clock.advance(MINUTE);
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Zoe,Young,zoey@nowhere.example,555 0119,rosa@juniper.example,c9\n",
        )
        .await;
    assert_eq!(looked(&house).await, 1);
    let told = sams.until(cause(Cause::AddressNearMiss)).await;
    assert_eq!(told.diagnosis.facts.near.unwrap().initials, "Z. Y.");
}
