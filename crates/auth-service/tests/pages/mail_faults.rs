//! The queue where the mail server, or our own disk, fails it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use latchkey_auth::clock::{DAY, HOUR, MINUTE, SECOND};
use latchkey_auth::config::Config;
use latchkey_auth::db::Unavailable;
use latchkey_auth::document;
use latchkey_auth::mail::outcome::{Outcome, reply};
use latchkey_auth::mail::{self, Post, queue};
use latchkey_auth::testing::{Fate, MailServer};
use latchkey_protocol::{Cause, MailFate};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Semaphore;

use crate::browser::Browser;
use crate::mails::house_and_post;
use crate::scene::{events, request, text};

// RULES V3
#[tokio::test]
async fn with_the_server_down_a_mail_waits_and_is_sent_once_when_it_is_back() {
    let (house, sink, post) = house_and_post().await;
    let down = Post::open(&Config {
        smtp: "smtp://127.0.0.1:1".to_owned(),
        ..(*house.app.config).clone()
    })
    .unwrap();
    Browser::new(&house).ask("ada@example.org").await;
    mail::deliver_due(&house.app, &down).await.unwrap();
    assert_eq!(events(&house, "mail_deferred").await[0]["code"], 0);
    assert_eq!(
        text(&house, "SELECT reply_words FROM mail").await,
        "The mail server could not be reached"
    );
    house.clock.advance(MINUTE);
    mail::deliver_due(&house.app, &post).await.unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap();
    assert_eq!(sink.kept().len(), 1);
}

// RULES V3
#[tokio::test]
async fn with_the_server_down_for_an_hour_staff_read_so_and_the_mail_is_sent_once_when_it_is_back()
{
    let (house, sink, post) = house_and_post().await;
    let down = Post::open(&Config {
        smtp: "smtp://127.0.0.1:1".to_owned(),
        ..(*house.app.config).clone()
    })
    .unwrap();
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let began = house.app.now().0;
    let mut tries = 0;
    while house.app.now().0 < began + HOUR {
        tries += mail::deliver_due(&house.app, &down).await.unwrap();
        house.clock.advance(10 * SECOND);
    }
    assert_eq!(
        tries, 6,
        "at once, then after 30 s, 2, 5, 15 and 30 minutes"
    );
    ada.post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let shown = document::load(&mut conn, &request(&house).await, house.app.now())
        .await
        .unwrap()
        .unwrap();
    drop(conn);
    assert_eq!(shown.diagnosis.cause, Cause::PracticeMailDown);
    // What the window says "the practice's mail server does not answer" by.
    assert_eq!(shown.diagnosis.facts.reply.unwrap().code, 0);
    let mail = shown.mail.unwrap();
    assert_eq!(mail.fate, MailFate::Deferred);
    assert!(mail.next_at.unwrap() > house.app.now());
    house.clock.advance(30 * MINUTE);
    for _ in 0..3 {
        mail::deliver_due(&house.app, &post).await.unwrap();
        house.clock.advance(DAY / 24);
    }
    assert_eq!(sink.kept().len(), 1);
}

/// A mail server that takes the whole mail and is gone before it says so.
async fn gone_after_the_dot() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, taken) = (
        listener.local_addr().unwrap(),
        Arc::new(AtomicUsize::new(0)),
    );
    let count = taken.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            stream.write_all(b"220 gone.example\r\n").await.unwrap();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                let answer: &[u8] = match line.trim_end() {
                    "DATA" => b"354 go on\r\n",
                    "." => {
                        count.fetch_add(1, Ordering::SeqCst);
                        break;
                    }
                    line if ["EHLO ", "MAIL FROM:", "RCPT TO:"]
                        .iter()
                        .any(|verb| line.starts_with(verb)) =>
                    {
                        b"250 Ok\r\n"
                    }
                    _ => b"",
                };
                stream.write_all(answer).await.unwrap();
                line.clear();
            }
        }
    });
    (at, taken)
}

