//! `/me/messages`: what the practice wrote to a client who is in, and the client's answer.

use latchkey_auth::clock::{DAY, HOUR, MINUTE};
use latchkey_auth::retention::Retention;
use latchkey_auth::testing::House;
use latchkey_auth::{help, message};
use latchkey_protocol::{ErrorCode, Happening, RequestId, RequestState, StaffId};
use uuid::Uuid;

use crate::browser::Browser;
use crate::scene::{deliver, mails, newest_link, request, shown};
use crate::write;

const ASKS: [(&str, &str); 2] = [("who", "ada@example.org"), ("what", "No mail comes")];

/// Ada asks for help here, and signs in by a link.
async fn scene() -> (House, Browser, RequestId, StaffId) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.post("/help", &ASKS).await;
    let (asked, rosa) = (request(&house).await, house.staff("Rosa").await);
    sign_in(&house, &mut browser, "ada@example.org").await;
    (house, browser, asked, rosa)
}

async fn sign_in(house: &House, browser: &mut Browser, address: &str) {
    // A second link within two minutes would be held back.
    house.clock.advance(3 * MINUTE);
    browser.ask(address).await;
    let link = newest_link(house, address).await;
    browser.open(&link).await;
    browser.post("/link", &[("keep", "yes")]).await;
    assert!(browser.signed_in().await);
}

async fn write_to(
    house: &House,
    request: &RequestId,
    by: &StaffId,
    text: &str,
) -> Result<(), ErrorCode> {
    write_as(
        house,
        request,
        by,
        &Uuid::from_bytes(house.app.random.bytes()).to_string(),
        text,
    )
    .await
}

async fn write_as(
    house: &House,
    request: &RequestId,
    by: &StaffId,
    id: &str,
    text: &str,
) -> Result<(), ErrorCode> {
    let (request, by) = (request.clone(), by.clone());
    let (id, text) = (id.to_owned(), text.to_owned());
    let done = write!(house, |tx| async {
        message::send(tx, &request, &by, &id, &text).await
    });
    done.map_err(|refusal: latchkey_auth::refusal::Refusal| refusal.code)
}

fn notices(house: &House) -> Vec<String> {
    let mut all = mails(house);
    all.retain(|mail| mail.contains("Subject: News from"));
    all
}

