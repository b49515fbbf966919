//! Keys that show the window from anywhere.

use latchkey_agent::os::OsEvent;
use latchkey_view::{Command, Setting, Shortcut, ShortcutKey, ShortcutTrouble};

use crate::support::{Bench, until};

const KEYS: Shortcut = Shortcut {
    control: true,
    alt: true,
    shift: false,
    logo: false,
    key: ShortcutKey::Letter(b'L'),
};

fn choose(keys: Option<Shortcut>) -> Command {
    Command::Set(Setting::Shortcut(keys))
}

#[tokio::test]
async fn they_are_off_until_chosen_and_taken_again_at_the_next_start() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let view = window.sees("nothing chosen", |_| true).await;
    assert_eq!(view.settings.shortcut, None);
    assert!(bench.os.record().keys.is_empty());
    window.act(choose(Some(KEYS))).await;
    until("taken", || bench.os.record().keys == [Some(KEYS)]).await;
    drop(window);
    bench.restart().await;
    until("taken again", || {
        bench.os.record().keys == [Some(KEYS), Some(KEYS)]
    })
    .await;
    let mut window = bench.window().await;
    window
        .sees("kept", |view| view.settings.shortcut == Some(KEYS))
        .await;
    window.act(choose(None)).await;
    until("given back", || {
        bench.os.record().keys.last() == Some(&None)
    })
    .await;
}

#[tokio::test]
async fn pressed_they_start_the_window_or_raise_the_one_that_is_there() {
    let (bench, mut window) = Bench::signed_in().await;
    window.act(choose(Some(KEYS))).await;
    bench.outside(OsEvent::KeysPressed);
    window.hears("it is raised", |heard| heard.raised > 0).await;
    assert_eq!(bench.os.record().windows, 0);
    drop(window);
    until("pressed, it is started", || {
        bench.outside(OsEvent::KeysPressed);
        bench.os.record().windows > 0
    })
    .await;
}

#[tokio::test]
async fn keys_that_another_program_has_are_said_to_be_until_others_are_chosen() {
    let (bench, mut window) = Bench::signed_in().await;
    window.act(choose(Some(KEYS))).await;
    let taken = Some(ShortcutTrouble::Taken);
    bench.outside(OsEvent::KeysTaken(taken));
    window
        .sees("said", |view| view.settings.shortcut_trouble == taken)
        .await;
    let other = Shortcut {
        key: ShortcutKey::Function(9),
        alt: false,
        ..KEYS
    };
    window.act(choose(Some(other))).await;
    window
        .sees("said no more", |view| {
            view.settings.shortcut == Some(other) && view.settings.shortcut_trouble.is_none()
        })
        .await;
}

#[tokio::test]
async fn keys_that_every_program_needs_are_not_taken() {
    let (bench, mut window) = Bench::signed_in().await;
    let copy = Shortcut {
        alt: false,
        key: ShortcutKey::Letter(b'C'),
        ..KEYS
    };
    window.act(choose(Some(copy))).await;
    until("none", || bench.os.record().keys == [None]).await;
}
