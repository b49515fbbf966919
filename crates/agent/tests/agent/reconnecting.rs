//! How soon the desktop is back after an outage, and how it spares a service that has
//! just started again.

use latchkey_agent::{clock::Clock, os::OsEvent};
use latchkey_view::{Command, Connection, View};

use crate::support::{Bench, TestWindow, is_connected, is_offline, until};

/// The longest wait, with its jitter.
const LONGEST: i64 = 20_000;

fn retry_at(view: &View) -> i64 {
    match &view.connection {
        Connection::Offline(offline) => offline.retry_at.0,
        _ => i64::MIN,
    }
}

/// The practice went away this moment, so many tries ago.
async fn cut_off(tries: usize) -> (Bench, TestWindow, Vec<i64>) {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.close().await;
    let waits = next_waits(&bench, &window, tries).await;
    (bench, window, waits)
}

/// Lets so many tries fail, and says how long each was waited for.
async fn next_waits(bench: &Bench, window: &TestWindow, tries: usize) -> Vec<i64> {
    let (mut last, mut waits) = (0, Vec::new());
    for _ in 0..tries {
        bench.clock.advance(0.max(last - bench.clock.now().0));
        let view = window
            .sees("a later try", |view| retry_at(view) > last)
            .await;
        last = retry_at(&view);
        waits.push(last - bench.clock.now().0);
    }
    waits
}

#[tokio::test]
async fn tries_are_further_and_further_apart_and_never_more_than_20_s() {
    let (_bench, _window, waits) = cut_off(9).await;
    let bases = [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000];
    for (wait, base) in waits.iter().zip(bases) {
        assert!((base..=2 * base).contains(wait), "{waits:?}");
    }
    assert!(waits.iter().all(|wait| *wait <= LONGEST), "{waits:?}");
}

#[tokio::test]
async fn two_desktops_do_not_come_back_in_the_same_moment() {
    let (_one, _window, first) = cut_off(6).await;
    let (_other, _window, second) = cut_off(6).await;
    let apart = first.iter().zip(&second).filter(|(one, two)| one != two);
    assert!(apart.count() > 4, "{first:?} {second:?}");
}

#[tokio::test]
async fn after_5_s_of_stream_the_next_outage_is_a_new_one() {
    for (open, is_new) in [(4_999, false), (5_000, true)] {
        let (mut bench, window, _) = cut_off(6).await;
        bench.practice.reopen().await;
        bench.clock.advance(LONGEST);
        window.sees("connected", is_connected).await;
        bench.pass(open).await;
        bench.practice.close().await;
        // What was good is tried once before it is news, and soon.
        let view = window.sees("cut", |view| !is_connected(view)).await;
        assert_eq!(is_offline(&view), !is_new, "after {open}");
        let view = bench.passing(window.sees("offline", is_offline)).await;
        let wait = retry_at(&view) - bench.clock.now().0;
        assert_eq!(wait < 5_000, is_new, "{wait} after {open}");
    }
}

#[tokio::test]
async fn a_service_that_takes_long_to_refuse_is_not_asked_more_often() {
    let (mut bench, window, _) = cut_off(1).await;
    bench.practice.script().held = true;
    bench.practice.reopen().await;
    let mut last = 0;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let view = bench
            .passing(window.sees("a later try", |view| retry_at(view) > last))
            .await;
        last = retry_at(&view);
        waits.push(last - bench.clock.now().0);
    }
    assert!(waits.iter().any(|wait| *wait > 7_000), "{waits:?}");
}

#[tokio::test]
async fn whoever_looks_at_the_window_does_not_wait() {
    let (mut bench, mut window, _) = cut_off(5).await;
    bench.practice.reopen().await;
    window.focus(false).await;
    window.focus(true).await;
    window.sees("connected", is_connected).await;
    bench.practice.close().await;
    next_waits(&bench, &window, 5).await;
    bench.practice.reopen().await;
    drop(window);
    let window = bench.window().await;
    window.sees("connected", is_connected).await;
}

#[tokio::test]
async fn looking_does_not_cut_a_stream_that_is_open_or_has_just_opened() {
    let (mut bench, mut window, _) = cut_off(2).await;
    let feeds = bench.practice.script().feeds.len();
    bench.practice.script().held = true;
    bench.practice.reopen().await;
    let asked = bench.practice.script().asked;
    window.focus(true).await;
    until("it asks", || bench.practice.script().asked > asked).await;
    // It takes its time, and the person looks again, and presses *Try now*.
    window.focus(true).await;
    window.act(Command::ConnectNow).await;
    bench.practice.script().held = false;
    window.sees("connected", is_connected).await;
    window.focus(true).await;
    bench.outside(OsEvent::NetworkCame);
    bench.pass(60_000).await;
    window.sees("still", is_connected).await;
    assert_eq!(bench.practice.script().feeds.len(), feeds + 1);
}

#[tokio::test]
async fn a_network_that_comes_and_a_computer_that_wakes_are_tried_within_2_s() {
    for event in [OsEvent::NetworkCame, OsEvent::WokeUp] {
        let (mut bench, window, waits) = cut_off(6).await;
        assert!(waits[5] > 4_000);
        bench.practice.reopen().await;
        bench.outside(event);
        let soon = bench.clock.now().0 + 2_000;
        let view = window.sees("sooner", |view| retry_at(view) <= soon).await;
        // Not in the moment in which everybody's network came.
        assert!(retry_at(&view) >= soon - 1_000);
        bench.clock.advance(2_000);
        window.sees("connected", is_connected).await;
    }
}

#[tokio::test]
async fn after_sleep_a_stream_that_missed_a_beat_is_opened_anew_at_once() {
    for (asleep, anew) in [(19_000, false), (20_000, true)] {
        let (bench, window) = Bench::signed_in().await;
        bench.pass(30_000).await;
        let sleeps = bench.clock.sleeps();
        bench.practice.push(": still here\n\n");
        until("it came", || bench.clock.sleeps() > sleeps).await;
        bench.clock.advance(asleep);
        bench.outside(OsEvent::WokeUp);
        let opened = async {
            while bench.practice.script().feeds.len() == 1 {
                bench.clock.advance(100);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        };
        let woke = bench.clock.now().0;
        opened.await;
        let after = bench.clock.now().0 - woke;
        // Else by the silence of 45 s.
        assert_eq!(after < 5_000, anew, "{after} after {asleep}");
        window.sees("connected", is_connected).await;
    }
}