// RULES P5
#[tokio::test]
async fn free_text_waits_for_a_session_of_that_client() {
    let house = House::furnished().await;
    let mut waiting = Browser::new(&house);
    waiting.post("/help", &ASKS).await;
    let (asked, rosa) = (request(&house).await, house.staff("Rosa").await);
    assert!(!shown(&house).await.can_write);
    let refused = write_to(&house, &asked, &rosa, "Hello").await;
    assert_eq!(refused, Err(ErrorCode::ClientNotIn));
    // Somebody else signs in in that very browser: it is still not Ada's session.
    sign_in(&house, &mut waiting, "priya@example.org").await;
    let refused = write_to(&house, &asked, &rosa, "Hello").await;
    assert_eq!(refused, Err(ErrorCode::ClientNotIn));
    assert_eq!(house.count("SELECT COUNT(*) FROM message").await, 0);

    // Ada is in, on another device: she reads it there, and the browser that waits does not.
    let mut phone = Browser::new(&house);
    sign_in(&house, &mut phone, "ada@example.org").await;
    assert!(shown(&house).await.can_write);
    write_to(
        &house,
        &asked,
        &rosa,
        "Park behind the <b>house</b>\n\u{202e}Rosa",
    )
    .await
    .unwrap();
    let page = phone.get("/me/messages").await;
    assert!(
        page.body
            .contains("Park behind the &#60;b&#62;house&#60;/b&#62;\nRosa"),
        "{}",
        page.body
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for path in ["/waiting", "/me", "/me/messages"] {
        let page = waiting.get(path).await;
        assert!(!page.body.contains("Park behind"), "{path}");
    }
    let mut stranger = Browser::new(&house);
    let away = stranger.get("/me/messages").await;
    assert_eq!((away.status, away.location()), (303, "/"));
}

// RULES P5, V1
#[tokio::test]
async fn the_client_reads_and_answers_once_and_staff_read_that() {
    let (house, mut browser, asked, rosa) = scene().await;
    let page = browser.get("/me").await;
    assert!(!page.body.contains("/me/messages"));
    let id = Uuid::from_u128(7).to_string();
    for _ in 0..2 {
        write_as(&house, &asked, &rosa, &id, "Can you see it now?")
            .await
            .unwrap();
    }
    let page = browser.get("/me").await;
    assert!(page.body.contains("Read a new message"), "{}", page.body);
    let was_read = |what: &Happening| *what == Happening::MessageRead;
    // Fetched ahead, it is not read.
    browser.send("HEAD", "/me/messages", "", b"").await;
    assert!(
        !shown(&house)
            .await
            .timeline
            .iter()
            .any(|entry| was_read(&entry.what))
    );
    let page = browser.get("/me/messages").await;
    browser.get("/me/messages").await;
    let told = shown(&house).await;
    assert_eq!(
        told.timeline
            .iter()
            .filter(|entry| was_read(&entry.what))
            .count(),
        1
    );
    assert!(told.waits_since.is_none());

    let once = page.field("once");
    for _ in 0..2 {
        let form = [("once", once.as_str()), ("text", "Yes,\r\nthank you \u{7}")];
        let sent = browser.post("/me/messages", &form).await;
        assert_eq!((sent.status, sent.location()), (303, "/me/messages?sent"));
    }
    let told = shown(&house).await;
    let wrote = told.timeline.iter().filter_map(|entry| match &entry.what {
        Happening::ClientWrote { text } => text.clone(),
        _ => None,
    });
    assert_eq!(wrote.collect::<Vec<_>>(), ["Yes,\nthank you"]);
    assert_eq!(told.state, RequestState::Solved);
    assert!(told.waits_since.is_some() && told.rings.is_some_and(|rings| rings.contains(&rosa)));
    let page = browser.get("/me/messages?sent").await;
    assert!(page.body.contains("Your answer is sent.") && page.body.contains("From you,"));

    // A sign-in elsewhere does not put away what the client wrote; an answer does.
    sign_in(&house, &mut Browser::new(&house), "ada@example.org").await;
    assert!(shown(&house).await.waits_since.is_some());
    write_to(&house, &asked, &rosa, "Good").await.unwrap();
    assert!(shown(&house).await.waits_since.is_none());
}

// RULES P5
#[tokio::test]
async fn closing_it_puts_away_what_the_client_wrote() {
    let (house, mut browser, asked, rosa) = scene().await;
    write_to(&house, &asked, &rosa, "Hello").await.unwrap();
    let once = browser.get("/me/messages").await.field("once");
    browser
        .post("/me/messages", &[("once", &once), ("text", "Hi")])
        .await;
    assert!(shown(&house).await.waits_since.is_some());
    for done in [Ok(()), Err(ErrorCode::AlreadySolved)] {
        let (asked, rosa) = (asked.clone(), rosa.clone());
        let closed = write!(house, |tx| async { help::solve(tx, &asked, &rosa).await });
        assert_eq!(closed.map_err(|refusal| refusal.code), done);
    }
    let told = shown(&house).await;
    assert!(told.waits_since.is_none() && told.rings.is_none());
}

// RULES V4
#[tokio::test]
async fn an_answer_that_is_empty_too_long_or_not_a_form_of_ours_changes_nothing() {
    let (house, mut browser, asked, rosa) = scene().await;
    // Nobody wrote: there is nothing to answer.
    let once = Uuid::from_u128(1).to_string();
    let unasked = browser
        .post("/me/messages", &[("once", &once), ("text", "Hi")])
        .await;
    assert_eq!(unasked.status, 422);
    write_to(&house, &asked, &rosa, "Hello").await.unwrap();
    let long = "x".repeat(1_001);
    for (once, text, status, words) in [
        (
            once.as_str(),
            " \u{200b}",
            422,
            "Please write something first.",
        ),
        (&once, &long, 422, "Your answer is too long."),
        ("twice", "Hi", 400, "We could not read that"),
    ] {
        let answer = browser
            .post("/me/messages", &[("once", once), ("text", text)])
            .await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM message").await, 1);
    let mut stranger = Browser::new(&house);
    let away = stranger
        .post("/me/messages", &[("once", &once), ("text", "Hi")])
        .await;
    assert_eq!((away.status, away.location()), (303, "/"));
    // Fifty are enough, from either side.
    for _ in 1..50 {
        write_to(&house, &asked, &rosa, "more").await.unwrap();
    }
    let full = write_to(&house, &asked, &rosa, "more").await;
    assert_eq!(full, Err(ErrorCode::ConversationFull));
    let full = browser
        .post("/me/messages", &[("once", &once), ("text", "Hi")])
        .await;
    assert!(full.status == 422 && full.body.contains("Nothing can be sent here now."));
}

// RULES P5, C2
#[tokio::test]
async fn a_mail_says_that_there_is_a_message_once_while_it_lies_unread() {
    let (house, mut browser, asked, rosa) = scene().await;
    write_to(&house, &asked, &rosa, "Bring your diary")
        .await
        .unwrap();
    write_to(&house, &asked, &rosa, "And a pen").await.unwrap();
    deliver(&house).await;
    let told = notices(&house);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("To: ada@example.org") && told[0].contains("/me/messages"));
    for secret in ["diary", "Rosa", "Ada ", "/link/", "practice", "therap"] {
        assert!(!told[0].contains(secret), "{secret} in {}", told[0]);
    }
    house.clock.advance(59 * MINUTE);
    write_to(&house, &asked, &rosa, "Or two").await.unwrap();
    house.clock.advance(2 * MINUTE);
    write_to(&house, &asked, &rosa, "Still there?")
        .await
        .unwrap();
    deliver(&house).await;
    assert_eq!(notices(&house).len(), 2, "an hour is over");
    // Read: the next one is news again, unless it is read before the mail leaves.
    house.clock.advance(1_000);
    browser.get("/me/messages").await;
    house.clock.advance(1_000);
    write_to(&house, &asked, &rosa, "Good").await.unwrap();
    browser.get("/me/messages").await;
    deliver(&house).await;
    assert_eq!(notices(&house).len(), 2);
    house
        .sql("UPDATE client SET no_mail = 1 WHERE first_name = 'Ada'")
        .await;
    house.clock.advance(2 * HOUR);
    write_to(&house, &asked, &rosa, "On paper then")
        .await
        .unwrap();
    deliver(&house).await;
    assert_eq!(notices(&house).len(), 2, "nothing goes to that mailbox");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM mail WHERE kind = 'message'")
            .await,
        3
    );
}

