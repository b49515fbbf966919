//! A client's new mail address: typed by staff, and of no use until it is confirmed.

use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::mail::{self, Post};
use latchkey_auth::testing::House;
use latchkey_protocol::{
    Action, AddressProof, Cause, ErrorCode, Happening, HelpRequest, RequestId, Tier, TierReason,
};
use serde_json::json;

use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, stranger_asks};

const NEW: &str = "ada.new@example.org";

async fn scene() -> (House, RequestId, Desktop) {
    let house = House::furnished().await;
    house
        .sql("UPDATE client SET phone = '555 0142', phone_changed_at = NULL WHERE first_name = 'Ada'")
        .await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    (house, request, rosa)
}

async fn put(desk: &Desktop, request: &RequestId, address: &str, by_call: bool) -> u16 {
    let body = json!({"address": address, "by_call": by_call});
    desk.act(request, "address", body).await.status().as_u16()
}

async fn why_not(desk: &Desktop, request: &RequestId, address: &str, by_call: bool) -> ErrorCode {
    let body = json!({"address": address, "by_call": by_call});
    refused(desk.act(request, "address", body).await).await.1
}

async fn told(desk: &Desktop, request: &RequestId) -> HelpRequest {
    let mut feed = desk.feed(None).await;
    feed.until(|told| told.id == *request).await
}

/// Whose mailbox links of this client go to.
async fn on_file(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT a.address FROM address a JOIN client_address t ON t.address_id = a.id
         JOIN client c ON c.id = t.client_id WHERE c.first_name = 'Ada'",
    )
    .fetch_all(&house.app.reader)
    .await
    .unwrap()
}

async fn mails(house: &House) -> Vec<String> {
    let folder = house.folder.path().join("mails");
    mail::deliver_due(&house.app, &Post::Maildir(folder.clone()))
        .await
        .unwrap();
    let Ok(entries) = std::fs::read_dir(folder.join("new")) else {
        return Vec::new();
    };
    entries
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect()
}

// RULES P1
#[tokio::test]
async fn a_call_to_the_number_on_file_makes_it_count_and_the_old_mailbox_is_told() {
    let (house, request, rosa) = scene().await;
    let id = key();
    let body = json!({"address": " Ada.New@Example.org ", "by_call": true});
    for _ in 0..2 {
        let answer = rosa.write(&request, "address", id, body.clone()).await;
        assert_eq!(answer.status(), 200, "a repeated call is the same act");
    }
    assert_eq!(on_file(&house).await, [NEW]);
    let now = told(&rosa, &request).await;
    assert!(now.new_address.is_none());
    assert_eq!(
        (now.diagnosis.cause, now.diagnosis.action),
        (Cause::AddressCorrected, Action::ResendLink)
    );
    assert!(now.timeline.iter().any(|entry| matches!(
        &entry.what,
        Happening::AddressCorrected { by: Some(by), how: AddressProof::Call } if by == "Rosa Rivera"
    )));
    // Contact details changed: from now on a PIN takes two.
    assert!(matches!(
        now.tier,
        Tier::Guarded {
            reason: TierReason::ContactChanged,
            ..
        }
    ));

    assert_eq!(rosa.act(&request, "link", json!({})).await.status(), 200);
    let sent = mails(&house).await;
    let to_old: Vec<_> = sent
        .iter()
        .filter(|mail| mail.contains("To: ada@example.org"))
        .collect();
    assert_eq!(to_old.len(), 1, "{sent:?}");
    assert!(to_old[0].contains("Subject: Another address is used since"));
    assert!(!to_old[0].contains("/link/") && !to_old[0].contains("ada.new"));
    let to_new = sent
        .iter()
        .filter(|mail| mail.contains(&format!("To: {NEW}")));
    assert_eq!(to_new.count(), 1);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM address_change WHERE address IS NOT NULL")
            .await,
        0,
        "the text is gone with the change"
    );
}

