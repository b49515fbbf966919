//! Signing out, and deleting everything on this computer.

use std::{collections::BTreeSet, path::Path};

use latchkey_agent::{agent::End, erase, os::OsEvent};
use latchkey_view::{Command, Keychain, Left, Passphrase, Session, Setting, SignedOut};

use crate::support::{Bench, FakeKeychain, TestWindow, document, is_signed_out, until};

/// Every file that can be there: inbox, session, settings, passphrase, lock, log, window.
async fn lived_in() -> (Bench, TestWindow) {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window.act(Command::Set(Setting::LockAfter(5))).await;
    let passphrase = Some(Passphrase::new("under the willow".to_owned()));
    window.act(Command::SetPassphrase { passphrase }).await;
    bench.outside(OsEvent::Untouched(latchkey_agent::os::Idle::For(0)));
    let places = &bench.places;
    std::fs::create_dir_all(places.web_engine().join("deep")).unwrap();
    std::fs::create_dir_all(&places.state).unwrap();
    for path in [
        places.web_engine().join("deep/storage"),
        places.config.join("window.json"),
        places.state.join("latchkey-agent.log"),
        places.state.join("latchkey-agent.log.1"),
        places.state.join("latchkey-window.log"),
        places.state.join("quiet.json"),
        places.runtime.join("latchkey.png"),
        places.data.join("cache.db-journal"),
        places.data.join("outbox.new"),
        places.data.join("probe"),
        places.data.join("session.sealed.new"),
    ] {
        std::fs::write(path, "x").unwrap();
    }
    until("all is kept", || {
        places.config.join("settings.json").exists()
            && places.data.join("passphrase.sealed").exists()
            && places.data.join("session.sealed").exists()
            && places.runtime.join("lock.json").exists()
    })
    .await;
    (bench, window)
}

/// Whatever is below a folder.
fn walk(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeSet::new();
    };
    entries
        .flatten()
        .flat_map(|entry| {
            let mut found = walk(&entry.path());
            found.insert(entry.path().display().to_string());
            found
        })
        .collect()
}

fn left_over(bench: &Bench) -> BTreeSet<String> {
    walk(bench.places.data.parent().unwrap())
}

fn is_erased(view: &latchkey_view::View) -> bool {
    matches!(view.session, Session::Erased { .. })
}

fn left(view: &latchkey_view::View) -> Vec<Left> {
    match &view.session {
        Session::Erased { left } => left.clone(),
        _ => panic!("not erased"),
    }
}

#[tokio::test]
async fn everything_on_this_computer_is_deleted_and_the_practice_told() {
    let (mut bench, mut window) = lived_in().await;
    window.ask(Command::EraseEverything).await;
    window.hears("the end", |heard| heard.ended).await;
    window
        .hears("nothing is to be kept", |heard| heard.vanishes)
        .await;
    assert_eq!(bench.ended().await, End::Vanish);
    erase::last(&bench.places);
    assert_eq!(left_over(&bench), BTreeSet::new());
    assert!(bench.os.record().kept.is_empty(), "the key is gone");
    assert_eq!(bench.practice.script().revoked.len(), 1);
}

#[tokio::test]
async fn what_is_not_ours_stays() {
    let (mut bench, mut window) = lived_in().await;
    let theirs = bench.places.data.join("letters.txt");
    std::fs::write(&theirs, "dear").unwrap();
    let elsewhere = bench.places.data.with_file_name("elsewhere");
    std::fs::write(&elsewhere, "dear").unwrap();
    std::fs::remove_dir_all(bench.places.web_engine()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, bench.places.web_engine()).unwrap();
    window.ask(Command::EraseEverything).await;
    bench.ended().await;
    erase::last(&bench.places);
    let kept = [&elsewhere, &bench.places.data, &theirs].map(|path| path.display().to_string());
    assert_eq!(left_over(&bench), BTreeSet::from(kept));
}

#[tokio::test]
async fn it_works_signed_out_and_with_a_locked_keychain_and_says_what_is_left() {
    let (bench, mut window) = lived_in().await;
    window.act(Command::SignOut).await;
    window.sees("signed out", is_signed_out).await;
    until("told", || bench.practice.script().revoked.len() == 1).await;
    bench.os.record().keychain = FakeKeychain::Locked;
    window.act(Command::EraseEverything).await;
    let view = window.sees("what is left", is_erased).await;
    let name = bench.places.name();
    let why = Keychain::Locked;
    assert_eq!(left(&view), [Left::Key { name, why }]);
    assert_eq!(bench.practice.script().revoked.len(), 1, "once");
    window.ask(Command::Quit).await;
    window.hears("the end", |heard| heard.vanishes).await;
}

#[tokio::test]
async fn what_was_cut_half_way_is_finished_by_the_next_start() {
    let (mut bench, window) = lived_in().await;
    erase::begin(&bench.places).unwrap();
    drop(window);
    bench.kill().await;
    assert!(erase::is_owed(&bench.places));
    let keychain = latchkey_agent::os::KeychainThread::start(
        bench.os.clone(),
        std::sync::Arc::new(latchkey_agent::random::SystemRandom),
        bench.places.name(),
        Box::new(|| {}),
    );
    erase::finish(&bench.places, &keychain, bench.os.clone()).await;
    assert!(!erase::is_owed(&bench.places));
    let files = |folder: &Path| {
        walk(folder)
            .into_iter()
            .filter(|path| Path::new(path).is_file())
    };
    for folder in [
        &bench.places.data,
        &bench.places.config,
        &bench.places.state,
    ] {
        assert_eq!(files(folder).next(), None);
    }
    bench.start();
    let window = bench.window().await;
    let view = window.sees("as new", is_signed_out).await;
    assert_eq!(view.settings.lock_after, 15);
}

// RULES S5
#[tokio::test]
async fn signing_out_offline_says_that_the_practice_could_not_be_told() {
    let (mut bench, mut window) = lived_in().await;
    bench.practice.close().await;
    window.act(Command::SignOut).await;
    window.sees("signed out at once", is_signed_out).await;
    let said = |view: &latchkey_view::View| {
        matches!(
            view.session,
            Session::SignedOut {
                why: Some(SignedOut::NotTold),
                ..
            }
        )
    };
    let waiting = window.sees("not told", said);
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting)
        .await
        .unwrap();
    for gone in ["session.sealed", "passphrase.sealed"] {
        assert!(!bench.places.data.join(gone).exists(), "{gone}");
    }
}
