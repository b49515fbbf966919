//! Nobody reacts: more people are rung, for what is more than a stranger's word; and what the
//! page says while everybody is in a session.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::db::{Tx, Unavailable};
use latchkey_auth::help::{self, escalate};
use latchkey_auth::team;
use latchkey_auth::testing::House;
use latchkey_protocol::{Happening, StaffId, UnixMillis};

use crate::browser::Browser;
use crate::scene::{events, newest_link, request, shown};
use crate::write;

async fn looked(house: &House) -> usize {
    escalate::look(&house.app).await.unwrap()
}

/// A desktop is signed in for this staff member.
async fn has_desktop(tx: &mut Tx, staff: &StaffId) -> Result<(), Unavailable> {
    let (id, now) = (tx.id(), tx.now().0);
    sqlx::query(
        "INSERT INTO device (id, staff_id, name, jkt, created_at, expires_at, last_seen_at)
         VALUES ($1, $2, 'a desk', '', $3, $4, $3)",
    )
    .bind(id)
    .bind(&staff.0)
    .bind(now)
    .bind(now + DAY)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn in_session(house: &House, staff: StaffId, until: Option<UnixMillis>) {
    write!(house, |tx| async {
        team::set_session(tx, &staff, until).await?;
        Ok::<_, Unavailable>(())
    })
    .unwrap();
}

/// Asks for a link and then for help.
async fn needs_help(house: &House, who: &str) -> Browser {
    let mut browser = Browser::new(house);
    browser.ask(who).await;
    browser.post("/help", &[("who", who), ("what", "")]).await;
    browser
}

// RULES A4
#[tokio::test]
async fn what_nobody_opened_for_ten_minutes_rings_for_admins_too_once() {
    let house = House::furnished().await;
    let dana = house.staff("Dana").await;
    let _browser = needs_help(&house, "ada@example.org").await;
    house.clock.advance(10 * MINUTE - SECOND);
    assert_eq!(looked(&house).await, 0);
    let before = shown(&house).await;
    assert!(!before.rings.unwrap().contains(&dana));
    house.clock.advance(SECOND);
    assert_eq!(looked(&house).await, 1);
    let after = shown(&house).await;
    assert_eq!(after.escalated_at, Some(house.app.now()));
    assert!(after.rings.unwrap().contains(&dana));
    assert!(after.position > before.position, "it goes out again");
    let told = after
        .timeline
        .iter()
        .filter(|entry| entry.what == Happening::Escalated);
    assert_eq!(told.count(), 1);
    // Once, whatever happens around it.
    house.clock.advance(20 * MINUTE);
    assert_eq!(looked(&house).await, 0);
    assert_eq!(events(&house, "help_escalated").await.len(), 1);
}

#[tokio::test]
async fn what_somebody_opened_or_what_is_over_does_not_escalate() {
    for opened in [true, false] {
        let house = House::furnished().await;
        let _browser = needs_help(&house, "ada@example.org").await;
        let (id, rosa) = (request(&house).await, house.staff("Rosa").await);
        if opened {
            write!(house, |tx| help::mark_seen(tx, &id, &rosa)).unwrap();
        } else {
            write!(house, |tx| help::solve(tx, &id, &rosa)).unwrap();
        }
        house.clock.advance(11 * MINUTE);
        assert_eq!(looked(&house).await, 0);
    }
}

// RULES A4
#[tokio::test]
async fn what_is_only_somebodys_word_never_escalates() {
    let house = House::furnished().await;
    // Nobody's address, with a link asked; a client's, typed in a browser that has done nothing.
    let _stranger = needs_help(&house, "nobody@example.net").await;
    let mut browser = Browser::new(&house);
    browser
        .post("/help", &[("who", "ben@full.example"), ("what", "!")])
        .await;
    // A link asked by another browser proves nothing of this one.
    Browser::new(&house).ask("ben@full.example").await;
    house.clock.advance(11 * MINUTE);
    assert_eq!(looked(&house).await, 0);
}

#[tokio::test]
async fn a_browser_that_signed_in_before_is_known() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[]).await;
    assert!(browser.signed_in().await);
    house.clock.advance(2 * DAY);
    browser
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    house.clock.advance(10 * MINUTE);
    assert_eq!(looked(&house).await, 1);
}

#[tokio::test]
async fn what_was_handed_over_unopened_has_as_long_again() {
    let house = House::furnished().await;
    let _browser = needs_help(&house, "ada@example.org").await;
    let (id, sam, dana) = (
        request(&house).await,
        house.staff("Sam").await,
        house.staff("Dana").await,
    );
    house.clock.advance(9 * MINUTE);
    write!(house, |tx| help::assign(tx, &id, &sam, Some(&dana), None)).unwrap();
    house.clock.advance(9 * MINUTE);
    assert_eq!(looked(&house).await, 0);
    house.clock.advance(MINUTE);
    assert_eq!(looked(&house).await, 1);
}

#[tokio::test]
async fn a_service_that_was_away_for_days_rings_for_nothing_that_old() {
    let house = House::furnished().await;
    let _browser = needs_help(&house, "ada@example.org").await;
    house.clock.advance(DAY + 10 * MINUTE);
    assert_eq!(looked(&house).await, 0);
}

// RULES A1, N2
#[tokio::test]
async fn the_page_says_until_when_everybody_is_in_a_session_whoever_it_is_for() {
    let house = House::furnished().await;
    let mut known = Browser::new(&house);
    known
        .post("/help", &[("who", "ada@example.org"), ("what", "")])
        .await;
    let mut unknown = Browser::new(&house);
    unknown
        .post("/help", &[("who", "nobody@example.net"), ("what", "")])
        .await;
    let mut disabled = Browser::new(&house);
    disabled
        .post("/help", &[("who", "priya@example.org"), ("what", "")])
        .await;
    house
        .sql("UPDATE client SET disabled_at = 1 WHERE first_name = 'Priya'")
        .await;
    let [rosa, sam] = [house.staff("Rosa").await, house.staff("Sam").await];
    for staff in [&rosa, &sam] {
        let id = staff.clone();
        write!(house, |tx| has_desktop(tx, &id)).unwrap();
    }
    let until = |minutes: i64| Some(UnixMillis(house.app.now().0 + minutes * MINUTE));
    let says = async |browser: &mut Browser| {
        let page = browser.get("/waiting").await.body;
        page.lines()
            .find(|line| line.contains("in a session"))
            .map(str::trim)
            .map(str::to_owned)
    };
    let (id, end) = (rosa.clone(), until(50));
    in_session(&house, id, end).await;
    for browser in [&mut known, &mut unknown, &mut disabled] {
        assert_eq!(says(browser).await, None, "Sam is there");
    }
    let (id, end) = (sam.clone(), until(30));
    in_session(&house, id, end).await;
    let expected = "<p class=\"sent\">We are in a session until about 9:30\u{202f}AM. \
                    We will look at your message then.</p>";
    for browser in [&mut known, &mut unknown, &mut disabled] {
        let said = says(browser).await.unwrap();
        assert_eq!(
            said.replace('\u{202f}', " "),
            expected.replace('\u{202f}', " ")
        );
    }
    // Opened, it is seen, whoever is in a session.
    let id = request(&house).await;
    write!(house, |tx| help::mark_seen(tx, &id, &sam)).unwrap();
    assert_eq!(says(&mut disabled).await, None);
    // Over is over, before the service has noted it.
    house.clock.advance(30 * MINUTE);
    for browser in [&mut known, &mut unknown] {
        assert_eq!(says(browser).await, None);
    }
}
