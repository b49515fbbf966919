//! Links that a mail program changed, and links that were used before.

use latchkey_auth::clock::{HOUR, MINUTE};
use latchkey_auth::testing::House;
use latchkey_protocol::{Action, Cause, Confidence, Happening, NameFit};

use crate::browser::Browser;
use crate::scene::{deliver, events, link_in, mails, newest_link, request, shown};
use crate::write;

async fn asked(who: &str) -> (House, Browser, String) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask(who).await;
    let link = newest_link(&house, "ada@example.org").await;
    (house, browser, link)
}

// RULES S1, S2
#[tokio::test]
async fn a_link_with_something_of_the_mail_around_it_signs_in_all_the_same() {
    for changed in [
        |link: &str| format!("{link}%3E"),
        |link: &str| format!("{link}."),
        |link: &str| format!("{link})"),
        |link: &str| format!("{link}=3D"),
        |link: &str| format!("{link}/"),
        |link: &str| format!("{link}&data=05%7C02%7C&reserved=0"),
        |link: &str| format!("{link}?utm_source=mail"),
        |link: &str| format!("{}%0D%0A{}", &link[..30], &link[30..]),
        |link: &str| link.replace("/link/", "/link/%3C"),
    ] {
        let (house, mut browser, link) = asked("ada@example.org").await;
        browser.open(&changed(&link)).await;
        assert_eq!(browser.post("/link", &[]).await.location(), "/me");
        assert_eq!(events(&house, "link_damaged").await.len(), 0);
    }
}

// RULES S3
#[tokio::test]
async fn a_link_that_cannot_be_repaired_is_told_to_staff_and_one_sentence_to_anybody() {
    let (house, mut browser, link) = asked("ada@example.org").await;
    let token = link.trim_start_matches("/link/");
    let broken = [
        format!("/link/{}", &token[..30]),
        format!("/link/{}=", &token[..36]),
        format!("/link/{}", token.to_lowercase()),
        "/link/".to_owned(),
        "/link/%FF%FE".to_owned(),
    ];
    for path in &broken {
        for _ in 0..2 {
            let page = browser.open(path).await;
            assert_eq!(page.status, 410, "{path}");
            assert!(
                page.body.contains("A mail program can break it"),
                "{}",
                page.body
            );
        }
        house.clock.advance(2 * MINUTE);
    }
    // Once for each: nobody presses twice within a minute for another reason.
    assert_eq!(events(&house, "link_damaged").await.len(), broken.len());
    browser.post("/help", &[("who", "Ada"), ("what", "")]).await;
    let told = shown(&house).await;
    assert_eq!(told.who.first_name.as_deref(), Some("Ada"));
    assert_eq!(
        (told.diagnosis.cause, told.diagnosis.action),
        (Cause::LinkDamaged, Action::CallAndIssuePin)
    );
    let evidence = usize::try_from(told.diagnosis.evidence[0]).unwrap();
    assert_eq!(told.timeline[evidence].what, Happening::LinkDamaged);
    // The whole one works still.
    browser.open(&link).await;
    assert_eq!(browser.post("/link", &[]).await.location(), "/me");
}

#[tokio::test]
async fn on_another_device_it_is_known_whose_it_was_once_help_is_asked_for_there() {
    let (house, _browser, link) = asked("ada@example.org").await;
    let mut phone = Browser::new(&house);
    assert_eq!(phone.open(&link[..20]).await.status, 410);
    assert_eq!(events(&house, "link_damaged").await.len(), 0);
    for _ in 0..2 {
        phone
            .post("/help", &[("who", "ada@example.org"), ("what", "")])
            .await;
    }
    assert_eq!(events(&house, "link_damaged").await.len(), 1);
    assert_eq!(shown(&house).await.diagnosis.cause, Cause::LinkDamaged);
    // And of nobody else.
    let mut other = Browser::new(&house);
    house.clock.advance(6 * MINUTE);
    other
        .post("/help", &[("who", "priya@example.org"), ("what", "")])
        .await;
    assert_eq!(shown(&house).await.diagnosis.cause, Cause::NothingAsked);
}

#[tokio::test]
async fn a_new_link_that_is_asked_for_there_comes_after_the_damaged_one() {
    let (house, _browser, link) = asked("ada@example.org").await;
    house.clock.advance(3 * MINUTE);
    let mut phone = Browser::new(&house);
    phone.open(&link[..20]).await;
    phone.ask("ada@example.org").await;
    deliver(&house).await;
    house.clock.advance(6 * MINUTE);
    let help = [("who", "ada@example.org"), ("what", "")];
    phone.post("/help", &help).await;
    assert_eq!(
        shown(&house).await.diagnosis.cause,
        Cause::AcceptedNotOpened
    );
    assert_eq!(events(&house, "link_damaged").await.len(), 1);
}

