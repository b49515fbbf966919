//! A computer that was connected: announced, signed out, revoked.

use latchkey_auth::mail::{self, Post};
use latchkey_auth::testing::House;

use crate::desk::{Desk, Key, http, refresh};
use crate::scene::{refresh_of, signed_in};

#[tokio::test]
async fn signing_out_ends_the_desktop_and_tells_nothing_about_unknown_tokens() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let tokens = signed_in(&house, &key).await;
    let revoke = async |token: &str| {
        http()
            .post(house.url("/oauth/revoke"))
            .form(&[("token", token)])
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(revoke("nonsense").await, 200);
    assert_eq!(refresh(&house, &key, refresh_of(&tokens)).await.0, 200);
    assert_eq!(revoke(tokens["access_token"].as_str().unwrap()).await, 200);
    assert_eq!(refresh(&house, &key, refresh_of(&tokens)).await.0, 400);
}

// RULES S5
#[tokio::test]
async fn a_revoked_desktop_and_a_disabled_person_can_do_nothing_more() {
    let house = House::furnished().await;
    let rosa = Desk::of(&house, "Rosa").await;
    let sam = Desk::of(&house, "Sam").await;
    let id = house.staff("Rosa").await;
    let ended = house
        .app
        .writer
        .run(|tx| {
            Box::pin(
                async move { latchkey_auth::staff::revoke_devices(tx, &id, "by_operator").await },
            )
        })
        .await
        .unwrap();
    assert_eq!(ended, 1);
    let id = house.staff("Sam").await;
    house
        .app
        .writer
        .run(|tx| Box::pin(async move { latchkey_auth::staff::disable(tx, &id).await }))
        .await
        .unwrap();
    for gone in [&rosa, &sam] {
        assert_eq!(gone.get("/api/v1/me").await.0, 401);
        assert_eq!(refresh(&house, &gone.key, &gone.refresh).await.0, 400);
    }
}

// RULES S5
#[tokio::test]
async fn a_new_desktop_is_announced_to_its_owner_and_the_admins() {
    let house = House::furnished().await;
    Desk::of(&house, "Rosa").await;
    let post = Post::open(&house.app.config).unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap();

    let folder = house.folder.path().join("mail/new");
    let mails: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let mut told: Vec<&str> = mails
        .iter()
        .filter_map(|mail| mail.lines().find_map(|line| line.strip_prefix("To: ")))
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["dana@juniper.example", "rosa@juniper.example"]);
    for mail in &mails {
        let mail = mail.replace("=\r\n", "");
        assert!(mail.contains("Subject: A computer was connected"), "{mail}");
        assert!(
            mail.contains("Rosa Rivera") && mail.contains("laptop"),
            "{mail}"
        );
    }
}

// RULES A3
#[tokio::test]
async fn signing_desktops_out_without_end_is_refused_with_the_time_to_wait() {
    let house = House::furnished().await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    let revoke = async || {
        http()
            .post(house.url("/oauth/revoke"))
            .form(&[("token", "A".repeat(43))])
            .send()
            .await
            .unwrap()
    };
    for _ in 0..300 {
        assert_eq!(revoke().await.status(), 200);
    }
    let refused = revoke().await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "600");
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["error"], "temporarily_unavailable");
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
}
