//! "Not my client": the browser that raised the request gets nowhere, and nothing tells it so.

use latchkey_auth::clock::MINUTE;
use latchkey_auth::help::{self, escalate, freeze};
use latchkey_auth::testing::House;
use latchkey_auth::{link, message};
use latchkey_protocol::{ErrorCode, Happening, RequestId, StaffId, Tier};

use crate::browser::{Answer, Browser};
use crate::scene::{deliver, events, issue, mails, newest_link, request, shown};
use crate::write;

const ASKS: [(&str, &str); 2] = [("who", "ada@example.org"), ("what", "No mail comes")];

struct Scene {
    house: House,
    /// Somebody who says to be Ada.
    stranger: Browser,
    asked: RequestId,
    rosa: StaffId,
}

/// Somebody asks for a link and for help as Ada, with a PIN outstanding.
async fn scene() -> Scene {
    let house = House::furnished().await;
    let mut stranger = Browser::new(&house);
    stranger.ask("ada@example.org").await;
    stranger.post("/help", &ASKS).await;
    let (asked, rosa) = (request(&house).await, house.staff("Rosa").await);
    issue(&house, &asked, &rosa, "204060", None).await.unwrap();
    Scene {
        house,
        stranger,
        asked,
        rosa,
    }
}

impl Scene {
    async fn freeze(&self, by: &str) -> Result<(), ErrorCode> {
        let (asked, by) = (self.asked.clone(), self.house.staff(by).await);
        let frozen = write!(self.house, |tx| freeze_it(tx, asked, by));
        frozen.map_err(|refusal: latchkey_auth::refusal::Refusal| refusal.code)
    }

    async fn lift(&self, by: &str) -> Result<(), ErrorCode> {
        let (asked, by) = (self.asked.clone(), self.house.staff(by).await);
        let lifted = write!(self.house, |tx| async {
            freeze::lift(tx, &asked, &by).await
        });
        lifted.map_err(|refusal| refusal.code)
    }
}

async fn freeze_it(
    tx: &mut latchkey_auth::db::Tx,
    asked: RequestId,
    by: StaffId,
) -> Result<(), latchkey_auth::refusal::Refusal> {
    freeze::freeze(tx, &asked, &by).await
}

/// What a browser sees, without what is drawn for each.
fn seen(answer: &Answer) -> (u16, String) {
    let mut body = answer.body.replace("ada@example.org", "nobody@example.net");
    if let Some((before, rest)) = body.split_once("<p class=\"words\"") {
        let (_, after) = rest.split_once("</p>").unwrap();
        body = format!("{before}{after}");
    }
    for mark in ["name=\"form\" value=\"", "data-version=\""] {
        while let Some((before, rest)) = body.split_once(mark) {
            let (_, after) = rest.split_once('"').unwrap();
            body = format!("{before}{after}");
        }
    }
    (answer.status, body)
}

// RULES A1
#[tokio::test]
async fn the_frozen_browser_gets_nowhere_and_sees_what_a_stranger_would() {
    let mut scene = scene().await;
    let link = newest_link(&scene.house, "ada@example.org").await;
    let mut other = Browser::new(&scene.house);
    other.ask("nobody@example.net").await;
    other
        .post(
            "/help",
            &[("who", "nobody@example.net"), ("what", "No mail comes")],
        )
        .await;
    assert_eq!(scene.freeze("Rosa").await, Ok(()));
    scene.house.clock.advance(3 * MINUTE);

    // The page, a wrong PIN and the right one, another link, another cry for help.
    let pin = [("pin", "204060")];
    let wrong = [("pin", "111111")];
    assert_eq!(
        seen(&scene.stranger.get("/waiting").await),
        seen(&other.get("/waiting").await)
    );
    for typed in [&pin, &wrong] {
        let frozen = seen(&scene.stranger.post("/waiting", typed).await);
        assert_eq!(frozen, seen(&other.post("/waiting", typed).await));
        assert!(!scene.stranger.signed_in().await);
    }
    let before = mails(&scene.house).len();
    let frozen = seen(&scene.stranger.ask("ada@example.org").await);
    assert_eq!(frozen, seen(&other.ask("nobody@example.net").await));
    deliver(&scene.house).await;
    assert_eq!(mails(&scene.house).len(), before, "nothing is sent for it");
    let again = scene.stranger.post("/help", &ASKS).await;
    assert_eq!((again.status, again.location()), (303, "/waiting"));
    assert_eq!(
        seen(&scene.stranger.get("/waiting").await),
        seen(&other.get("/waiting").await)
    );

    // Its link opens as ever, and signs nobody in; in Ada's own browser it does.
    let opened = scene.stranger.open(&link).await;
    assert_eq!(opened.status, 200);
    let dead = scene.stranger.post("/link", &[]).await;
    assert!(
        dead.status == 410 && !scene.stranger.signed_in().await,
        "{}",
        dead.status
    );
    let mut ada = Browser::new(&scene.house);
    ada.open(&link).await;
    ada.post("/link", &[]).await;
    assert!(ada.signed_in().await);

    // Nothing was dropped, and her sign-in does not put it away.
    let told = shown(&scene.house).await;
    assert_eq!(told.id, scene.asked);
    let asks = told
        .timeline
        .iter()
        .filter(|one| one.what == Happening::AskedForHelp);
    assert_eq!(asks.count(), 2);
    assert!(told.solved.is_none() && told.frozen.is_some() && told.waits_since.is_some());
}

