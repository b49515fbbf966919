//! Each fate of a mail, with the cause that staff read.

use latchkey_protocol::{Cause, MailDialogue, MailFate, Speaker};
use sqlx::Row;

use crate::connected::{get, sign_in};
use crate::house::House;
use crate::place::Place;
use crate::server::PROGRAMS;
use crate::told::Told;

use Cause as C;
use MailFate as F;

/// Whom a mail goes to, and what is told of it, in this order.
const FATES: [(&str, &[(MailFate, Cause)]); 8] = [
    ("ada@ok.example", &[(F::Accepted, C::AcceptedNotOpened)]),
    // Asked to come again, and taken half a minute later.
    (
        "ben@slow.example",
        &[
            (F::Deferred, C::Greylisted),
            (F::Accepted, C::AcceptedNotOpened),
        ],
    ),
    ("full@here.example", &[(F::Refused, C::MailboxFull)]),
    ("full@far.example", &[(F::Bounced, C::MailboxFull)]),
    ("nobody@here.example", &[(F::Refused, C::MailboxUnknown)]),
    ("nobody@far.example", &[(F::Bounced, C::MailboxUnknown)]),
    ("chris@blocked.example", &[(F::Refused, C::MailUnwanted)]),
    // The next server does not answer: a notice of delay, then the mail is given up.
    (
        "tomas@gone.example",
        &[
            (F::Delayed, C::ServerUnreachable),
            (F::Bounced, C::ServerUnreachable),
        ],
    ),
];

/// A client asks for a link, and then for help.
async fn asks(place: &Place, address: &str) {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let post = |path: &str, form: &[(&str, &str)]| {
        let post = http.post(place.url(path));
        post.header("sec-fetch-site", "same-origin")
            .form(form)
            .send()
    };
    let asked = post("/", &[("email", address)]).await.unwrap();
    assert!(!asked.status().is_client_error() && !asked.status().is_server_error());
    let helped = post("/help", &[("who", address), ("what", address)]).await;
    assert_eq!(helped.unwrap().status(), 303);
}

// RULES V3
#[tokio::test(flavor = "multi_thread")]
async fn every_fate_of_a_mail_at_a_real_postfix_is_told_with_its_cause() {
    if std::env::var_os(PROGRAMS).is_none() {
        println!("not run: {PROGRAMS} does not say where Postfix is, as `cargo xtask test` does");
        return;
    }
    let House {
        place,
        relay,
        others,
    } = House::open(&FATES.map(|(address, _)| address));
    let serving = place.serve();
    let (key, access) = sign_in(&place).await;
    let feed = get(&place, &key, &access, "/api/v1/feed").await;
    let mut told = Told::by(feed);
    for (address, _) in FATES {
        asks(&place, address).await;
    }
    let all = told.until(&FATES).await;
    assert!(
        all,
        "told: {:#?}\n{}\n{}",
        told.of,
        relay.log(),
        others.log()
    );
    assert!(
        others.log().contains("to=<ada@ok.example>"),
        "it was passed on"
    );

    // A mailbox that is gone gets nothing more, whoever said so; a full one does.
    let closed = sqlx::query(
        "SELECT a.address FROM suppression s JOIN address a ON a.id = s.address_id
         WHERE s.cause = 'mailbox_unknown' ORDER BY a.address",
    )
    .fetch_all(&mut place.database().await)
    .await
    .unwrap();
    let closed: Vec<String> = closed.iter().map(|row| row.get("address")).collect();
    assert_eq!(closed, ["nobody@far.example", "nobody@here.example"]);

    // What was said is there for staff, and names nobody.
    let id = &told.newest["nobody@here.example"].id.0;
    let path = format!("/api/v1/requests/{id}/mail-dialogue");
    let answer = get(&place, &key, &access, &path).await;
    let dialogue: MailDialogue = answer.json().await.unwrap();
    let said = |from, words: &str| {
        let mut lines = dialogue.tries[0].lines.iter();
        lines.any(|line| line.from == from && line.text.contains(words))
    };
    assert!(
        said(
            Speaker::Service,
            "RCPT TO:<…@here.example> NOTIFY=FAILURE,DELAY"
        ),
        "{dialogue:?}"
    );
    assert!(
        said(
            Speaker::Server,
            "550 5.1.1 <…@here.example>: Recipient address rejected"
        ),
        "{dialogue:?}"
    );
    assert!(!format!("{dialogue:?}").contains("nobody"));

    // The operator reads that bounces come back, and by which way.
    let status = place.ok(&["mail", "status"]);
    println!("{status}");
    assert!(status.contains("2 addresses get no mail until staff lift it."));
    assert!(status.contains("News of mails came by `mail bounce` 4 times"));
    let status: serde_json::Value =
        serde_json::from_str(&place.ok(&["mail", "status", "--json"])).unwrap();
    assert_eq!(
        (&status["queue"]["waiting"], &status["suppressed"]),
        (&0.into(), &2.into())
    );
    assert!(!status.to_string().contains('@'), "{status}");
    assert_eq!(serving.stop().0, Some(0));
    place.verify().await;
}