// RULES P1
#[tokio::test]
async fn without_a_call_it_gets_nothing_until_somebody_else_confirms_it() {
    let (house, request, rosa) = scene().await;
    let sam = Desktop::of(&house, "Sam").await;
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    assert_eq!(on_file(&house).await, ["ada@example.org"]);
    let waiting = told(&sam, &request).await.new_address.unwrap();
    assert_eq!(
        (waiting.address.as_str(), waiting.by.as_deref()),
        (NEW, Some("Rosa Rivera"))
    );
    assert!(waiting.by_call, "the number is on file for long");

    // Whoever asks for a link with it is a stranger still.
    let page = reqwest::Client::new()
        .post(house.url("/"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", NEW)])
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(mails(&house).await.is_empty());

    let confirm = |by_call| json!({"change": waiting.change, "by_call": by_call});
    let own = rosa.act(&request, "address/confirm", confirm(false)).await;
    assert_eq!(refused(own).await, (409, ErrorCode::AddressUnproven));
    let other = json!({"change": "another", "by_call": false});
    let odd = sam.act(&request, "address/confirm", other).await;
    assert_eq!(refused(odd).await, (409, ErrorCode::AddressNotWaiting));
    assert_eq!(on_file(&house).await, ["ada@example.org"]);

    let done = sam.act(&request, "address/confirm", confirm(false)).await;
    assert_eq!(done.status(), 200);
    assert_eq!(on_file(&house).await, [NEW]);
    let twice = sam.act(&request, "address/confirm", confirm(false)).await;
    assert_eq!(refused(twice).await.1, ErrorCode::AddressNotWaiting);
}

// RULES P1
#[tokio::test]
async fn a_number_that_changed_lately_proves_nothing_and_an_address_beside_it_does_not_matter() {
    let (house, request, rosa) = scene().await;
    house
        .sql("UPDATE client SET phone_changed_at = 1772546400000 - 604799999 WHERE first_name = 'Ada'")
        .await;
    assert_eq!(
        why_not(&rosa, &request, NEW, true).await,
        ErrorCode::AddressUnproven
    );
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    let now = told(&rosa, &request).await;
    assert!(now.call_back.unwrap().phone_is_new);
    let waiting = now.new_address.unwrap();
    assert!(!waiting.by_call);
    let confirm = json!({"change": waiting.change, "by_call": true});
    let early = rosa.act(&request, "address/confirm", confirm.clone()).await;
    assert_eq!(refused(early).await.1, ErrorCode::AddressUnproven);
    house.clock.advance(1);
    let done = rosa.act(&request, "address/confirm", confirm).await;
    assert_eq!(done.status(), 200);
    assert_eq!(on_file(&house).await, [NEW]);
    // It was mistyped: the number is as old as before.
    assert_eq!(put(&rosa, &request, "third@example.org", true).await, 200);
    assert_eq!(on_file(&house).await, ["third@example.org"]);

    house
        .sql("UPDATE client SET phone = NULL WHERE first_name = 'Ada'")
        .await;
    assert_eq!(
        why_not(&rosa, &request, NEW, true).await,
        ErrorCode::AddressUnproven,
        "there is no number to call"
    );
}

// RULES P1
#[tokio::test]
async fn what_a_number_proves_is_told_anew_the_moment_it_is_old_enough() {
    let (house, request, rosa) = scene().await;
    house
        .sql("UPDATE client SET phone_changed_at = 1772546400000 - 604799999 WHERE first_name = 'Ada'")
        .await;
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    let mut feed = rosa.feed(None).await;
    let before = feed.until(|told| told.id == request).await;
    assert!(!before.new_address.unwrap().by_call);
    house.clock.advance(1);
    assert_eq!(
        latchkey_auth::document::aging::look(&house.app).await,
        Ok(1)
    );
    let after = feed.until(|told| told.id == request).await;
    assert!(after.new_address.unwrap().by_call);
}

// RULES P1
#[tokio::test]
async fn of_several_addresses_the_one_that_was_typed_goes_and_without_it_nobody_guesses() {
    let (house, _, _) = scene().await;
    let dana = Desktop::of(&house, "Dana").await;
    let noors = asks_for_help(&house, "Noor").await;
    let all = "SELECT COUNT(*) FROM client_address t JOIN client c ON c.id = t.client_id
               WHERE c.first_name = 'Noor'";
    house
        .sql(
            "UPDATE help_request SET address_id = NULL WHERE client_id IN
              (SELECT id FROM client WHERE first_name = 'Noor')",
        )
        .await;
    assert_eq!(
        why_not(&dana, &noors, NEW, true).await,
        ErrorCode::AddressSeveral
    );
    house
        .sql(
            "UPDATE help_request SET address_id =
              (SELECT id FROM address WHERE address = 'father@example.org') WHERE client_id IN
              (SELECT id FROM client WHERE first_name = 'Noor')",
        )
        .await;
    assert_eq!(put(&dana, &noors, NEW, true).await, 200);
    assert_eq!(house.count(all).await, 2);
    let left = "SELECT COUNT(*) FROM client_address t JOIN address a ON a.id = t.address_id
                WHERE a.address IN ('mother@example.org', 'ada.new@example.org')
                  AND t.holder = 'parent'";
    assert_eq!(house.count(left).await, 2);
}

// RULES P1
#[tokio::test]
async fn the_old_mailbox_is_told_in_the_clients_language() {
    let (house, request, rosa) = scene().await;
    house
        .sql("UPDATE client SET language = 'es' WHERE first_name = 'Ada'")
        .await;
    assert_eq!(put(&rosa, &request, NEW, true).await, 200);
    let sent = mails(&house).await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("Ahora se usa otro correo"), "{}", sent[0]);
}

// RULES P1
#[tokio::test]
async fn a_request_that_comes_later_tells_of_it_too() {
    let (house, request, rosa) = scene().await;
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    assert_eq!(rosa.act(&request, "solve", json!({})).await.status(), 200);
    house.clock.advance(MINUTE);
    let later = asks_for_help(&house, "Ada").await;
    let now = told(&rosa, &later).await;
    assert_eq!(now.new_address.unwrap().address, NEW);
    assert!(now.timeline.iter().any(|entry| matches!(
        &entry.what,
        Happening::AddressProposed { by: Some(by) } if by == "Rosa Rivera"
    )));
}

// RULES P1
#[tokio::test]
async fn what_an_import_brought_is_confirmed_by_anybody_but_not_in_a_practice_of_one() {
    let (house, request, rosa) = scene().await;
    house
        .import(
            "first name,last name,email,phone,clinician email,external id\n\
             Ada,Okafor,ada.new@example.org,555 0199,rosa@juniper.example,c1\n",
        )
        .await;
    let now = told(&rosa, &request).await;
    assert!(now.call_back.unwrap().phone_is_new);
    let waiting = now.new_address.unwrap();
    assert_eq!((waiting.by, waiting.by_call), (None, false));
    assert!(
        now.timeline
            .iter()
            .any(|entry| entry.what == Happening::AddressProposed { by: None })
    );
    let confirm = json!({"change": waiting.change, "by_call": true});
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name <> 'Rosa Rivera'")
        .await;
    let alone = rosa.act(&request, "address/confirm", confirm.clone()).await;
    assert_eq!(refused(alone).await.1, ErrorCode::AddressUnproven);
    assert_eq!(on_file(&house).await, ["ada@example.org"]);
    house.sql("UPDATE staff SET disabled_at = NULL").await;
    let done = rosa.act(&request, "address/confirm", confirm).await;
    assert_eq!(done.status(), 200);
    assert_eq!(on_file(&house).await, [NEW]);
}

#[tokio::test]
async fn what_is_no_address_the_same_one_or_anybody_elses_is_refused_and_changes_nothing() {
    let (house, request, rosa) = scene().await;
    let nobody = stranger_asks(&house).await;
    let sam = Desktop::of(&house, "Sam").await;
    for (typed, code) in [
        ("", ErrorCode::AddressMalformed),
        ("ada", ErrorCode::AddressMalformed),
        (
            "ada@example.org\r\nBcc: x@example.org",
            ErrorCode::AddressMalformed,
        ),
        ("a\u{202e}da@example.org", ErrorCode::AddressMalformed),
        (&"a".repeat(9_000), ErrorCode::AddressMalformed),
        ("ADA@example.org", ErrorCode::AddressSame),
        ("priya@example.org", ErrorCode::AddressTaken),
    ] {
        assert_eq!(why_not(&rosa, &request, typed, true).await, code, "{typed}");
    }
    assert_eq!(why_not(&sam, &nobody, NEW, true).await, ErrorCode::NoClient);
    assert_eq!(house.count("SELECT COUNT(*) FROM address_change").await, 0);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM client WHERE contact_changed_at IS NOT NULL")
            .await,
        0
    );
    // It came on file for somebody else while it waited.
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    house
        .sql("UPDATE address SET address = 'ada.new@example.org' WHERE address = 'priya@example.org'")
        .await;
    let waiting = told(&rosa, &request).await.new_address.unwrap();
    let confirm = json!({"change": waiting.change, "by_call": true});
    let late = rosa.act(&request, "address/confirm", confirm).await;
    assert_eq!(refused(late).await.1, ErrorCode::AddressTaken);
    assert_eq!(on_file(&house).await, ["ada@example.org"]);
}

