//! A data folder that cannot be written: words, memory, and nothing lost with room again.

use latchkey_agent::store::SESSION_FILE;
use latchkey_protocol::{LONGEST_NOTE, RequestId};
use latchkey_view::{Command, StorageFault};

use crate::support::{Bench, SmallDisk, document, event, is_connected, is_offline, is_signed_in};

// RULES D3
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named_and_what_it_owes_is_kept_afterwards() {
    let mut bench = Bench::started().await;
    // Folders where the files belong: the disk takes neither the session nor anything.
    let session = bench.places.data.join(format!("{SESSION_FILE}.new"));
    let probe = bench.places.data.join("probe");
    for file in [&session, &probe] {
        std::fs::create_dir_all(file).unwrap();
    }
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    let view = window
        .sees("trouble", |view| {
            view.storage.is_some() && is_connected(view)
        })
        .await;
    let trouble = view.storage.unwrap();
    assert_eq!(trouble.fault, StorageFault::Failing);
    assert_eq!(trouble.folder, bench.places.data.display().to_string());
    bench.practice.say(&document("r1", 1));
    window
        .sees("the inbox works", |view| view.inbox.rows.len() == 1)
        .await;
    for file in [&session, &probe] {
        std::fs::remove_dir(file).unwrap();
    }
    bench
        .passing(window.sees("no trouble", |view| view.storage.is_none()))
        .await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    let view = window.sees("still signed in", is_connected).await;
    assert_eq!(view.inbox.rows.len(), 1);
}

// RULES D3, D9
#[tokio::test]
async fn a_folder_that_is_full_at_the_start_is_named_and_nothing_in_it_is_lost() {
    let mut bench = Bench::set_up().await;
    std::fs::create_dir_all(&bench.places.data).unwrap();
    let Some(disk) = SmallDisk::mount(&bench.places.data, 512) else {
        return;
    };
    bench.start();
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    bench.practice.say(&document("r1", 1));
    bench.practice.say(&document("r2", 2));
    window.sees("both", |view| view.inbox.rows.len() == 2).await;
    let request = RequestId::from("r1");
    window
        .act(Command::Select {
            request: Some(request.clone()),
        })
        .await;
    bench.practice.close().await;
    bench.passing(window.sees("offline", is_offline)).await;
    let note = |text: &str| Command::AddNote {
        request: RequestId::from("r1"),
        text: text.to_owned(),
    };
    assert_eq!(window.act(note("Call her sister.")).await["answer"], "done");
    let text = "She said that".to_owned();
    let draft = Command::DraftNote { request, text };
    assert_eq!(window.act(draft).await["answer"], "done");
    drop(window);
    bench.stop().await;

    disk.fill();
    bench.start();
    let mut window = bench.window().await;
    let view = window
        .sees("trouble", |view| {
            view.storage.is_some() && is_signed_in(view)
        })
        .await;
    let trouble = view.storage.unwrap();
    assert_eq!(trouble.fault, StorageFault::Full);
    assert_eq!(trouble.folder, bench.places.data.display().to_string());
    assert_eq!(view.waiting_notes, 1);
    assert_eq!(view.inbox.rows.len(), 2, "what is there can be read");
    // Longer than what is left of the file's last block: not said to be kept.
    let long = note(&"é".repeat(LONGEST_NOTE));
    assert_eq!(window.act(long).await["code"], "not_kept");
    bench.practice.reopen().await;
    window.focus(true).await;
    window
        .sees("sent", |view| is_connected(view) && view.waiting_notes == 0)
        .await;
    bench.practice.say(&document("r3", 3));
    window
        .sees("the inbox works", |view| view.inbox.rows.len() == 3)
        .await;
    disk.make_room();
    bench
        .passing(window.sees("no trouble", |view| view.storage.is_none()))
        .await;
    // What was lost for the cache is written again.
    bench.pass(60_000).await;
    drop(window);

    bench.kill().await;
    bench.practice.close().await;
    bench.start();
    let mut window = bench.window().await;
    let view = window
        .sees("from the disk", |view| view.inbox.rows.len() == 3)
        .await;
    assert_eq!((view.storage, view.waiting_notes), (None, 0));
    assert_eq!(view.inbox.counts.unread, 2, "what was read stays read");
    window
        .act(Command::Select {
            request: Some(RequestId::from("r1")),
        })
        .await;
    let pane = window.sees("the pane", |view| view.pane.is_some()).await;
    assert_eq!(pane.pane.unwrap().draft, "She said that");
    let notes = bench.practice.script().written.clone();
    let notes = notes.iter().filter(|written| written.path == "r1/note");
    assert_eq!(notes.count(), 1, "once");
    bench.stop().await;
}

// RULES D3, D9
#[tokio::test]
async fn everything_opens_that_a_full_disk_has_also_what_else_stays_on_it_alone() {
    let mut bench = Bench::set_up().await;
    std::fs::create_dir_all(&bench.places.data).unwrap();
    let Some(disk) = SmallDisk::mount(&bench.places.data, 16 * 1024) else {
        return;
    };
    bench.start();
    let mut window = bench.window().await;
    bench.sign_in(&mut window).await;
    let all: String = (1..=600)
        .map(|at| event(&document(&format!("r{at}"), at)))
        .collect();
    bench.practice.push(&all);
    window
        .sees("all", |view| view.inbox.counts.open == 600)
        .await;
    bench.practice.close().await;
    drop(window);
    bench.stop().await;

    disk.fill();
    bench.start();
    let mut window = bench.window().await;
    let view = window
        .sees("trouble", |view| {
            view.storage.is_some() && is_signed_in(view)
        })
        .await;
    assert_eq!(view.inbox.total, 600);
    window
        .act(Command::Select {
            request: Some(RequestId::from("r1")),
        })
        .await;
    window
        .sees("the oldest", |view| {
            view.pane
                .as_ref()
                .is_some_and(|pane| pane.request.id.0 == "r1")
        })
        .await;
    bench.stop().await;
}
