//! The queue against a mail server (RULES V3).

use std::sync::Arc;

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::config::Config;
use latchkey_auth::mail::{self, Post, queue};
use latchkey_auth::testing::House;
use latchkey_auth::{client, link};
use latchkey_protocol::ErrorCode;

use crate::browser::Browser;
use crate::scene::{events, newest_link, request, text};
use crate::smtp::Sink;
use crate::write;

/// A house whose mails go to this server.
pub async fn house_and_post() -> (House, Sink, Post) {
    let house = House::furnished().await;
    let sink = Sink::open().await;
    let post = Post::open(&Config {
        smtp: format!("smtp://{}", sink.at),
        ..(*house.app.config).clone()
    })
    .unwrap();
    (house, sink, post)
}

#[tokio::test]
async fn a_mail_is_handed_over_and_the_servers_words_are_kept() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ada@example.org").await;
    assert_eq!(sink.kept().len(), 0, "never in the request itself");
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    let kept = sink.kept();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains("Subject: Your link from 9:00 AM"));
    let accepted = &events(&house, "mail_accepted").await[0];
    assert_eq!(
        (accepted["code"].as_i64(), accepted["enhanced"].as_str()),
        (Some(250), Some("2.0.0"))
    );
    assert_eq!(
        text(
            &house,
            "SELECT value FROM event_personal WHERE name = 'words'"
        )
        .await,
        "Ok: queued as 4F1B2"
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM mail WHERE sealed_body IS NOT NULL")
            .await,
        0
    );
    house.clock.advance(DAY);
    assert_eq!(
        mail::deliver_due(&house.app, &post).await,
        Ok(0),
        "sent once"
    );
}

#[tokio::test]
async fn a_refused_mail_says_why_and_is_not_tried_again() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ben@full.example").await;
    mail::deliver_due(&house.app, &post).await.unwrap();
    let refused = &events(&house, "mail_refused").await[0];
    assert_eq!(
        (refused["code"].as_i64(), refused["enhanced"].as_str()),
        (Some(552), Some("5.2.2"))
    );
    assert_eq!(
        text(&house, "SELECT reply_words FROM mail").await,
        "The recipient's inbox is out of storage space"
    );
    house.clock.advance(DAY);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
    assert!(sink.kept().is_empty());
}

// RULES V3
#[tokio::test]
async fn a_deferred_mail_waits_with_a_growing_pause_and_is_given_up_after_a_day() {
    let (house, _sink, post) = house_and_post().await;
    house
        .import("first name,last name,email\nChris,Lang,chris@slow.example\n")
        .await;
    Browser::new(&house).ask("chris@slow.example").await;
    let mut pauses = Vec::new();
    for _ in 0..6 {
        assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
        assert_eq!(
            mail::deliver_due(&house.app, &post).await,
            Ok(0),
            "not before its time"
        );
        let pause = house.count("SELECT next_at FROM mail").await - house.app.now().0;
        pauses.push(pause);
        house.clock.advance(pause);
    }
    let minutes = [2, 5, 15, 30, 30].map(|minutes| minutes * MINUTE);
    assert_eq!((pauses[0], &pauses[1..]), (30 * SECOND, &minutes[..]));
    assert_eq!(events(&house, "mail_deferred").await[0]["code"], 451);
    house.clock.advance(DAY - 30 * MINUTE);
    assert_eq!(text(&house, "SELECT state FROM mail").await, "deferred");
    house.clock.advance(30 * MINUTE);
    mail::deliver_due(&house.app, &post).await.unwrap();
    assert_ne!(text(&house, "SELECT state FROM mail").await, "deferred");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM mail WHERE ended_at IS NULL")
            .await,
        0
    );
}

// RULES V3
#[tokio::test]
async fn two_workers_never_have_one_mail() {
    let (house, sink, post) = house_and_post().await;
    for name in [
        "ada@example.org",
        "priya@example.org",
        "lindqvist@example.org",
        "mother@example.org",
    ] {
        Browser::new(&house).ask(name).await;
    }
    let app = Arc::new(house.app.clone());
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (app, post) = (app.clone(), post.clone());
        workers.spawn(async move { mail::deliver_due(&app, &post).await.unwrap() });
    }
    let tried: usize = workers.join_all().await.into_iter().sum();
    assert_eq!((tried, sink.kept().len()), (4, 4));
}

