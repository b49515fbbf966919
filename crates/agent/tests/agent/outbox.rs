//! Read-marks, drafts and queued notes: a file apart from the cache that outlives it.

use std::{path::Path, sync::Arc};

use latchkey_agent::{
    os::Thread,
    random::SystemRandom,
    secret::RootKey,
    store::{DraftOf, Note, OUTBOX_FILE, Own, Owner, Place, Store, Write},
};
use latchkey_protocol::UnixMillis;
use latchkey_view::NoteId;

#[cfg(target_os = "linux")]
use crate::support::SmallDisk;

fn rosa() -> Owner {
    Owner("Rosa".to_owned())
}

async fn open(folder: &Path) -> (Store, Own) {
    let (store, mut loaded) = Store::open(Place {
        folder: folder.to_owned(),
        key: Arc::new(RootKey::from_kept(&[7; 32]).unwrap()),
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(|| {}),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    store.write(Write::For(rosa()));
    (store, loaded.own.remove(&rosa()).unwrap_or_default())
}

fn note(number: i64) -> Note {
    Note {
        id: NoteId(format!("n{number}")),
        request: "r1".into(),
        name: Some("Okafor, Ada".to_owned()),
        at: UnixMillis(number),
        text: format!("Her sister answers, {number}"),
        refused: None,
    }
}

fn ids(own: &Own) -> Vec<String> {
    own.notes.values().map(|note| note.id.0.clone()).collect()
}

async fn with_notes(folder: &Path, many: i64) {
    let (store, _) = open(folder).await;
    for number in 1..=many {
        assert!(store.keep_note(note(number)).await);
    }
    store.write(Write::Draft(
        "r1".into(),
        DraftOf::Note,
        "She ri".to_owned(),
    ));
    store.flush().await;
}

// RULES D3, D9
#[tokio::test]
async fn what_waits_survives_a_restart_and_what_is_sent_does_not() {
    let folder = tempfile::tempdir().unwrap();
    with_notes(folder.path(), 3).await;
    let (store, own) = open(folder.path()).await;
    assert_eq!(ids(&own), ["n1", "n2", "n3"]);
    assert_eq!(own.drafts[&("r1".into(), DraftOf::Note)], "She ri");
    assert_eq!(own.notes.values().next().unwrap(), &note(1));
    store.write(Write::ForgetNote(NoteId("n2".to_owned())));
    store.write(Write::Draft("r1".into(), DraftOf::Note, String::new()));
    store.flush().await;
    let (_store, own) = open(folder.path()).await;
    assert_eq!(ids(&own), ["n1", "n3"]);
    assert!(own.drafts.is_empty());
}

// RULES D3, S8
#[tokio::test]
async fn the_file_tells_nothing_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    with_notes(folder.path(), 3).await;
    let bytes = std::fs::read(folder.path().join(OUTBOX_FILE)).unwrap();
    for word in ["sister", "Okafor", "She ri", "note", "Rosa", "r1"] {
        let found = bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes());
        assert!(!found, "{word}");
    }
}

// RULES D3
#[tokio::test]
async fn of_a_damaged_file_everything_that_can_be_read_is_kept() {
    let whole = tempfile::tempdir().unwrap();
    with_notes(whole.path(), 9).await;
    let bytes = std::fs::read(whole.path().join(OUTBOX_FILE)).unwrap();
    let middle = bytes.len() / 2;
    let torn: [(&str, Vec<u8>, usize); 5] = [
        (
            "a byte is changed",
            {
                let mut torn = bytes.clone();
                torn[middle] ^= 1;
                torn
            },
            8,
        ),
        (
            "a stretch is zeroed",
            {
                let mut torn = bytes.clone();
                torn[middle..middle + 40].fill(0);
                torn
            },
            7,
        ),
        (
            "it is cut",
            bytes[..bytes.len() - bytes.len() / 4].to_vec(),
            6,
        ),
        ("its head is gone", bytes[100..].to_vec(), 8),
        (
            "something was written to its end",
            [&bytes[..], &[0xc3, 0x1f, 0xff, 0xff]].concat(),
            9,
        ),
    ];
    for (what, torn, left) in torn {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(OUTBOX_FILE), torn).unwrap();
        let (store, own) = open(folder.path()).await;
        assert!(own.notes.len() >= left, "{what}: {:?}", ids(&own));
        // The next write makes it whole again, and loses none of them.
        assert!(store.keep_note(note(99)).await);
        let (_store, again) = open(folder.path()).await;
        assert_eq!(again.notes.len(), own.notes.len() + 1, "{what}");
    }
}

