//! What comes back is understood: real bounces, others of the true form, and everything that
//! is none (`tests/corpus/bounces`).
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may panic, measures real time, and prints its figures"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use latchkey_auth::mail::bounce::{self, Fate, Report};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    file: String,
    group: String,
    kind: String,
    recipient: String,
    status: String,
    reply: String,
    cause: String,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus/bounces")
        .join(name)
}

fn corpus(name: &str) -> Vec<(Expected, Vec<u8>)> {
    let folder = folder(name);
    csv::Reader::from_path(folder.join("expected.csv"))
        .unwrap()
        .deserialize()
        .map(|row| {
            let row: Expected = row.unwrap();
            let bytes = fs::read(folder.join(&row.file)).unwrap();
            (row, bytes)
        })
        .collect()
}

fn kind(report: &Report) -> &'static str {
    let fates: Vec<Fate> = report
        .recipients
        .iter()
        .map(|recipient| recipient.fate)
        .collect();
    if fates.contains(&Fate::Complaint) {
        "complaint"
    } else if fates.contains(&Fate::Bounced) {
        "bounced"
    } else if fates.contains(&Fate::Delayed) {
        "delayed"
    } else {
        "not-a-bounce"
    }
}

/// Compares kind and recipients, and codes and cause where they are given.
fn is_right(expected: &Expected, report: &Report) -> bool {
    let kind = kind(report);
    if kind != expected.kind || kind == "not-a-bounce" {
        return kind == expected.kind;
    }
    let mut found: Vec<String> = report
        .recipients
        .iter()
        .filter_map(|recipient| recipient.address.as_ref())
        .map(|address| address.to_lowercase())
        .collect();
    let mut wanted: Vec<String> = expected
        .recipient
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    found.sort_unstable();
    wanted.sort_unstable();
    let first = &report.recipients[0];
    let holds =
        |wanted: &str, found: Option<String>| wanted.is_empty() || found.as_deref() == Some(wanted);
    found == wanted
        && holds(&expected.status, first.status.clone())
        && holds(&expected.reply, first.reply.map(|reply| reply.to_string()))
        && holds(&expected.cause, Some(first.cause().as_str().to_owned()))
}

/// How many of each group are right, and which are wrong.
fn shares(name: &str) -> BTreeMap<String, (usize, usize)> {
    let mut shares: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (expected, bytes) in corpus(name) {
        let report = bounce::read(&bytes);
        let right = is_right(&expected, &report);
        let share = shares.entry(expected.group.clone()).or_default();
        share.1 += 1;
        share.0 += usize::from(right);
        if !right {
            println!("  wrong: {name}/{}: {report:?}", expected.file);
        }
    }
    for (group, (right, all)) in &shares {
        println!(
            "bounces, {name}, {group}: {right} of {all} ({} %)",
            right * 100 / all
        );
    }
    shares
}

fn percent(share: Option<&(usize, usize)>) -> usize {
    let (right, all) = share.unwrap();
    right * 100 / all
}

#[test]
fn real_bounces_are_understood() {
    let shares = shares("flufl");
    assert!(percent(shares.get("standard")) >= 98);
    assert!(percent(shares.get("other")) >= 90);
    assert_eq!(percent(shares.get("auto")), 100);
    assert_eq!(percent(shares.get("ordinary")), 100);
}

#[test]
fn what_todays_systems_send_is_understood_and_no_answer_is_taken_for_a_bounce() {
    for (group, (right, all)) in shares("own") {
        assert_eq!(right, all, "{group}");
    }
}

#[test]
fn every_message_of_the_corpus_has_its_expectation() {
    for (name, ending) in [("flufl", "txt"), ("own", "eml")] {
        let files = fs::read_dir(folder(name)).unwrap();
        let messages = files.filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|found| found == ending)
        });
        assert_eq!(messages.count(), corpus(name).len(), "{name}");
    }
}

#[test]
fn line_ends_and_a_mailbox_file_change_nothing() {
    for (expected, bytes) in corpus("own") {
        let text = String::from_utf8_lossy(&bytes).replace('\n', "\r\n");
        if text.contains('\u{fffd}') || expected.file == "japanese.eml" {
            continue;
        }
        let mailbox = format!("From MAILER-DAEMON Mon Mar  9 13:00:05 2026\n{text}");
        for form in [text.trim_end().to_owned(), mailbox] {
            assert!(
                is_right(&expected, &bounce::read(form.as_bytes())),
                "{}",
                expected.file
            );
        }
    }
}

#[test]
fn what_comes_back_cut_short_is_still_read() {
    for (_, bytes) in corpus("own").into_iter().chain(corpus("flufl")) {
        for part in 1..8 {
            let _ = bounce::read(&bytes[..bytes.len() * part / 8]);
        }
    }
    let (expected, bytes) = corpus("own")
        .into_iter()
        .find(|(row, _)| row.file == "postfix-unknown.eml")
        .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let cut = text
        .find("Content-Description: Undelivered Message Headers")
        .unwrap();
    assert!(is_right(&expected, &bounce::read(&text.as_bytes()[..cut])));
}

#[test]
fn hostile_messages_are_read_in_a_moment() {
    let nested = |kind: &str| {
        let levels = (0..100)
            .map(|level| format!("Content-Type: {kind}; boundary=b{level}\n\n--b{level}\n"));
        levels.collect::<String>() + "\n550 5.1.1 <a@b.example> unknown user"
    };
    let daemon = "From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n";
    let hostile = [
        nested("multipart/mixed"),
        nested("multipart/report"),
        "Content-Type: message/rfc822\n\n".repeat(100),
        "Content-Type: message/rfc822\n\n".repeat(30_000),
        format!(
            "Content-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\n\n".repeat(200_000)
        ),
        format!(
            "Content-Type: multipart/mixed\n\n{}",
            "--bbbbbbbb\n".repeat(90_000)
        ),
        format!("{daemon}{}", "a@b.example ".repeat(80_000)),
        format!("{daemon}{}", "<a@b.example>: 550 5.1.1 no\n".repeat(35_000)),
        format!("{daemon}{}", "@".repeat(1_000_000)),
        format!("{daemon}{}", "4".repeat(1_000_000)),
        format!("{daemon}{}", "\0".repeat(1_000_000)),
        format!("{daemon}Delivery failed:\n{}", "> ".repeat(500_000)),
        format!("Subject: {}\n\n", "=?utf-8?B?".repeat(100_000)),
        format!("Content-Type: text/html\n\n{}", "<".repeat(1_000_000)),
        format!("Content-Type: text/html\n\n{}", "<!--".repeat(250_000)),
        format!("Content-Type: text/html\n\n{}", "&#x".repeat(300_000)),
        format!(
            "Content-Type: message/delivery-status\n\n{}",
            "Final-Recipient: rfc822; a@b.example\nAction: failed\n\n".repeat(20_000)
        ),
        format!("{}\n\n", "X-A: b\n".repeat(150_000)),
        "x".repeat(5_000_000),
        String::new(),
    ];
    for message in hostile {
        let began = Instant::now();
        let _ = bounce::read(message.as_bytes());
        let start: String = message.chars().take(60).collect();
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?} for {start:?}",
            began.elapsed()
        );
    }
}