// RULES V3
#[tokio::test]
async fn a_crash_between_sending_and_settling_sends_once_more_at_most_and_loses_nothing() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ada@example.org").await;
    // A worker takes the mail and is never heard of again.
    let claimed = house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                Ok::<_, latchkey_auth::db::Unavailable>(queue::claim(tx, &[]).await?)
            })
        })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        mail::deliver_due(&house.app, &post).await,
        Ok(0),
        "still in its hands"
    );
    house.clock.advance(3 * MINUTE - 1);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
    house.clock.advance(1);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    house.clock.advance(3 * MINUTE);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
    assert_eq!(sink.kept().len(), 1);
    // The lost worker comes back late: its word counts no more.
    let late = mail::outcome::Outcome::Refused(mail::outcome::reply(550, "too late"));
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                queue::settle(tx, &claimed.id, claimed.attempt, late).await?;
                Ok::<_, latchkey_auth::db::Unavailable>(())
            })
        })
        .await
        .unwrap();
    assert_eq!(text(&house, "SELECT state FROM mail").await, "accepted");
}

// RULES C2
#[tokio::test]
async fn the_flag_no_mail_holds_for_mails_that_wait_already() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ada@example.org").await;
    let ada = house.client("Ada").await;
    write!(house, |tx| client::set_no_mail(tx, &ada, true)).unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap();
    assert!(sink.kept().is_empty());
    assert_eq!(text(&house, "SELECT state FROM mail").await, "not_sent");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM mail WHERE sealed_body IS NOT NULL")
            .await,
        0
    );
    assert_eq!(events(&house, "mail_not_sent").await.len(), 1);
}

// RULES C2
#[tokio::test]
async fn one_persons_flag_keeps_mail_from_a_mailbox_that_several_share() {
    let (house, sink, post) = house_and_post().await;
    let mika = house.client("Mika").await;
    write!(house, |tx| client::set_no_mail(tx, &mika, true)).unwrap();
    Browser::new(&house).ask("lindqvist@example.org").await;
    mail::deliver_due(&house.app, &post).await.unwrap();
    assert!(sink.kept().is_empty());
}

// RULES C1, C2
#[tokio::test]
async fn a_link_that_lies_in_a_mailbox_opens_nothing_once_the_flag_is_set_for_one_who_shares_it() {
    let house = House::furnished().await;
    let mut reader = Browser::new(&house);
    reader.ask("lindqvist@example.org").await;
    let link = newest_link(&house, "lindqvist@example.org").await;
    // With Jo's access closed the link would sign in Mika, whom the flag is for.
    let (jo, mika) = (house.client("Jo").await, house.client("Mika").await);
    write!(house, |tx| client::disable(tx, &jo)).unwrap();
    write!(house, |tx| client::set_no_mail(tx, &mika, true)).unwrap();
    assert_eq!(reader.open(&link).await.status, 410);
    assert_eq!(reader.post("/link", &[]).await.status, 410);
    assert!(!reader.signed_in().await);
}

#[tokio::test]
async fn staff_send_a_new_link_to_the_address_on_file_and_the_limits_hold_for_them_too() {
    let (house, sink, post) = house_and_post().await;
    let mut browser = Browser::new(&house);
    browser
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let (id, rosa, sam) = (
        request(&house).await,
        house.staff("Rosa").await,
        house.staff("Sam").await,
    );
    let (same, by) = (id.clone(), rosa.clone());
    write!(house, |tx| link::resend(tx, &same, &by)).unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap();
    let mail = sink.kept()[0].replace("=\r\n", "");
    assert!(mail.contains("To: ada@example.org"));
    assert!(mail.contains("someone at Juniper Lane"), "{mail}");
    assert!(!mail.contains("you asked for a link"), "{mail}");
    assert_eq!(
        text(&house, "SELECT state FROM help_request").await,
        "waiting_for_client"
    );
    assert_eq!(events(&house, "link_resent").await.len(), 1);

    house.clock.advance(30 * SECOND);
    let same = id.clone();
    let refused = write!(house, |tx| link::resend(tx, &same, &sam)).unwrap_err();
    assert_eq!(
        (refused.code, refused.by.as_deref()),
        (ErrorCode::JustIssued, Some("Rosa Rivera"))
    );
    house.clock.advance(60 * SECOND);
    let (same, by) = (id.clone(), rosa.clone());
    let refused = write!(house, |tx| link::resend(tx, &same, &by)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldBack);
    let ada = house.client("Ada").await;
    write!(house, |tx| client::set_no_mail(tx, &ada, true)).unwrap();
    house.clock.advance(5 * MINUTE);
    let refused = write!(house, |tx| link::resend(tx, &id, &rosa)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoMail);
}

#[tokio::test]
async fn the_running_service_delivers_by_itself() {
    let (house, sink, post) = house_and_post().await;
    let working = latchkey_auth::work::start(&house.app, post);
    Browser::new(&house).ask("ada@example.org").await;
    let deadline = tokio::time::Duration::from_secs(10);
    tokio::time::timeout(deadline, async {
        while sink.kept().is_empty() {
            tokio::time::sleep(tokio::time::Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    house.app.stopping.cancel();
    tokio::time::timeout(deadline, working.join_all())
        .await
        .unwrap();
}
