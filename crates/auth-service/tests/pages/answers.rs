//! What the pages say back: the practice's phrases, what was typed, and the way out.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::help;
use latchkey_auth::testing::{House, START};
use latchkey_protocol::{Phrase, UnixMillis};

use crate::browser::Browser;
use crate::scene::request;
use crate::write;

// RULES P5
#[tokio::test]
async fn each_phrase_of_staff_has_its_words_on_the_waiting_page() {
    let at = UnixMillis(START.0 + 50 * MINUTE);
    let phrases = [
        (Phrase::CallWithinTenMinutes, "I’ll call within 10 minutes."),
        (
            Phrase::AfterMySession { at },
            "I’ll call after my session, at about 9:50 AM.",
        ),
        (Phrase::TryTheNewLink, "I sent you a new link."),
    ];
    for (phrase, words) in phrases {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        let fields = [("who", "ada@example.org"), ("what", "")];
        browser.post("/help", &fields).await;
        let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
        write!(house, |tx| help::reply(tx, &id, &rosa, &phrase)).unwrap();
        let page = browser.get("/waiting").await.body;
        assert!(page.contains(words), "{words}: {page}");
        assert!(!page.contains("There is news."), "{words}");
    }
}

#[tokio::test]
async fn the_help_form_comes_with_the_address_that_was_just_typed() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    let page = browser
        .post("/help/start", &[("email", "ada@example.org")])
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(page.field("who"), "ada@example.org");
    let long = "a".repeat(300);
    let page = browser.post("/help/start", &[("email", &long)]).await;
    assert_eq!(page.field("who").len(), 254);
}

#[tokio::test]
async fn who_has_just_signed_out_is_told_so_and_nobody_else() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for (path, told) in [("/?signed-out", true), ("/", false), ("/?other", false)] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.contains("You are signed out."), told, "{path}");
    }
}