#[tokio::test]
async fn a_newer_one_takes_the_place_of_one_that_waits() {
    let (house, request, rosa) = scene().await;
    assert_eq!(put(&rosa, &request, "typo@example.org", false).await, 200);
    let first = told(&rosa, &request).await.new_address.unwrap();
    house.clock.advance(MINUTE);
    assert_eq!(put(&rosa, &request, NEW, false).await, 200);
    let second = told(&rosa, &request).await.new_address.unwrap();
    assert_eq!(second.address, NEW);
    assert!(second.by_call);
    let confirm = json!({"change": first.change, "by_call": true});
    let stale = rosa.act(&request, "address/confirm", confirm).await;
    assert_eq!(refused(stale).await.1, ErrorCode::AddressNotWaiting);
}

// RULES C2, P1
#[tokio::test]
async fn a_mailbox_that_must_get_none_is_not_told() {
    let (house, request, rosa) = scene().await;
    house
        .sql("UPDATE client SET no_mail = 1 WHERE first_name = 'Ada'")
        .await;
    assert_eq!(put(&rosa, &request, NEW, true).await, 200);
    assert_eq!(on_file(&house).await, [NEW]);
    assert!(mails(&house).await.is_empty());

    // Agreed on while the news waited: the file has the last word.
    let sam = Desktop::of(&house, "Sam").await;
    let priyas = asks_for_help(&house, "Priya").await;
    assert_eq!(put(&sam, &priyas, "priya.new@example.org", true).await, 200);
    let waits = "SELECT COUNT(*) FROM mail WHERE kind = 'address_changed' AND ended_at IS NULL";
    assert_eq!(house.count(waits).await, 1);
    house
        .sql("UPDATE client SET no_mail = 1 WHERE first_name = 'Priya'")
        .await;
    assert!(mails(&house).await.is_empty());
    assert_eq!(house.count(waits).await, 0);
}

