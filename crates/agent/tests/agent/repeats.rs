//! A client who asks for help again and again is one item.

use latchkey_protocol::UnixMillis;
use latchkey_view::{Command, Repeats, View};
use serde_json::{Value, json};

use crate::support::{Bench, document, until};

/// Asked for so many times, a minute apart.
fn asked(position: i64, times: i64) -> Value {
    let mut document = document("r1", position);
    let asks = (0..times).map(|nth| {
        json!({"at": 1_699_999_000_000_i64 + nth * 60_000, "what": {"kind": "asked_for_help"}})
    });
    document["timeline"] = asks.collect();
    document["seen"] = json!({"by": "Rosa Rivera", "at": 5});
    document["state"] = json!("looking");
    document
}

fn repeats(view: &View) -> Option<Repeats> {
    view.inbox.rows.first().and_then(|row| row.repeats)
}

// RULES A4
#[tokio::test]
async fn it_is_one_row_with_the_count_unread_again_at_each_and_back_from_a_snooze() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&asked(1, 1));
    let read = |view: &View| view.inbox.counts.open == 1 && view.inbox.counts.unread == 0;
    window
        .sees("there", |view| view.inbox.counts.open == 1)
        .await;
    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    window.act(Command::Select { request: None }).await;
    let view = window.sees("read", read).await;
    assert_eq!(repeats(&view), None);
    let rung = bench.os.record().notified.len();

    bench.practice.say(&asked(2, 4));
    let view = window
        .sees("unread again", |view| view.inbox.counts.unread == 1)
        .await;
    assert_eq!(view.inbox.rows.len(), 1);
    let four = Repeats {
        asks: 4,
        last: UnixMillis(1_699_999_180_000),
    };
    assert_eq!(repeats(&view), Some(four));
    // The same document again is no news.
    let request = Some("r1".into());
    window.act(Command::Select { request }).await;
    window.act(Command::Select { request: None }).await;
    bench.practice.say(&asked(3, 4));
    window.sees("read", read).await;
    bench.clock.advance(2_000);
    assert_eq!(
        bench.os.record().notified.len(),
        rung,
        "one item rings once"
    );

    let until_later = Some(UnixMillis(1_700_003_600_000));
    window
        .act(Command::Snooze {
            request: "r1".into(),
            until: until_later,
        })
        .await;
    window
        .sees("put off", |view| view.inbox.counts.snoozed == 1)
        .await;
    bench.practice.say(&asked(4, 5));
    let view = window
        .sees("woken", |view| view.inbox.counts.snoozed == 0)
        .await;
    assert_eq!(view.inbox.counts.unread, 1);
    until("it rings", || {
        bench.clock.advance(50);
        bench.os.record().notified.len() == rung + 1
    })
    .await;
}
