//! What a mail system pipes to `latchkey-auth mail bounce`.

use std::io::Write;
use std::process::{Output, Stdio};

use crate::place::{Place, text};

const REPORT: &str = "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n\n\
    I wasn't able to deliver your message to the following addresses.\n\n\
    <ada@example.org>:\n550 5.1.1 User unknown\n\n<ben@example.org>:\nuser is over quota (#5.2.2)\n";

fn piped(place: &Place, args: &[&str], message: &[u8]) -> Output {
    let mut child = place
        .command()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(message).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

#[test]
fn a_dry_run_prints_one_line_a_recipient_and_needs_no_database() {
    let place = Place::new();
    let dry = ["mail", "bounce", "--dry-run", "--json"];
    let done = piped(&place, &dry, REPORT.as_bytes());
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(
        text(&done.stdout),
        "{\"kind\":\"bounced\",\"recipient\":\"ada@example.org\",\"status\":\"5.1.1\",\"reply\":550,\"cause\":\"mailbox_unknown\",\"permanent\":true}\n\
         {\"kind\":\"bounced\",\"recipient\":\"ben@example.org\",\"status\":\"5.2.2\",\"reply\":null,\"cause\":\"mailbox_full\",\"permanent\":true}\n"
    );
    let done = piped(
        &place,
        &dry,
        b"From: ada@example.org\nSubject: Hello\n\nHello\n",
    );
    assert_eq!(
        text(&done.stdout),
        "{\"kind\":\"not-a-bounce\",\"recipient\":null,\"status\":null,\"reply\":null,\"cause\":null,\"permanent\":false}\n"
    );
}

#[test]
fn what_is_nobodys_bounce_changes_nothing_and_is_not_sent_back() {
    let place = Place::set_up();
    for message in [REPORT.as_bytes(), b"", b"\0\xff", &vec![b'x'; 3_000_000]] {
        let done = piped(
            &place,
            &["mail", "bounce", "--recipient", "bounces+x@juniper.example"],
            message,
        );
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        assert!(text(&done.stderr).contains("nothing was changed"));
    }
}

#[test]
fn without_a_database_the_mail_system_is_asked_to_try_again() {
    let place = Place::new();
    let done = piped(&place, &["mail", "bounce"], REPORT.as_bytes());
    assert_eq!(done.status.code(), Some(75), "{}", text(&done.stderr));
}

#[test]
fn how_it_stands_with_mail_is_told_in_words_and_as_json() {
    let place = Place::set_up();
    assert_eq!(
        place.ok(&["mail", "status"]),
        "Nothing waits to be sent.\nNo mail in the last 24 hours.\nNo address is closed.\n\
         Nothing has ever come back of a mail: docs/mail.md says how it can.\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&place.ok(&["mail", "status", "--json"])).unwrap();
    assert_eq!(
        (&json["queue"]["waiting"], &json["suppressed"]),
        (&0.into(), &0.into())
    );
    let ways: Vec<&str> = json["news"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["way"].as_str().unwrap())
        .collect();
    assert_eq!(ways, ["pipe", "postmark", "ses"]);
    let without = Place::new().fails(1, &["mail", "status"]);
    assert!(without.contains("there is no database"), "{without}");
}