// RULES D3
#[tokio::test]
async fn a_file_that_is_deleted_emptied_or_a_folder_while_it_is_used_is_written_whole_again() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 3] = [
        ("deleted", |path| std::fs::remove_file(path).unwrap()),
        ("emptied", |path| std::fs::write(path, "").unwrap()),
        ("a folder", |path| {
            std::fs::remove_file(path).unwrap();
            std::fs::create_dir(path).unwrap();
        }),
    ];
    for (what, harm) in harms {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = open(folder.path()).await;
        assert!(store.keep_note(note(1)).await);
        harm(&folder.path().join(OUTBOX_FILE));
        assert!(store.keep_note(note(2)).await, "{what}");
        let (_store, own) = open(folder.path()).await;
        assert_eq!(ids(&own), ["n1", "n2"], "{what}");
    }
}

// RULES D3
#[tokio::test]
async fn another_persons_notes_wait_for_that_person() {
    let folder = tempfile::tempdir().unwrap();
    with_notes(folder.path(), 2).await;
    let (store, _) = open(folder.path()).await;
    store.write(Write::For(Owner("Sam".to_owned())));
    assert!(store.keep_note(note(7)).await);
    let (_store, own) = open(folder.path()).await;
    assert_eq!(ids(&own), ["n1", "n2"]);
}

// RULES D3
#[tokio::test]
async fn a_file_that_is_written_to_all_day_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path()).await;
    assert!(store.keep_note(note(1)).await);
    let mut text = String::new();
    for _ in 0..2_000 {
        text.push('x');
        store.write(Write::Draft("r1".into(), DraftOf::Note, text.clone()));
        store.flush().await;
    }
    let length = std::fs::metadata(folder.path().join(OUTBOX_FILE))
        .unwrap()
        .len();
    assert!(length < 600_000, "{length}");
    let (_store, own) = open(folder.path()).await;
    assert_eq!(own.drafts[&("r1".into(), DraftOf::Note)], text);
    assert_eq!(ids(&own), ["n1"]);
}

// RULES D3, D9
#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_full_disk_a_note_is_refused_what_is_there_stays_and_room_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), 512) else {
        return;
    };
    let data = folder.path().join("data");
    let (store, _) = open(&data).await;
    assert!(store.keep_note(note(1)).await);
    disk.fill();
    let mut long = note(2);
    long.text = "x".repeat(2_000);
    // The last page of a file has room that no filler takes.
    let mut refused = false;
    for _ in 0..8 {
        refused = refused || !store.keep_note(long.clone()).await;
    }
    assert!(refused, "a full disk keeps nothing");
    let (_other, own) = open(&data).await;
    assert!(own.notes.values().any(|kept| *kept == note(1)));
    disk.make_room();
    assert!(store.keep_note(note(3)).await);
    let (_store, own) = open(&data).await;
    assert!(ids(&own).contains(&"n1".to_owned()) && ids(&own).contains(&"n3".to_owned()));
}

// RULES D3
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_cache_on_a_full_disk_is_given_up_and_comes_back_whole_with_room() {
    use latchkey_protocol::Position;
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), 512) else {
        return;
    };
    let data = folder.path().join("data");
    let (lost, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (store, _) = Store::open(Place {
        folder: data.clone(),
        key: Arc::new(RootKey::from_kept(&[7; 32]).unwrap()),
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(move || lost.send(()).unwrap()),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    disk.fill();
    let mut position = 0;
    while told.try_recv().is_err() {
        position += 1;
        assert!(position < 1_000, "the disk is full");
        let request = crate::support::request(&format!("r{position}"), position);
        store.write(Write::Put(Box::new(request), Position(position)));
        store.flush().await;
    }
    // Still no room: it is asked for again.
    store.write(Write::Refill(Vec::new(), Some(Position(position))));
    store.flush().await;
    disk.make_room();
    let all = (1..=position).map(|number| crate::support::request(&format!("r{number}"), number));
    store.write(Write::Refill(all.collect(), Some(Position(position))));
    store.flush().await;
    let (_store, loaded) = Store::open(Place {
        folder: data,
        key: Arc::new(RootKey::from_kept(&[7; 32]).unwrap()),
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(|| {}),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    assert_eq!(loaded.position, Some(Position(position)));
    assert_eq!(loaded.requests.len(), usize::try_from(position).unwrap());
}