#[tokio::test]
async fn a_client_without_any_address_gets_a_first_one() {
    let (house, _, rosa) = scene().await;
    let bens = asks_for_help(&house, "Ben").await;
    house
        .sql(
            "DELETE FROM client_address
              WHERE client_id = (SELECT id FROM client WHERE first_name = 'Ben')",
        )
        .await;
    assert_eq!(put(&rosa, &bens, "ben@example.org", true).await, 200);
    assert_eq!(rosa.act(&bens, "link", json!({})).await.status(), 200);
    let sent = mails(&house).await;
    assert_eq!(sent.len(), 1, "there is no old mailbox to tell");
    assert!(sent[0].contains("To: ben@example.org"));
}

// RULES P1
#[tokio::test]
async fn what_lies_in_the_old_mailbox_opens_nothing_any_more() {
    let (house, request, rosa) = scene().await;
    assert_eq!(rosa.act(&request, "link", json!({})).await.status(), 200);
    assert_eq!(put(&rosa, &request, NEW, true).await, 200);
    let live = "SELECT COUNT(*) FROM link WHERE state = 'live'";
    assert_eq!(house.count(live).await, 0);
    let voided = "SELECT COUNT(*) FROM link WHERE state = 'voided'";
    assert_eq!(house.count(voided).await, 1);
}

#[tokio::test]
async fn the_change_goes_with_its_request_in_its_time() {
    let (house, request, rosa) = scene().await;
    assert_eq!(put(&rosa, &request, NEW, true).await, 200);
    assert_eq!(rosa.act(&request, "solve", json!({})).await.status(), 200);
    house.clock.advance(8 * 366 * DAY);
    let mut retention = latchkey_auth::retention::Retention::default();
    assert!(retention.look(&house.app).await.unwrap().is_some());
    assert_eq!(house.count("SELECT COUNT(*) FROM help_request").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM address_change").await, 0);
}
