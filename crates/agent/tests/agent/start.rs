//! Starting with the log-in to the computer.

use latchkey_agent::os::Start;
use latchkey_view::{Command, Setting, StartAtLogIn};

use crate::support::{Bench, until};
#[cfg(target_os = "linux")]
use crate::{
    desktop::{Real, here},
    support::{Systemd, is_signed_out},
};

fn chosen(start: StartAtLogIn) -> Command {
    Command::Set(Setting::StartAtLogIn(start))
}

#[tokio::test]
async fn it_is_asked_once_and_what_was_chosen_is_kept() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let view = window.sees("asked", |_| true).await;
    assert_eq!(view.settings.start_at_log_in, StartAtLogIn::Unknown);
    window.act(chosen(StartAtLogIn::Yes)).await;
    until("done", || bench.os.record().starts == [Start::Yes]).await;
    drop(window);
    bench.restart().await;
    let mut window = bench.window().await;
    window
        .sees("kept", |view| {
            view.settings.start_at_log_in == StartAtLogIn::Yes
        })
        .await;
    until("refreshed", || {
        bench.os.record().starts == [Start::Yes, Start::AsBefore]
    })
    .await;
    window.act(chosen(StartAtLogIn::No)).await;
    until("taken back", || {
        bench.os.record().starts.last() == Some(&Start::No)
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_for_a_folder_that_was_given_by_hand() {
    let mut bench = Bench::set_up().await;
    bench.os.record().folder_by_hand = true;
    bench.start();
    let window = bench.window().await;
    window
        .sees("not asked", |view| {
            view.settings.start_at_log_in == StartAtLogIn::No
        })
        .await;
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_not_believed() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.os.record().start_fails = true;
    window.act(chosen(StartAtLogIn::Yes)).await;
    let view = window.sees("said", |view| view.settings.start_failed).await;
    assert_eq!(view.settings.start_at_log_in, StartAtLogIn::No);
    bench.os.record().start_fails = false;
    window.act(chosen(StartAtLogIn::Yes)).await;
    window
        .sees("mended", |view| {
            !view.settings.start_failed && view.settings.start_at_log_in == StartAtLogIn::Yes
        })
        .await;
}

#[tokio::test]
async fn deleting_everything_takes_it_back_and_names_what_is_left() {
    let (mut bench, mut window) = Bench::signed_in().await;
    window.act(chosen(StartAtLogIn::Yes)).await;
    until("done", || bench.os.record().starts == [Start::Yes]).await;
    bench.os.record().start_fails = true;
    window.ask(Command::EraseEverything).await;
    let view = window
        .sees("erased", |view| {
            matches!(view.session, latchkey_view::Session::Erased { .. })
        })
        .await;
    let said = format!("{:?}", view.session);
    assert!(said.contains("/home/rosa/.config/autostart"), "{said}");
    window.ask(Command::Quit).await;
    bench.ended().await;
    assert_eq!(bench.os.record().starts, [Start::Yes, Start::No]);
}

/// What lies in a folder of the person's settings.
#[cfg(target_os = "linux")]
fn lies_in(real: &Real, folder: &str) -> Vec<String> {
    let folder = real.folder.path().join(".config").join(folder);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| !entry.path().is_dir());
    files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_starts_with_the_desktop_or_by_systemd_and_erasing_leaves_neither() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    window.act(chosen(StartAtLogIn::Yes)).await;
    let name = latchkey_view::socket_folder_name(&real.places.data);
    until("the desktop starts it", || {
        lies_in(&real, "autostart") == [format!("{name}.desktop")]
    })
    .await;
    // From now on it is systemd that brings the desktop up.
    let systemd = Systemd::serve(&real.bus).await;
    window.act(chosen(StartAtLogIn::Yes)).await;
    let wanted = "systemd/user/graphical-session.target.wants";
    until("systemd starts it", || {
        lies_in(&real, wanted) == [format!("{name}.service")]
    })
    .await;
    assert_eq!(lies_in(&real, "systemd/user"), [format!("{name}.service")]);
    assert_eq!(lies_in(&real, "autostart"), [""; 0], "never both");
    drop(systemd);
    // Aside: the practice has to answer meanwhile.
    let mut erase = real.program();
    erase.args(["erase", "--yes"]);
    let erased = tokio::task::spawn_blocking(move || erase.status()).await;
    assert!(erased.unwrap().unwrap().success());
    window.hears("the end", |heard| heard.vanishes).await;
    assert_eq!(lies_in(&real, "systemd/user"), [""; 0]);
    assert_eq!(lies_in(&real, wanted), [""; 0]);
    // The next start asks nothing of it.
    drop(window);
    real.start().await;
    let window = real.window().await;
    window.sees("signed out", is_signed_out).await;
    assert_eq!(lies_in(&real, "autostart"), [""; 0]);
}
