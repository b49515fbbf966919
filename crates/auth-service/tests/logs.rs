//! What the log never holds (RULES S8). Alone in its program: it reads everything
//! that is logged at TRACE, by whichever library.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use latchkey_auth::clock::MINUTE;
use latchkey_auth::db::Unavailable;
use latchkey_auth::help;
use latchkey_auth::mail::bounce;
use latchkey_auth::mail::fate::{Heard, Way, hear};
use latchkey_auth::testing::House;
use latchkey_protocol::Phrase;
use tracing_subscriber::fmt::MakeWriter;

#[allow(dead_code, reason = "the pages use all of it")]
#[path = "pages/amazon.rs"]
mod amazon;
#[path = "pages/browser.rs"]
mod browser;
#[path = "pages/scene.rs"]
mod scene;
#[allow(dead_code, reason = "the pages use all of it")]
#[path = "pages/smtp.rs"]
mod smtp;

use browser::Browser;

const POSTMARK: &str = "3c1f9a7e5b2d4c6f8a0b1c2d3e4f5a6b";
/// What servers say when they name people.
const NAMED: &str = "550 5.1.1 <ada@example.org>: Ada Okafor has left";

/// The tag of a mail.
fn tag(mail: &str) -> &str {
    let id = mail.split("Message-ID: <").nth(1).unwrap();
    id.split('@').next().unwrap()
}

/// What comes back of three mails, by the three ways there are.
async fn comes_back(house: &House, kept: &[String]) {
    let tags: Vec<&str> = kept.iter().map(|mail| tag(mail)).collect();
    let message = format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: bounces+{}@juniper.example\n\
         Subject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ada@example.org\n\
         Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; {NAMED}\n\n--b--\n",
        tags[0]
    );
    let report = bounce::read(message.as_bytes());
    let sent_to = report.sent_to.join(" ");
    let heard = write!(house, |tx| async {
        let heard = hear(tx, Way::Pipe, &report, &sent_to).await?;
        Ok::<_, Unavailable>(heard)
    });
    assert_eq!(heard, Ok(Heard::Changed));
    let postmark = serde_json::json!({
        "RecordType": "Bounce", "Type": "HardBounce", "Email": "ada@example.org",
        "Details": NAMED, "Metadata": { "latchkey-tag": tags[1] }
    });
    let url = house.url(&format!("/hooks/postmark/{POSTMARK}"));
    let told = reqwest::Client::new().post(url).body(postmark.to_string());
    assert_eq!(told.send().await.unwrap().status(), 200);
    let last = tags.last().unwrap();
    let ses = amazon::notification(&amazon::bounce(last, "lindqvist@example.org"));
    assert_eq!(amazon::tells(house, ses.to_string()).await, 200);
    let told = "SELECT COUNT(*) FROM mail WHERE state = 'bounced'";
    assert_eq!(house.count(told).await, 3);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