// RULES A1, V5
#[tokio::test]
async fn nothing_more_is_done_with_it_until_an_admin_lifts_that() {
    let scene = scene().await;
    assert_eq!(scene.freeze("Rosa").await, Ok(()));
    // Twice, by another person: it is done.
    assert_eq!(scene.freeze("Sam").await, Ok(()));
    let house = &scene.house;
    assert_eq!(events(house, "help_frozen").await.len(), 1);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM pin WHERE state = 'live'")
            .await,
        0
    );
    let told = shown(house).await;
    assert_eq!(told.frozen.unwrap().by, "Rosa Rivera");
    let dana = house.staff("Dana").await;
    assert_eq!(told.rings, Some(vec![dana]), "admins are told");
    assert!(matches!(
        told.tier,
        Tier::Closed {
            code: ErrorCode::Frozen
        }
    ));
    house.clock.advance(3 * MINUTE);
    let refused = issue(house, &scene.asked, &scene.rosa, "305070", None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Frozen);
    let (asked, rosa) = (scene.asked.clone(), scene.rosa.clone());
    let resent = write!(house, |tx| async {
        link::resend::resend(tx, &asked, &rosa).await
    });
    assert_eq!(resent.unwrap_err().code, ErrorCode::Frozen);
    let (asked, rosa) = (scene.asked.clone(), scene.rosa.clone());
    let closed = write!(house, |tx| async { help::solve(tx, &asked, &rosa).await });
    assert_eq!(closed.unwrap_err().code, ErrorCode::Frozen);

    // It rings for nobody else by waiting.
    house.sql("UPDATE help_request SET state = 'new'").await;
    house.clock.advance(11 * MINUTE);
    assert_eq!(escalate::look(&house.app).await.unwrap(), 0);

    assert_eq!(scene.lift("Rosa").await, Err(ErrorCode::NotAllowed));
    for _ in 0..2 {
        assert_eq!(scene.lift("Dana").await, Ok(()));
    }
    assert_eq!(events(house, "freeze_lifted").await.len(), 1);
    let told = shown(house).await;
    assert!(told.frozen.is_none() && told.waits_since.is_none());
    issue(house, &scene.asked, &scene.rosa, "305070", None)
        .await
        .unwrap();
    let mut back = scene.stranger.clone();
    back.post("/waiting", &[("pin", "305070")]).await;
    assert!(back.signed_in().await);
}

// RULES P5
#[tokio::test]
async fn who_is_signed_in_there_is_not_any_more_and_an_admin_closes_it() {
    let mut scene = scene().await;
    scene.stranger.post("/waiting", &[("pin", "204060")]).await;
    assert!(scene.stranger.signed_in().await);
    assert_eq!(scene.freeze("Rosa").await, Ok(()));
    assert!(!scene.stranger.signed_in().await);
    let house = &scene.house;
    let told = shown(house).await;
    assert!(told.waits_since.is_some() && !told.can_write);
    let (asked, rosa) = (scene.asked.clone(), scene.rosa.clone());
    let written = write!(house, |tx| async {
        message::send(tx, &asked, &rosa, "m", "Hello").await
    });
    assert_eq!(written.unwrap_err().code, ErrorCode::Frozen);
    // The admin puts it away; the browser stays frozen.
    let (asked, dana) = (scene.asked.clone(), house.staff("Dana").await);
    write!(house, |tx| async { help::solve(tx, &asked, &dana).await }).unwrap();
    let told = shown(house).await;
    assert!(told.waits_since.is_none() && told.frozen.is_some());
    house.clock.advance(3 * MINUTE);
    deliver(house).await;
    let before = mails(house).len();
    scene.stranger.ask("ada@example.org").await;
    deliver(house).await;
    assert_eq!(mails(house).len(), before);
}
