//! A data folder that cannot be written: words, memory, and nothing lost with room again.

use latchkey_agent::store::SESSION_FILE;
use latchkey_view::StorageFault;

use crate::support::{Bench, document, is_connected};

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
