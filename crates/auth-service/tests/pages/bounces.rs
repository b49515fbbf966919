//! What comes back changes the fate of the mail it is about, and of no other.

use std::sync::Arc;

use latchkey_auth::clock::MINUTE;
use latchkey_auth::config::Config;
use latchkey_auth::db::Unavailable;
use latchkey_auth::link;
use latchkey_auth::mail::bounce;
use latchkey_auth::mail::fate::{Heard, VALID_MS, Way, hear};
use latchkey_auth::mail::{self, Post};
use latchkey_auth::testing::House;
use latchkey_protocol::{Cause, ErrorCode};

use crate::browser::Browser;
use crate::scene::{deliver, events, mails, shown, text};
use crate::smtp::Sink;

const GONE: &str = "5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\u{202e}";

/// Ada asked, and her mail was taken. Gives its tag.
async fn sent() -> (House, String) {
    let house = House::furnished().await;
    Browser::new(&house).ask("ada@example.org").await;
    assert_eq!(deliver(&house).await, 1);
    let tag = tag_in(mails(&house).last().unwrap());
    (house, tag)
}

fn tag_in(mail: &str) -> String {
    let id = mail.split("Message-ID: <").nth(1).unwrap();
    id.split('@').next().unwrap().to_owned()
}

/// A report as a server writes it, to the tag it was given.
fn report(tag: &str, to: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: bounces+{tag}@juniper.example\n\
         Subject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: message/delivery-status\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n\n--b--\n"
    )
    .into_bytes()
}

fn complaint(tag: &str) -> Vec<u8> {
    format!(
        "From: fbl@mail.example\nSubject: complaint\nContent-Type: multipart/report; boundary=b\n\n\
         --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n\
         --b\nContent-Type: message/rfc822\n\nTo: ada@example.org\nMessage-ID: <{tag}@juniper.example>\n\nlink\n--b--\n"
    )
    .into_bytes()
}

async fn comes_back(house: &House, message: &[u8]) -> Heard {
    let report = bounce::read(message);
    let sent_to = report.sent_to.join(" ");
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let heard = hear(tx, Way::Pipe, &report, &sent_to).await?;
                Ok::<_, Unavailable>(heard)
            })
        })
        .await
        .unwrap()
}

async fn state(house: &House) -> String {
    text(
        house,
        "SELECT state FROM mail ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .await
}

#[tokio::test]
async fn a_mail_that_comes_back_is_told_once_with_the_servers_own_words() {
    let (house, tag) = sent().await;
    let message = report(&tag, "ada@example.org", "failed", GONE);
    assert_eq!(comes_back(&house, &message).await, Heard::Changed);
    assert_eq!(state(&house).await, "bounced");
    let told = events(&house, "mail_bounced").await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["code"], &told[0]["enhanced"], &told[0]["cause"]),
        (&550.into(), &"5.1.1".into(), &"mailbox_unknown".into())
    );
    assert_eq!(
        text(&house, "SELECT reply_words FROM mail").await,
        "User unknown"
    );
    let position = house.count("SELECT MAX(position) FROM event").await;
    for _ in 0..2 {
        assert_eq!(comes_back(&house, &message).await, Heard::Known);
    }
    assert_eq!(
        house.count("SELECT MAX(position) FROM event").await,
        position
    );
}

#[tokio::test]
async fn a_delay_then_a_bounce_then_a_complaint_are_told_in_their_order_only() {
    let (house, tag) = sent().await;
    let delayed = report(&tag, "ada@example.org", "delayed", "4.4.1");
    assert_eq!(comes_back(&house, &delayed).await, Heard::Changed);
    assert_eq!(state(&house).await, "delayed");
    assert_eq!(comes_back(&house, &delayed).await, Heard::Known);
    let full = report(&tag, "Ada@Example.org", "failed", "5.2.2");
    assert_eq!(comes_back(&house, &full).await, Heard::Changed);
    assert_eq!(comes_back(&house, &delayed).await, Heard::Known);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM suppression").await,
        0,
        "there may be room again"
    );
    assert_eq!(comes_back(&house, &complaint(&tag)).await, Heard::Changed);
    assert_eq!(state(&house).await, "complained");
    assert_eq!(comes_back(&house, &full).await, Heard::Known);
    assert_eq!(
        text(&house, "SELECT cause FROM suppression").await,
        "complaint"
    );
}

