//! The whole way, over HTTP alone: staff sign in through the real pages, a client asks
//! for help, the feed brings it, staff act, the client is in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "pages/browser.rs"]
mod browser;
mod desk;
#[path = "pages/scene.rs"]
mod scene;
#[path = "api/stream.rs"]
mod stream;

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use browser::Browser;
use desk::Desk;
use latchkey_auth::clock::{MINUTE, SECOND};
use latchkey_auth::testing::House;
use latchkey_protocol::{
    Action, Cause, IssuedPin, MailFate, PinState, RequestId, RequestState, SignInMethod, SolvedHow,
};
use reqwest::Method;
use serde_json::{Value, json};
use stream::Stream;

async fn feed(desk: &Desk<'_>) -> Stream {
    Stream::of(desk.call(Method::GET, "/api/v1/feed").send().await.unwrap())
}

async fn act(desk: &Desk<'_>, request: &RequestId, act: &str, body: Value) -> Value {
    let app = &desk.house.app;
    let key = app.random.id(app.now());
    let path = format!("/api/v1/requests/{request}/{act}");
    let (status, answer) = desk.post(&path, &key.to_string(), body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Everything that is logged at TRACE while a test runs.
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

impl Log {
    /// One for the whole program: what is logged while both tests run.
    fn open() -> &'static Self {
        static LOG: LazyLock<Log> = LazyLock::new(|| {
            let log = Log::default();
            let lines = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_writer(move || lines.clone())
                .with_ansi(false)
                // Microseconds look like a PIN now and then.
                .without_time()
                .init();
            log
        });
        &LOG
    }

    /// The calls are in it, and none of these.
    fn holds_none_of(&self, secrets: &[&str]) {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        assert!(
            text.contains("/api/v1/requests/{id}/pin"),
            "the calls are not in the log"
        );
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in the log");
        }
    }
}

// RULES S8
#[tokio::test]
async fn a_client_whose_mail_lies_unread_is_let_in_by_a_pin() {
    let log = Log::open();
    let house = House::furnished().await;
    let rosa = Desk::of(&house, "Rosa").await;
    let mut desktop = feed(&rosa).await;

    // Ada asks for a link, finds nothing, and after six minutes asks for help.
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    scene::deliver(&house).await;
    house.clock.advance(6 * MINUTE);
    ada.post(
        "/help",
        &[("who", "ada@example.org"), ("what", "No mail comes.")],
    )
    .await;
    let waiting = ada.open("/waiting").await;

    let request = desktop.said().await.request();
    assert_eq!(request.state, RequestState::New);
    assert_eq!(request.who.name.as_deref(), Some("Ada Okafor"));
    assert_eq!(request.who.typed, "ada@example.org");
    assert_eq!(request.message.as_deref(), Some("No mail comes."));
    assert_eq!(request.diagnosis.cause, Cause::AcceptedNotOpened);
    assert_eq!(request.diagnosis.action, Action::CallAndIssuePin);
    assert_eq!(request.mail.unwrap().fate, MailFate::Accepted);
    let call_back = request.call_back.unwrap();
    assert_eq!(call_back.phone.as_deref(), Some("555 0111"));
    for word in &request.match_words {
        assert!(
            waiting.body.contains(word.as_str()),
            "both sides see the words"
        );
    }

    // Rosa opens it, and Ada's page says so.
    act(&rosa, &request.id, "seen", json!({})).await;
    let request = desktop.until(|it| it.seen.is_some()).await;
    assert_eq!(request.state, RequestState::Looking);
    let seen_at = ada.open("/waiting").await.body;
    assert_ne!(seen_at, waiting.body, "the page shows that it was seen");

    // She calls the number on file and issues a PIN.
    let evidence = json!({ "evidence": "called_number_on_file" });
    let pin: IssuedPin =
        serde_json::from_value(act(&rosa, &request.id, "pin", evidence).await).unwrap();
    let request = desktop.until(|it| it.pin.is_some()).await;
    assert_eq!(request.pin.unwrap().state, PinState::Live);

    // Ada mistypes it once, then types it with a space.
    let (left, right) = pin.digits.split_at(3);
    let wrong = if pin.digits == "000000" {
        "000001"
    } else {
        "000000"
    };
    assert_eq!(ada.post("/waiting", &[("pin", wrong)]).await.status, 422);
    desktop
        .until(|it| it.diagnosis.cause == Cause::PinWrong)
        .await;
    let typed = format!("{left} {right}");
    assert_eq!(ada.post("/waiting", &[("pin", &typed)]).await.status, 303);
    assert!(ada.signed_in().await);

    // The request solves itself on the desktop.
    let request = desktop.until(|it| it.state == RequestState::Solved).await;
    assert_eq!(request.pin.unwrap().state, PinState::Used);
    assert_eq!(
        request.solved.unwrap().how,
        SolvedHow::SignedIn {
            method: SignInMethod::Pin
        }
    );
    assert_eq!(request.diagnosis.cause, Cause::SignedInSince);
    log.holds_none_of(&[
        &pin.digits,
        &typed,
        &rosa.access,
        &rosa.refresh,
        "ada@example.org",
        "Okafor",
        "555 0111",
        "No mail comes",
        "Rosa Rivera",
    ]);
}

#[tokio::test]
async fn a_client_who_never_asked_is_let_in_by_the_link_that_staff_send() {
    Log::open();
    let house = House::furnished().await;
    let rosa = Desk::of(&house, "Rosa").await;
    let mut desktop = feed(&rosa).await;
    let mut ada = Browser::new(&house);
    ada.post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let request = desktop.said().await.request();
    assert_eq!(request.diagnosis.cause, Cause::NothingAsked);
    assert_eq!(request.diagnosis.action, Action::ResendLink);
    assert_eq!(request.mail, None);

    act(&rosa, &request.id, "link", json!({})).await;
    let shown = desktop.until(|it| it.mail.is_some()).await;
    assert_eq!(shown.mail.unwrap().fate, MailFate::Queued);
    act(
        &rosa,
        &request.id,
        "reply",
        json!({ "phrase": "try_the_new_link" }),
    )
    .await;
    desktop.until(|it| it.replies.len() == 1).await;

    let link = scene::newest_link(&house, "ada@example.org").await;
    desktop
        .until(|it| {
            it.mail
                .as_ref()
                .is_some_and(|mail| mail.fate == MailFate::Accepted)
        })
        .await;
    house.clock.advance(20 * SECOND);
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    assert!(ada.signed_in().await);
    let request = desktop.until(|it| it.state == RequestState::Solved).await;
    assert_eq!(
        request.solved.unwrap().how,
        SolvedHow::SignedIn {
            method: SignInMethod::Link
        }
    );
}
