//! The passphrase of a computer that cannot tell when it is unlocked.

use latchkey_agent::os::{Idle, OsEvent};
use latchkey_view::{Command, ComputerLock, Passphrase, PassphraseState};

use crate::{
    lock::{at_work, computer},
    support::{Bench, FakeKeychain, document, is_locked, is_signed_in},
};

// RULES D4
#[tokio::test]
async fn a_computer_that_cannot_tell_is_counted_for_and_asks_for_a_passphrase() {
    let (bench, mut window) = at_work().await;
    bench.outside(OsEvent::TellsItsLock(false));
    window
        .sees("wanted", |view| {
            view.settings.passphrase == PassphraseState::Wanted
        })
        .await;
    let typed = |words: &str| Passphrase::new(words.to_owned());
    let choose = |words| Command::SetPassphrase {
        passphrase: Some(typed(words)),
    };
    assert_eq!(window.act(choose("short")).await["code"], "bad_request");
    assert_eq!(
        window.act(choose("under the willow")).await["answer"],
        "done"
    );
    // Sixty beats of 15 s without a word from the window.
    for _ in 0..59 {
        bench.outside(OsEvent::Untouched(Idle::Unknown(15_000)));
    }
    window.act(Command::DismissNotice).await;
    for _ in 0..60 {
        bench.outside(OsEvent::Untouched(Idle::Unknown(15_000)));
    }
    let view = window.sees("locked", is_locked).await;
    assert_eq!(computer(&view), ComputerLock::CannotTell);
    let unlock = |words| Command::Unlock {
        passphrase: typed(words),
    };
    for wrong in 1..=3 {
        let answer = window.act(unlock("over the willow")).await;
        assert_eq!(answer["code"], "not_allowed", "{wrong}");
    }
    let answer = window.act(unlock("under the willow")).await;
    assert_eq!(answer["code"], "too_many", "the right one waits, too");
    bench.clock.advance(30_000);
    assert_eq!(
        window.act(unlock("under the willow")).await["answer"],
        "done"
    );
    window.sees("unlocked", is_signed_in).await;
}

// RULES D4
#[tokio::test]
async fn a_passphrase_survives_the_agent_and_so_do_its_wrong_tries() {
    let (mut bench, mut window) = at_work().await;
    bench.outside(OsEvent::TellsItsLock(false));
    let typed = |words: &str| Passphrase::new(words.to_owned());
    let passphrase = Some(typed("under the willow"));
    window.act(Command::SetPassphrase { passphrase }).await;
    window.act(Command::Lock).await;
    let unlock = |words| Command::Unlock {
        passphrase: typed(words),
    };
    for _ in 0..3 {
        window.act(unlock("over the willow")).await;
    }
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window.sees("locked", is_locked).await;
    let answer = window.act(unlock("under the willow")).await;
    assert_eq!(answer["code"], "too_many");
    bench.clock.advance(30_000);
    assert_eq!(
        window.act(unlock("under the willow")).await["answer"],
        "done"
    );
    let kept = std::fs::read(bench.places.data.join("passphrase.sealed")).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("willow"));
}

// RULES D4
#[tokio::test]
async fn a_right_passphrase_opens_nothing_when_the_computer_locks_meanwhile() {
    let (bench, mut window) = at_work().await;
    let passphrase = Some(Passphrase::new("under the willow".to_owned()));
    window.act(Command::SetPassphrase { passphrase }).await;
    window.act(Command::Lock).await;
    let passphrase = Passphrase::new("under the willow".to_owned());
    let asked = window.ask(Command::Unlock { passphrase }).await;
    bench.outside(OsEvent::ComputerLocked);
    window.answer(asked).await;
    bench.practice.say(&document("r2", 2));
    let view = window
        .sees("the count", |view| view.inbox.counts.open == 2)
        .await;
    // Whichever came first: the computer is locked, and so is this.
    assert!(is_locked(&view));
}

// RULES D4
#[tokio::test]
async fn without_a_keychain_a_passphrase_holds_for_this_run() {
    let bench = Bench::started().await;
    bench.os.record().keychain = FakeKeychain::Absent;
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    let typed = || Passphrase::new("under the willow".to_owned());
    let passphrase = Some(typed());
    window.act(Command::SetPassphrase { passphrase }).await;
    window.act(Command::Lock).await;
    window.sees("locked", is_locked).await;
    let unlock = Command::Unlock {
        passphrase: typed(),
    };
    assert_eq!(window.act(unlock).await["answer"], "done");
}
