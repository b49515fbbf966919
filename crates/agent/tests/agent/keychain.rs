//! Every state of the real keychain, and how each is mended during a session: nobody has
//! to sign in again for it. Runs where `LATCHKEY_TEST_DESKTOP` is set.

use latchkey_view::{Command, Keychain};

use crate::{
    desktop::{Real, here},
    support::{SmallDisk, TestWindow, is_connected, is_signed_in, is_signed_out},
};

async fn is(window: &TestWindow, state: Keychain) {
    window
        .sees(&format!("{state:?}"), |view| view.keychain == state)
        .await;
}

/// Files below the data folder; the log is in a folder of its own.
fn files(real: &Real) -> Vec<String> {
    let Ok(found) = std::fs::read_dir(&real.places.data) else {
        return Vec::new();
    };
    found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "state")
        .collect()
}

/// A session in a state of the keychain: it works, and leaves nothing on disk.
async fn signed_in_with(real: &mut Real, state: Keychain) -> TestWindow {
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    is(&window, state).await;
    assert_eq!(files(real), [""; 0], "never a file in clear");
    window
}

/// From here on the keychain keeps the session that runs: the next start needs no browser.
async fn is_kept(real: &mut Real, window: TestWindow) {
    is(&window, Keychain::Works).await;
    window.sees("signed in", is_signed_in).await;
    window.sees("connected", is_connected).await;
    let kept = || files(real).iter().any(|name| name == "session.sealed");
    crate::support::until("the session is sealed", kept).await;
    drop(window);
    real.quit().await;
    let _ = std::fs::remove_file(real.noted());
    real.start().await;
    let window = real.window().await;
    window
        .sees("signed in without a browser", is_signed_in)
        .await;
    assert!(!real.noted().exists());
    drop(window);
    real.quit().await;
}

// RULES D2
#[tokio::test]
async fn a_keychain_that_is_installed_during_a_session_takes_it_over() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let window = signed_in_with(&mut real, Keychain::Absent).await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    is_kept(&mut real, window).await;
}

// RULES D2
#[tokio::test]
async fn a_keychain_that_is_unlocked_during_a_session_takes_it_over() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    real.bus.lock_keychain().await;
    let window = signed_in_with(&mut real, Keychain::Locked).await;
    real.bus.unlock_keychain().await;
    is_kept(&mut real, window).await;
}

// RULES D2, D3
#[tokio::test]
async fn what_lay_behind_the_lock_is_joined_with_what_was_done_meanwhile() {
    if !here() {
        return;
    }
    let add = |text: &str| Command::AddNote {
        request: "r1".into(),
        text: text.to_owned(),
    };
    let mut real = Real::set_up().await;
    let keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    // No answer ever comes: both stay owed.
    real.practice.script().cut_writes = 100;
    window.act(add("before the lock")).await;
    drop(window);
    real.quit().await;

    real.bus.lock_keychain().await;
    std::fs::remove_file(real.noted()).unwrap();
    real.start().await;
    let mut window = real.window().await;
    window.sees("signed out", is_signed_out).await;
    assert!(
        files(&real).contains(&"cache.db".to_owned()),
        "nothing is wiped"
    );
    real.sign_in(&mut window).await;
    is(&window, Keychain::Locked).await;
    window.act(add("behind the lock")).await;
    window.sees("one", |view| view.waiting_notes == 1).await;
    real.bus.unlock_keychain().await;
    window.sees("both", |view| view.waiting_notes == 2).await;
    crate::support::until("the older session is ended at the practice", || {
        !real.practice.script().revoked.is_empty()
    })
    .await;
    is_kept(&mut real, window).await;
    drop(keychain);
}

// RULES D2
#[tokio::test]
async fn a_keychain_that_does_not_answer_is_given_up_and_taken_when_it_does() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let keychain = real.bus.keychain(real.folder.path()).await;
    keychain.signal("STOP");
    let mut window = signed_in_with(&mut real, Keychain::Slow).await;
    // Asked again it is no faster, and nothing else waits for it.
    let asked = window.ask(Command::TryKeychain).await;
    let show = Command::Show {
        folder: latchkey_view::Folder::Solved,
    };
    assert_eq!(window.act(show).await["answer"], "done");
    assert_eq!(window.answer(asked).await["answer"], "done");
    is(&window, Keychain::Slow).await;
    keychain.signal("CONT");
    is_kept(&mut real, window).await;
}

// RULES D2
#[tokio::test]
async fn a_session_behind_a_keychain_that_was_too_slow_comes_back_when_it_answers() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    drop(window);
    real.quit().await;
    keychain.signal("STOP");
    std::fs::remove_file(real.noted()).unwrap();
    real.start().await;
    let window = real.window().await;
    let view = window.sees("given up", is_signed_out).await;
    assert_eq!(view.keychain, Keychain::Slow);
    // Nothing changes in the keychain, so it says nothing: its late answer does.
    keychain.signal("CONT");
    is_kept(&mut real, window).await;
}

// RULES D2, D3
#[tokio::test]
async fn a_keychain_that_loses_the_key_is_told_and_given_it_again() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    is(&window, Keychain::Works).await;
    real.bus.empty_keychain().await;
    is(&window, Keychain::Losing).await;
    assert!(
        files(&real).contains(&"cache.db".to_owned()),
        "nothing is wiped"
    );
    assert_eq!(window.act(Command::TryKeychain).await["answer"], "done");
    is_kept(&mut real, window).await;
}

// RULES D2
#[tokio::test]
async fn a_keychain_on_a_full_disk_refuses_and_with_room_it_keeps() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let keyrings = real.folder.path().join(".local/share/keyrings");
    std::fs::create_dir_all(&keyrings).unwrap();
    let Some(disk) = SmallDisk::mount(&keyrings, 512) else {
        return;
    };
    let _keychain = real.bus.keychain(real.folder.path()).await;
    disk.fill();
    let mut window = signed_in_with(&mut real, Keychain::Full).await;
    assert_eq!(window.act(Command::TryKeychain).await["answer"], "done");
    is(&window, Keychain::Full).await;
    disk.make_room();
    assert_eq!(window.act(Command::TryKeychain).await["answer"], "done");
    is_kept(&mut real, window).await;
}

// RULES D2
#[tokio::test]
async fn a_keychain_that_nobody_ever_set_up_counts_as_locked() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.untouched_keychain(real.folder.path()).await;
    let window = signed_in_with(&mut real, Keychain::Locked).await;
    drop(window);
    real.quit().await;
}
