//! Starting with the log-in to the computer.

use latchkey_agent::os::Start;
use latchkey_view::{Command, Setting, StartAtLogIn};

use crate::support::{Bench, until};

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