// RULES R1
#[tokio::test]
async fn a_conversation_ends_after_30_days_and_its_texts_go_after_90() {
    let (house, mut browser, asked, rosa) = scene().await;
    write_to(&house, &asked, &rosa, "Hello").await.unwrap();
    house.clock.advance(29 * DAY);
    assert!(browser.get("/me/messages").await.body.contains("<textarea"));
    house.clock.advance(DAY + 1);
    sign_in(&house, &mut browser, "ada@example.org").await;
    let page = browser.get("/me/messages").await;
    assert!(page.body.contains("Hello") && !page.body.contains("<textarea"));
    let late = write_to(&house, &asked, &rosa, "Hello?").await;
    assert_eq!(late, Err(ErrorCode::AlreadySolved));
    let texts = "SELECT (SELECT COUNT(*) FROM event_personal WHERE name = 'said')
                      + (SELECT COUNT(*) FROM message)";
    for (days, left) in [(59, 2), (2, 0)] {
        house.clock.advance(days * DAY);
        Retention::default().look(&house.app).await.unwrap();
        assert_eq!(house.count(texts).await, left, "{days}");
    }
    assert!(
        shown(&house)
            .await
            .timeline
            .iter()
            .all(|entry| !matches!(&entry.what, Happening::MessageSent { text: Some(_), .. }))
    );
}

// RULES W1
#[tokio::test]
async fn the_page_is_in_spanish_too() {
    let (house, mut browser, asked, rosa) = scene().await;
    write_to(&house, &asked, &rosa, "Hello").await.unwrap();
    browser.about = "Accept-Language: es-US\r\nUser-Agent: Mozilla/5.0\r\n";
    let page = browser.get("/me/messages").await;
    assert!(page.body.contains("De la consulta,") && page.body.contains("Su respuesta"));
}