// RULES A5
#[tokio::test]
async fn a_forged_bounce_changes_nothing() {
    let (house, tag) = sent().await;
    let position = house.count("SELECT MAX(position) FROM event").await;
    let mut forged = tag.clone().into_bytes();
    let last = forged.len() - 3;
    forged[last] = if forged[last] == b'a' { b'b' } else { b'a' };
    let forged = String::from_utf8(forged).unwrap();
    let other = report(&tag, "ben@full.example", "failed", GONE);
    for message in [
        report(&forged, "ada@example.org", "failed", GONE),
        report("nothing", "ada@example.org", "failed", GONE),
        other,
        report(&tag, "ada@example.org", "relayed", "2.0.0"),
    ] {
        assert_ne!(comes_back(&house, &message).await, Heard::Changed);
    }
    house.clock.advance(VALID_MS + 1);
    let late = report(&tag, "ada@example.org", "failed", GONE);
    assert_eq!(comes_back(&house, &late).await, Heard::Nothing);
    assert_eq!(state(&house).await, "accepted");
    assert_eq!(
        house.count("SELECT MAX(position) FROM event").await,
        position
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM suppression").await, 0);
}

#[tokio::test]
async fn what_comes_back_while_the_mail_is_handed_over_is_to_be_said_again() {
    let (house, tag) = sent().await;
    house
        .sql("UPDATE mail SET state = 'sending', ended_at = NULL")
        .await;
    let message = report(&tag, "ada@example.org", "failed", GONE);
    assert_eq!(comes_back(&house, &message).await, Heard::NotYet);
}

#[tokio::test]
async fn staff_read_since_when_a_mailbox_is_closed_however_late_it_is_asked_for() {
    let (house, tag) = sent().await;
    let gone = report(&tag, "ada@example.org", "failed", GONE);
    assert_eq!(comes_back(&house, &gone).await, Heard::Changed);
    let closed_at = house.app.now();
    house.clock.advance(3 * MINUTE);
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    browser
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let found = shown(&house).await.diagnosis;
    assert_eq!(found.cause, Cause::Suppressed);
    assert_eq!(found.facts.at, Some(closed_at));
}

// RULES A1
#[tokio::test]
async fn a_closed_mailbox_gets_no_mail_and_the_client_sees_the_same_page() {
    let (house, tag) = sent().await;
    let gone = report(&tag, "ada@example.org", "failed", GONE);
    assert_eq!(comes_back(&house, &gone).await, Heard::Changed);
    assert_eq!(events(&house, "address_suppressed").await.len(), 1);
    house.clock.advance(3 * MINUTE);
    let rows = || async {
        house
            .count("SELECT (SELECT COUNT(*) FROM event) * 10000 + (SELECT COUNT(*) FROM mail) * 100 + (SELECT COUNT(*) FROM link)")
            .await
    };
    let before = rows().await;
    let closed = Browser::new(&house).ask("ada@example.org").await;
    let between = rows().await;
    let open = Browser::new(&house).ask("priya@example.org").await;
    assert_eq!(between - before, rows().await - between, "the same writes");
    let page = |body: &str| {
        body.replace("ada@example.org", "")
            .replace("priya@example.org", "")
    };
    assert_eq!(closed.status, open.status);
    assert_eq!(page(&closed.body).len(), page(&open.body).len());
    assert_eq!(
        events(&house, "mail_not_sent").await[0]["why"],
        "suppressed"
    );
    let outcome = text(
        &house,
        "SELECT outcome FROM ask ORDER BY at, id LIMIT 1 OFFSET 1",
    )
    .await;
    assert_eq!(outcome, "suppressed");
    let before = mails(&house).len();
    deliver(&house).await;
    assert!(
        mails(&house)[before..]
            .iter()
            .all(|mail| !mail.contains("To: ada@example.org"))
    );
}

// RULES A1
#[tokio::test]
async fn a_refusal_in_the_dialogue_itself_closes_the_mailbox_and_the_client_sees_the_same_page() {
    for (domain, closed) in [
        ("gone.example", 1),
        ("policy.example", 0),
        ("full.example", 0),
    ] {
        let house = House::furnished().await;
        let sink = Sink::open().await;
        let post = Post::open(&Config {
            smtp: format!("smtp://{}", sink.at),
            ..(*house.app.config).clone()
        })
        .unwrap();
        house.import(&format!("first name,last name,email,clinician email\nTest,Person,one@{domain},rosa@juniper.example\n")).await;
        let address = format!("one@{domain}");
        let first = Browser::new(&house).ask(&address).await;
        assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
        assert_eq!(state(&house).await, "refused");
        assert_eq!(
            house.count("SELECT COUNT(*) FROM suppression").await,
            closed,
            "{domain}"
        );
        house.clock.advance(3 * MINUTE);
        let again = Browser::new(&house).ask(&address).await;
        assert_eq!(
            (again.status, again.body.len()),
            (first.status, first.body.len())
        );
        let sent = mail::deliver_due(&house.app, &post).await;
        assert_eq!(sent, Ok(1 - usize::try_from(closed).unwrap()));
    }
}

#[tokio::test]
async fn what_waits_for_a_mailbox_ends_when_it_is_closed() {
    let (house, tag) = sent().await;
    house.clock.advance(3 * MINUTE);
    Browser::new(&house).ask("ada@example.org").await;
    let gone = report(&tag, "ada@example.org", "failed", GONE);
    comes_back(&house, &gone).await;
    assert_eq!(deliver(&house).await, 0);
    assert_eq!(state(&house).await, "not_sent");
}

#[tokio::test]
async fn staff_cannot_send_a_link_into_a_closed_mailbox() {
    let (house, tag) = sent().await;
    let mut ada = Browser::new(&house);
    ada.post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    comes_back(&house, &report(&tag, "ada@example.org", "failed", GONE)).await;
    house.clock.advance(3 * MINUTE);
    let request = crate::scene::request(&house).await;
    let rosa = house.staff("Rosa").await;
    let (wanted, by) = (request.clone(), rosa.clone());
    let refused = crate::write!(house, |tx| async { link::resend(tx, &wanted, &by).await });
    assert_eq!(refused.unwrap_err().code, ErrorCode::Suppressed);
    let (wanted, by) = (request.clone(), rosa.clone());
    crate::write!(house, |tx| async {
        mail::suppression::lift(tx, &wanted, &by).await
    })
    .unwrap();
    let sent = crate::write!(house, |tx| async {
        link::resend(tx, &request, &rosa).await
    });
    assert!(sent.is_ok());
    assert_eq!(events(&house, "suppression_lifted").await.len(), 1);
}

#[tokio::test]
async fn the_envelope_carries_the_tag_and_asks_for_reports_where_they_are_offered() {
    for offered in [true, false] {
        let house = House::furnished_with(|app| {
            let mut config = (*app.config).clone();
            config.bounce_address = Some("bounces@mail.juniper.example".to_owned());
            app.config = Arc::new(config);
        })
        .await;
        house
            .sql("UPDATE address SET address = 'ada+x@example.org' WHERE address = 'ada@example.org'")
            .await;
        let sink = if offered {
            Sink::with_reports().await
        } else {
            Sink::open().await
        };
        let post = Post::open(&Config {
            smtp: format!("smtp://{}", sink.at),
            ..(*house.app.config).clone()
        })
        .unwrap();
        let ada = house.client("Ada").await;
        crate::write!(house, |tx| async {
            mail::notice::pin_used(tx, &ada).await?;
            Ok::<_, Unavailable>(())
        })
        .unwrap();
        assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
        let tag = tag_in(&sink.kept()[0]);
        let from = format!("MAIL FROM:<bounces+{tag}@mail.juniper.example>");
        let to = "RCPT TO:<ada+x@example.org>".to_owned();
        if offered {
            assert_eq!(
                sink.said(),
                [
                    format!("{from} RET=HDRS ENVID={tag}"),
                    format!("{to} NOTIFY=FAILURE,DELAY ORCPT=rfc822;ada+2Bx@example.org")
                ]
            );
        } else {
            assert_eq!(sink.said(), [from, to]);
        }
    }
}