// RULES V3
#[tokio::test]
async fn a_mail_whose_fate_nobody_said_is_sent_again_as_the_very_same_mail() {
    let (house, sink, post) = house_and_post().await;
    let (at, taken) = gone_after_the_dot().await;
    let gone = Post::open(&Config {
        smtp: format!("smtp://{at}"),
        ..(*house.app.config).clone()
    })
    .unwrap();
    Browser::new(&house).ask("ada@example.org").await;
    mail::deliver_due(&house.app, &gone).await.unwrap();
    assert_eq!(taken.load(Ordering::SeqCst), 1);
    assert_eq!(text(&house, "SELECT state FROM mail").await, "deferred");
    house.clock.advance(30 * SECOND);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(1));
    // One link and one Message-ID: two copies in a mailbox are one mail to it, and to
    // whoever presses its button.
    let id = text(&house, "SELECT id FROM mail").await;
    let tag = mail::tag::tag(&house.app.keys, &id, "ada@example.org");
    assert!(sink.kept()[0].contains(&format!("Message-ID: <{tag}@")));
    assert_eq!(house.count("SELECT COUNT(*) FROM link").await, 1);
    house.clock.advance(DAY);
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
}

// RULES V1, V3
#[tokio::test]
async fn with_the_disk_full_a_mail_that_was_sent_is_not_sent_again() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ada@example.org").await;
    // From when the mail is taken, nothing can be written.
    house
        .sql(
            "CREATE TRIGGER full BEFORE UPDATE OF ended_at ON mail WHEN NEW.ended_at IS NOT NULL
              BEGIN SELECT RAISE(ROLLBACK, 'no room'); END",
        )
        .await;
    let (app, delivering) = (house.app.clone(), post.clone());
    let working = tokio::spawn(async move { mail::deliver_due(&app, &delivering).await });
    while sink.kept().is_empty() {
        tokio::task::yield_now().await;
    }
    house.clock.advance(6 * MINUTE);
    house.sql("DROP TRIGGER full").await;
    assert_eq!(working.await.unwrap(), Ok(1));
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
    assert_eq!(
        (
            sink.kept().len(),
            text(&house, "SELECT state FROM mail").await
        ),
        (1, "accepted".to_owned())
    );
}

/// A mail server that answers when it is let.
struct Slow {
    handed: Mutex<Vec<String>>,
    lets: Semaphore,
}

impl MailServer for Slow {
    fn take(&self, id: &str, _: Vec<u8>) -> Fate<'_> {
        self.handed.lock().unwrap().push(id.to_owned());
        Box::pin(async {
            self.lets.acquire().await.unwrap().forget();
            Outcome::Accepted(reply(250, "2.0.0 Ok"))
        })
    }
}

impl Slow {
    async fn has(&self, count: usize) {
        while self.handed.lock().unwrap().len() < count {
            tokio::task::yield_now().await;
        }
    }
}

// RULES V3
#[tokio::test]
async fn a_mail_in_the_air_is_not_handed_over_again_when_the_clock_is_set() {
    let (house, _, _) = house_and_post().await;
    for address in ["ada", "priya", "mother", "father", "lindqvist"] {
        let address = format!("{address}@example.org");
        Browser::new(&house).ask(&address).await;
    }
    let server = Arc::new(Slow {
        handed: Mutex::default(),
        lets: Semaphore::new(0),
    });
    let (app, post) = (house.app.clone(), Post::Played(server.clone()));
    let working = tokio::spawn(async move { mail::deliver_due(&app, &post).await });
    server.has(4).await;
    // The computer slept: by its clock every claim has run out.
    house.clock.advance(HOUR);
    server.lets.add_permits(1);
    server.has(5).await;
    server.lets.add_permits(4);
    assert_eq!(working.await.unwrap(), Ok(5));
    let mut handed = server.handed.lock().unwrap().clone();
    handed.sort();
    handed.dedup();
    assert_eq!(handed.len(), 5);
    assert_eq!(server.handed.lock().unwrap().len(), 5);
}

// RULES V3
#[tokio::test]
async fn a_mail_in_the_air_when_the_service_was_killed_goes_at_its_next_start() {
    let (house, sink, post) = house_and_post().await;
    Browser::new(&house).ask("ada@example.org").await;
    // Claimed, and never heard of again.
    let claimed = house
        .app
        .writer
        .run(|tx| Box::pin(async move { Ok::<_, Unavailable>(queue::claim(tx, &[]).await?) }))
        .await;
    assert!(claimed.unwrap().is_some());
    assert_eq!(mail::deliver_due(&house.app, &post).await, Ok(0));
    let working = latchkey_auth::work::start(&house.app, post);
    let sent = async {
        while sink.kept().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(10), sent).await;
    assert!(in_time.is_ok(), "it waits for the claim to end");
    house.app.stopping.cancel();
    working.join_all().await;
    assert_eq!(sink.kept().len(), 1);
}