// RULES A1
#[tokio::test]
async fn a_damaged_link_leaves_as_much_for_an_address_that_nobody_has() {
    let mut told = Vec::new();
    for who in ["ada@example.org", "nobody@example.org"] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        browser.ask(who).await;
        let before = house.count("SELECT COUNT(*) FROM event").await;
        let page = browser.open("/link/tooshort").await;
        let after = house.count("SELECT COUNT(*) FROM event").await;
        let names: Vec<String> = page.headers.iter().map(|(name, _)| name.clone()).collect();
        told.push((after - before, page.status, page.body.len(), names));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].0, 1);
}

#[tokio::test]
async fn programs_that_guess_at_links_leave_nothing() {
    let house = House::furnished().await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    for method in ["HEAD", "GET"] {
        let mut program = Browser::new(&house);
        program.send(method, "/link/tooshort", "", b"").await;
        program.send(method, "/link", "", b"").await;
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
    assert_eq!(house.count("SELECT COUNT(*) FROM browser").await, 0);
}

#[tokio::test]
async fn a_link_used_before_is_told_apart_by_where_it_was_used() {
    for (same, cause, confidence) in [
        (true, Cause::LinkUsedHere, Confidence::Certain),
        (false, Cause::LinkUsedElsewhere, Confidence::Likely),
    ] {
        let (house, mut browser, link) = asked("ada@example.org").await;
        browser.open(&link).await;
        browser.post("/link", &[]).await;
        let used_at = house.app.now();
        browser.post("/me/sign-out", &[]).await;
        house.clock.advance(HOUR);
        let mut again = if same { browser } else { Browser::new(&house) };
        assert_eq!(again.open(&link).await.status, 410);
        again
            .post("/help", &[("who", "ada@example.org"), ("what", "")])
            .await;
        let found = shown(&house).await.diagnosis;
        assert_eq!((found.cause, found.confidence), (cause, confidence));
        assert_eq!(found.facts.at, Some(used_at));
    }
}

#[tokio::test]
async fn the_subject_to_search_for_is_the_one_that_the_newest_mail_has() {
    let (house, mut browser, old) = asked("ada@example.org").await;
    house
        .sql("UPDATE client SET language = 'es' WHERE first_name = 'Ada'")
        .await;
    house.clock.advance(5 * MINUTE);
    browser.ask("ada@example.org").await;
    deliver(&house).await;
    let help = [("who", "ada@example.org"), ("what", "")];
    house.clock.advance(6 * MINUTE);
    browser.post("/help", &help).await;
    let found = shown(&house).await.diagnosis;
    assert_eq!(found.cause, Cause::AcceptedNotOpened);
    let subject = found.facts.subject.unwrap();
    assert_eq!(subject, "Su enlace (9:05 a. m.)");
    let newest = mails(&house).pop().unwrap();
    assert!(
        newest.contains(&format!("Subject: {subject}\r\n")),
        "{newest}"
    );
    assert_ne!(link_in(&newest), old);
    browser.open(&old).await;
    let found = shown(&house).await.diagnosis;
    assert_eq!(found.cause, Cause::OlderLinkOpened);
    assert_eq!(
        found.facts.subject.as_deref(),
        Some("Su enlace (9:05 a. m.)")
    );
}

// RULES C9
#[tokio::test]
async fn whom_a_name_fits_at_a_shared_mailbox_is_told_to_staff_alone() {
    for (name, fits, cause) in [
        ("Mika", NameFit::One, Cause::SharedAddress),
        ("Zoe Nobody", NameFit::Nobody, Cause::SharedNameUnknown),
    ] {
        let house = House::furnished().await;
        let mut browser = Browser::new(&house);
        browser.ask("lindqvist@example.org").await;
        let link = newest_link(&house, "lindqvist@example.org").await;
        browser.open(&link).await;
        browser.post("/link", &[]).await;
        browser.post("/who", &[("name", name)]).await;
        let told = shown(&house).await;
        assert_eq!(told.diagnosis.cause, cause);
        assert!(
            told.timeline
                .iter()
                .any(|entry| entry.what == Happening::NameTyped { fits })
        );
    }
}

// RULES C9
#[tokio::test]
async fn a_link_that_staff_sent_for_one_and_another_one_opened_is_told() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("lindqvist@example.org").await;
    let link = newest_link(&house, "lindqvist@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    browser.post("/who", &[("name", "Jo")]).await;
    let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
    house.clock.advance(3 * MINUTE);
    write!(house, |tx| latchkey_auth::link::resend(tx, &id, &rosa)).unwrap();
    let link = newest_link(&house, "lindqvist@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    browser.post("/who", &[("name", "Mika")]).await;
    let told = shown(&house).await;
    assert_eq!(told.who.first_name.as_deref(), Some("Mika"));
    assert_eq!(told.diagnosis.cause, Cause::SharedOtherPerson);
}