// RULES S8
#[tokio::test]
#[allow(
    clippy::too_many_lines,
    reason = "every journey in one log, one after the other"
)]
async fn no_pin_token_address_name_or_message_is_in_the_log_of_any_journey() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .init();
    let amazon = amazon::Amazon::open().await;
    let house = House::furnished_with(|app| {
        amazon.tells(app);
        let mut config = (*app.config).clone();
        config.postmark_secret = Some(POSTMARK.to_owned());
        config.postmark_sources = vec![Ipv4Addr::LOCALHOST.into()];
        app.config = Arc::new(config);
    })
    .await;
    let sink = smtp::Sink::open().await;
    let post = latchkey_auth::mail::Post::open(&latchkey_auth::config::Config {
        smtp: format!("smtp://{}", sink.at),
        ..(*house.app.config).clone()
    })
    .unwrap();

    // By link, a dead one, and by a mail that is refused.
    let mut browser = Browser::new(&house);
    for address in [
        "ada@example.org",
        "ben@full.example",
        "stranger@elsewhere.example",
        "no address",
    ] {
        browser.ask(address).await;
    }
    latchkey_auth::mail::deliver_due(&house.app, &post)
        .await
        .unwrap();
    let mail = sink.kept()[0].replace("=\r\n", "").replace("=3D", "=");
    let link = scene::link_in(&mail);
    // As a mail program may cut it, and in a browser without cookies.
    browser.open(&link[..40]).await;
    let mut bare = Browser::new(&house);
    let led = bare.get(&link).await.location().to_owned();
    bare.jar.clear();
    bare.get(&led).await;
    browser.open(&link).await;
    browser.post("/link", &[("keep", "yes")]).await;
    let session = browser.jar["__Host-latchkey"].clone();
    browser.open(&link).await;
    browser.post("/me/sign-out-everywhere", &[]).await;

    // By PIN.
    let mut waiting = Browser::new(&house);
    let message = "Nothing arrives and my form is due";
    waiting
        .post("/help", &[("who", "ada@example.org"), ("what", message)])
        .await;
    let (request, rosa) = (scene::request(&house).await, house.staff("Rosa").await);
    let (id, by) = (request.clone(), rosa.clone());
    write!(house, |tx| help::mark_seen(tx, &id, &by)).unwrap();
    let (id, by) = (request.clone(), rosa.clone());
    write!(house, |tx| help::reply(
        tx,
        &id,
        &by,
        &Phrase::CallWithinTenMinutes
    ))
    .unwrap();
    let note = "Her sister answers the phone";
    let (id, by) = (request.clone(), rosa.clone());
    write!(house, |tx| help::add_note(tx, &id, &by, "n1", note)).unwrap();
    scene::issue(&house, &request, &rosa, "482915", None)
        .await
        .unwrap();
    waiting.post("/waiting", &[("pin", "719038")]).await;
    waiting.post("/waiting", &[("pin", "482915")]).await;
    assert!(waiting.signed_in().await);
    house.clock.advance(MINUTE);
    latchkey_auth::mail::deliver_due(&house.app, &post)
        .await
        .unwrap();

    // By a shared mailbox, and away.
    let mut shared = Browser::new(&house);
    shared.ask("lindqvist@example.org").await;
    latchkey_auth::mail::deliver_due(&house.app, &post)
        .await
        .unwrap();
    let shared_mail = sink
        .kept()
        .last()
        .unwrap()
        .replace("=\r\n", "")
        .replace("=3D", "=");
    shared.open(&scene::link_in(&shared_mail)).await;
    shared.post("/link", &[]).await;
    shared.post("/who", &[("name", "Mika Lindqvist")]).await;
    shared.get("/exit").await;
    comes_back(&house, &sink.kept()).await;

    // A search of the desktop's has a name in its address, whoever asks.
    assert_eq!(shared.get("/api/v1/clients?q=Okafor").await.status, 401);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        "route=\"/link/{*token}\"",
        "route=\"/waiting\"",
        "state=\"refused\"",
        "route=\"/hooks/postmark/{secret}\"",
        "route=\"/hooks/ses\"",
        "route=\"/api/v1/clients\"",
        "what came back",
    ] {
        assert!(
            log.contains(line),
            "{line} is not in the log, so it proves nothing"
        );
    }
    let token = link.trim_start_matches("/link/");
    let browser_token = waiting.jar["__Host-latchkey_browser"].clone();
    for secret in [
        "482915",
        "719038",
        token,
        &token[..30],
        led.trim_start_matches("/link?by="),
        &session,
        &browser_token,
        "ada@example.org",
        "ben@full.example",
        "stranger@elsewhere.example",
        "no address",
        "lindqvist",
        "Okafor",
        "Lindqvist",
        "Rosa",
        POSTMARK,
        "has left",
        message,
        note,
        "555 0111",
    ] {
        let place = log.find(secret);
        assert_eq!(
            place,
            None,
            "{secret} in the log: {:?}",
            place.map(|at| &log[at.saturating_sub(300)..at + 100])
        );
    }
}
