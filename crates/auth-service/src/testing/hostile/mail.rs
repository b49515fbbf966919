//! Mails: what servers say of them, and what stands in them of people's names.

use std::collections::BTreeMap;

use crate::address::Address;
use crate::config::Config;
use crate::mail::compose::compose;
use crate::mail::letter::{About, Letter};
use crate::mail::outcome::reply;
use crate::pages::letterhead::Letterhead;
use crate::testing::{START, juniper};

/// Every header a mail of ours has, each once.
const HEADERS: [&str; 10] = [
    "auto-submitted",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "references",
    "subject",
    "to",
    "x-auto-response-suppress",
];

/// The first byte says which: a `s`erver's reply, or the names in a `m`ail.
pub fn mail(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    match kind {
        b's' => server(&text),
        b'm' => names(&text),
        _ => {}
    }
}

/// A server's words are bounded and clean; its code is one of RFC 3463 or none.
fn server(words: &str) {
    let said = reply(550, words);
    assert_eq!(said.code, 550);
    assert!(said.words.chars().count() <= 300 && !said.words.contains(char::is_control));
    if let Some(enhanced) = &said.enhanced {
        let parts: Vec<u16> = enhanced
            .split('.')
            .map(|part| part.parse().unwrap())
            .collect();
        assert!(parts.len() == 3 && [2, 4, 5].contains(&parts[0]) && enhanced.len() <= 9);
    }
}

/// Lines: to whom, the owner, the desktop, the practice's short name, its phone. None of
/// them makes a header, ends one, or changes to whom the mail goes.
fn names(text: &str) {
    let lines: Vec<&str> = text.splitn(5, '\u{1}').collect();
    let line = |at: usize| lines.get(at).copied().unwrap_or_default().to_owned();
    let Some(to) = Address::parse(&line(0)) else {
        return;
    };
    let mut practice = juniper();
    (practice.short_name, practice.phone) = (line(3), line(4));
    for about in [About::PinUsed, connected(line(1), line(2))] {
        let letter = Letter {
            id: "0190".to_owned(),
            tag: "tag0190".to_owned(),
            to: to.reveal().to_owned(),
            language: None,
            asked_at: START,
            about,
        };
        let letterhead = Letterhead::from(practice.clone());
        let mail = compose(&letter, &letterhead, &Config::default())
            .unwrap_or_else(|why| panic!("{why}"))
            .formatted();
        whole(&String::from_utf8(mail).unwrap(), &to);
    }
}

fn connected(owner: String, desktop: String) -> About {
    About::DesktopConnected { owner, desktop }
}

/// Reads a mail back as a server does.
fn whole(mail: &str, to: &Address) {
    for line in mail.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']));
    }
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    let mut headers = BTreeMap::new();
    for line in head
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ")
        .split("\r\n")
    {
        let (name, value) = line.split_once(':').unwrap();
        let before = headers.insert(name.to_lowercase(), value.trim().to_owned());
        assert_eq!(before, None, "{name} is there twice");
    }
    assert!(headers.keys().eq(HEADERS.iter()), "{:?}", headers.keys());
    assert_eq!(headers["to"], to.reveal());
    let from = &headers["from"];
    assert!(from == "signin@juniper.example" || from.ends_with(" <signin@juniper.example>"));
    assert!(headers["content-type"].starts_with("multipart/alternative; boundary="));
}
