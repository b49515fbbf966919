//! The texts for clients, and the steps that staff send to one of them.

use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::mail::{self, Post};
use latchkey_auth::testing::House;
use latchkey_protocol::{Announcement, ErrorCode, Happening, RequestId};
use serde_json::json;

use crate::desktop::{Desktop, key, refused};
use crate::scene::{asks_for_help, stranger_asks};

async fn mails(house: &House) -> Vec<String> {
    let folder = house.folder.path().join("mails");
    let post = Post::Maildir(folder.clone());
    mail::deliver_due(&house.app, &post).await.unwrap();
    let Ok(entries) = std::fs::read_dir(folder.join("new")) else {
        return Vec::new();
    };
    entries
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect()
}

const QUEUED: &str = "SELECT COUNT(*) FROM mail WHERE kind = 'guide'";

#[tokio::test]
async fn the_texts_come_in_both_languages_and_to_staff_alone() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    for (query, language, hello) in [
        ("?language=es", "es", "Hola:"),
        ("?language=es-MX", "es", "Hola:"),
        ("?language=en", "en", "Hello,"),
        ("", "en", "Hello,"),
        ("?language=%00%F0%9F%A6%8A;q=9", "en", "Hello,"),
    ] {
        let answer = rosa.get(&format!("/api/v1/announcement{query}")).await;
        assert_eq!(answer.status(), 200, "{query}");
        let texts: Announcement = answer.json().await.unwrap();
        assert_eq!(texts.language, language, "{query}");
        assert!(texts.mail.starts_with(hello), "{query}: {}", texts.mail);
        assert!(texts.guide.contains(&house.url("/")), "{}", texts.guide);
    }
    let twice = rosa
        .get("/api/v1/announcement?language=es&language=en")
        .await;
    assert_eq!(refused(twice).await, (400, ErrorCode::BadRequest));
    let stranger = reqwest::get(house.url("/api/v1/announcement"))
        .await
        .unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn staff_send_the_steps_once_a_day_and_the_timeline_tells_of_it() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let once = key();
    for _ in 0..2 {
        let sent = rosa.write(&request, "guide", once, json!({})).await;
        assert_eq!(sent.status(), 200, "a repeated call is the same act");
    }
    assert_eq!(house.count(QUEUED).await, 1);
    let mut feed = rosa.feed(None).await;
    let told = feed.until(|told| told.id == request).await;
    let steps = told
        .timeline
        .iter()
        .filter(|entry| matches!(&entry.what, Happening::GuideSent { by } if by == "Rosa Rivera"));
    assert_eq!(steps.count(), 1);

    let sent = mails(&house).await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("Subject: How to sign in"), "{}", sent[0]);
    assert!(sent[0].contains("To: ada@example.org"), "{}", sent[0]);

    let again = rosa.act(&request, "guide", json!({})).await;
    assert_eq!(refused(again).await, (429, ErrorCode::GuideSentToday));
    house.clock.advance(DAY - MINUTE);
    house
        .sql("UPDATE access_token SET expires_at = 9000000000000")
        .await;
    let again = rosa.act(&request, "guide", json!({})).await;
    assert_eq!(refused(again).await.1, ErrorCode::GuideSentToday);
    house.clock.advance(MINUTE);
    assert_eq!(rosa.act(&request, "guide", json!({})).await.status(), 200);
}

// RULES A2, C2
#[tokio::test]
async fn the_steps_go_only_where_mail_may_go() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let ada = asks_for_help(&house, "Ada").await;
    let nobody = stranger_asks(&house).await;
    let sam = Desktop::of(&house, "Sam").await;
    let unmatched = sam.act(&nobody, "guide", json!({})).await;
    assert_eq!(refused(unmatched).await, (409, ErrorCode::NoClient));
    let try_it =
        async |request: &RequestId| refused(rosa.act(request, "guide", json!({})).await).await.1;
    house
        .sql("UPDATE client SET no_mail = 1 WHERE first_name = 'Ada'")
        .await;
    assert_eq!(try_it(&ada).await, ErrorCode::NoMail);
    house
        .sql("UPDATE client SET no_mail = 0, disabled_at = 1 WHERE first_name = 'Ada'")
        .await;
    assert_eq!(try_it(&ada).await, ErrorCode::ClientDisabled);
    house
        .sql(
            "UPDATE client SET disabled_at = NULL WHERE first_name = 'Ada';
              INSERT INTO suppression (id, address_id, cause, mail_id, since)
              SELECT 's', t.address_id, 'complaint', 'm', 1 FROM client_address t
              JOIN client c ON c.id = t.client_id WHERE c.first_name = 'Ada'",
        )
        .await;
    assert_eq!(try_it(&ada).await, ErrorCode::Suppressed);
    house
        .sql("DELETE FROM suppression; UPDATE help_request SET state = 'solved'")
        .await;
    assert_eq!(try_it(&ada).await, ErrorCode::AlreadySolved);
    assert_eq!(house.count(QUEUED).await, 0);
}

// RULES C2
#[tokio::test]
async fn steps_that_wait_do_not_go_once_the_mailbox_must_get_none() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(rosa.act(&request, "guide", json!({})).await.status(), 200);
    house
        .sql("UPDATE client SET no_mail = 1 WHERE first_name = 'Ada'")
        .await;
    assert!(mails(&house).await.is_empty());
    house
        .sql("UPDATE client SET no_mail = 0 WHERE first_name = 'Ada'")
        .await;
    // What never left is no reason to wait.
    assert_eq!(rosa.act(&request, "guide", json!({})).await.status(), 200);
}

#[tokio::test]
async fn nobody_sends_the_steps_from_a_request_that_is_not_theirs_to_see() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let sam = Desktop::of(&house, "Sam").await;
    house
        .sql("UPDATE staff SET role = 'clinician' WHERE name LIKE 'Sam%'")
        .await;
    let answer = sam.act(&request, "guide", json!({})).await;
    assert_eq!(refused(answer).await, (404, ErrorCode::NotFound));
    assert_eq!(house.count(QUEUED).await, 0);
}
