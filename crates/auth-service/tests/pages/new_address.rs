//! `/me` while a new mail address waits: the client types it, and by that confirms it.

use latchkey_auth::client;
use latchkey_auth::testing::House;
use latchkey_protocol::{AddressProof, Happening};

use crate::browser::Browser;
use crate::scene::{deliver, events, mails, newest_link, request, shown, text};
use crate::write;

const NEW: &str = "ada.new@example.org";

async fn signed_in(house: &House, address: &str) -> Browser {
    let mut browser = Browser::new(house);
    browser.ask(address).await;
    let link = newest_link(house, address).await;
    browser.open(&link).await;
    browser.post("/link", &[("keep", "yes")]).await;
    browser
}

/// Ada is signed in and asks for help elsewhere; Rosa puts a new address on file for her.
async fn scene() -> (House, Browser) {
    let house = House::furnished().await;
    let browser = signed_in(&house, "ada@example.org").await;
    let mut elsewhere = Browser::new(&house);
    let cry = [("who", "ada@example.org"), ("what", "No mail comes")];
    elsewhere.post("/help", &cry).await;
    let (asked, rosa) = (request(&house).await, house.staff("Rosa").await);
    write!(house, |tx| async {
        client::propose_address(tx, &asked, &rosa, NEW, false).await
    })
    .unwrap();
    (house, browser)
}

async fn on_file(house: &House) -> String {
    text(
        house,
        "SELECT a.address FROM address a JOIN client_address t ON t.address_id = a.id
         JOIN client c ON c.id = t.client_id WHERE c.first_name = 'Ada'",
    )
    .await
}

// RULES P1, C9
#[tokio::test]
async fn the_client_types_it_signed_in_and_links_go_there() {
    let (house, mut browser) = scene().await;
    let page = browser.get("/me").await;
    assert!(
        page.body
            .contains("Juniper Lane has a new mail address for you.")
    );
    assert!(!page.body.contains("ada.new"), "{}", page.body);
    let before = mails(&house).len();

    let done = browser
        .post("/me/address", &[("email", " ADA.new@example.org")])
        .await;
    assert_eq!((done.status, done.location()), (303, "/me?address-used"));
    let page = browser.get("/me?address-used").await;
    assert!(
        page.body
            .contains("Sign-in links go to your new address now.")
    );
    assert!(!page.body.contains("/me/address"), "nothing waits any more");
    assert_eq!(on_file(&house).await, NEW);
    assert_eq!(
        events(&house, "address_corrected").await[0]["how"],
        "client"
    );
    let told = shown(&house).await;
    assert!(told.new_address.is_none());
    assert!(told.timeline.iter().any(|entry| entry.what
        == Happening::AddressCorrected {
            by: None,
            how: AddressProof::Client
        }));

    deliver(&house).await;
    let sent = mails(&house);
    assert_eq!(sent.len(), before + 1, "the old mailbox is told");
    let told = sent
        .iter()
        .find(|mail| mail.contains("Subject: Another address"))
        .unwrap();
    assert!(told.contains("To: ada@example.org"));
    let mut anew = signed_in(&house, NEW).await;
    assert!(anew.signed_in().await);

    // Pressed twice: it is over, and nothing is undone.
    let again = browser.post("/me/address", &[("email", NEW)]).await;
    assert_eq!(again.status, 422);
    assert_eq!(on_file(&house).await, NEW);
}

// RULES P1, V4
#[tokio::test]
async fn another_address_than_the_one_that_waits_changes_nothing() {
    let (house, mut browser) = scene().await;
    for (typed, words) in [
        (
            "ada.mew@example.org",
            "This is not the address that the practice has.",
        ),
        (
            "ada@example.org",
            "This is not the address that the practice has.",
        ),
        ("", "This does not look like an e-mail address."),
        (
            "\"><script>alert(1)</script>",
            "This does not look like an e-mail address.",
        ),
    ] {
        let answer = browser.post("/me/address", &[("email", typed)]).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.body.contains(words), "{}", answer.body);
        assert!(!answer.body.contains("alert(1)") && !answer.body.contains("ada.new"));
    }
    assert_eq!(on_file(&house).await, "ada@example.org");
    // Somebody else has it by now.
    house
        .sql("UPDATE address SET address = 'ada.new@example.org' WHERE address = 'priya@example.org'")
        .await;
    assert_eq!(
        browser.post("/me/address", &[("email", NEW)]).await.status,
        422
    );
    assert_eq!(on_file(&house).await, "ada@example.org");
}

// RULES P1
#[tokio::test]
async fn nobody_else_confirms_it_and_nobody_else_reads_of_it() {
    let (house, _) = scene().await;
    let mut priya = signed_in(&house, "priya@example.org").await;
    assert!(!priya.get("/me").await.body.contains("/me/address"));
    assert_eq!(
        priya.post("/me/address", &[("email", NEW)]).await.status,
        422
    );

    let mut stranger = Browser::new(&house);
    let answer = stranger.post("/me/address", &[("email", NEW)]).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));

    let (house, mut ada) = scene().await;
    ada.site = Some("cross-site");
    assert_eq!(ada.post("/me/address", &[("email", NEW)]).await.status, 403);
    ada.site = Some("same-origin");
    ada.post("/me/sign-out", &[]).await;
    assert_eq!(
        ada.post("/me/address", &[("email", NEW)]).await.location(),
        "/"
    );
    assert_eq!(on_file(&house).await, "ada@example.org");
}
