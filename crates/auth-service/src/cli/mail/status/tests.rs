//! What a terminal shows.

use super::*;
use crate::mail::status::{Count, Queue};

fn status() -> Status {
    Status {
        now: 1_772_546_400_000,
        queue: Queue {
            waiting: 0,
            next_at: None,
            oldest_at: None,
            held: false,
        },
        last_day: Vec::new(),
        domains: Vec::new(),
        more_domains: 0,
        suppressed: 0,
        news: Vec::new(),
    }
}

#[test]
fn a_quiet_day_is_told_in_four_lines() {
    assert_eq!(
        words(&status()),
        [
            "Nothing waits to be sent.",
            "No mail in the last 24 hours.",
            "No address is closed.",
            "Nothing has ever come back of a mail: docs/mail.md says how it can.",
        ]
    );
}

#[test]
fn a_bad_day_fits_a_terminal() {
    let now = status().now;
    let status = Status {
        queue: Queue {
            waiting: 2,
            next_at: Some(now + 30 * SECOND),
            oldest_at: Some(now - 90 * MINUTE),
            held: true,
        },
        last_day: vec![
            Count {
                state: "accepted".into(),
                count: 14,
            },
            Count {
                state: "bounced".into(),
                count: 1,
            },
        ],
        domains: vec![Domain {
            domain: format!("{}.example", "x".repeat(200)),
            accepted_at: Some(now),
            deferred_at: None,
            refused_at: Some(now - DAY),
        }],
        more_domains: 3,
        suppressed: 2,
        news: vec![News {
            way: "pipe",
            count: 1,
            first_at: Some(now),
            last_at: Some(now),
        }],
        ..status()
    };
    let lines = words(&status);
    assert_eq!(
        lines[0],
        "2 mails wait, the oldest for 1 hour; the next try is in 30 seconds."
    );
    assert_eq!(
        lines[2],
        "Mails of the last 24 hours: 14 accepted, 1 came back."
    );
    assert!(lines[4].contains("2026-03-03 14:00Z  -                  2026-03-02 14:00Z"));
    assert_eq!(
        lines.last().unwrap(),
        "News of mails came by `mail bounce` 1 time, last 2026-03-03 14:00Z."
    );
    assert!(lines[3..6].iter().all(|line| line.chars().count() <= 100));
}
