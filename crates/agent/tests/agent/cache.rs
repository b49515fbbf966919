//! The sealed cache.

use std::{path::Path, sync::Arc};

use latchkey_agent::{
    os::Thread,
    random::SystemRandom,
    secret::RootKey,
    store::{CACHE_FILE, Loaded, Mark, Owner, Place, Store, Write},
};
use latchkey_protocol::{Position, UnixMillis};

use crate::support::request;

fn key() -> Arc<RootKey> {
    Arc::new(RootKey::from_kept(&[7; 32]).unwrap())
}

async fn open(folder: &Path, key: Arc<RootKey>) -> (Store, Loaded) {
    let (store, loaded) = Store::open(Place {
        folder: folder.to_owned(),
        key,
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(|| {}),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    store.write(Write::For(rosa()));
    (store, loaded)
}

fn rosa() -> Owner {
    Owner("Rosa".to_owned())
}

/// What Rosa did here.
fn marks(loaded: &Loaded) -> std::collections::HashMap<latchkey_protocol::RequestId, Mark> {
    let own = loaded.own.get(&rosa());
    own.map(|own| own.marks.clone()).unwrap_or_default()
}

const READ: Mark = Mark {
    read_at: Some(UnixMillis(5)),
    shown_at: Some(UnixMillis(4)),
    seen_owed: true,
    snoozed: None,
    woken: false,
    news: None,
};

async fn filled(folder: &Path) {
    let (store, _) = open(folder, key()).await;
    store.write(Write::Put(Box::new(request("r1", 1)), Position(1)));
    store.write(Write::Put(Box::new(request("r2", 2)), Position(2)));
    store.write(Write::Mark("r1".into(), READ));
    store.flush().await;
}

fn everything_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    bytes
}

// RULES D3
#[tokio::test]
async fn the_file_tells_nothing_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let bytes = everything_below(folder.path());
    assert!(bytes.len() > 4096);
    for word in [
        "Okafor",
        "ada@example.org",
        "I do not get",
        "555 0101",
        "SQLite format 3",
        "CREATE",
    ] {
        let found = bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes());
        assert!(!found, "{word} is in the file");
    }
}

#[tokio::test]
async fn what_was_kept_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let (_store, loaded) = open(folder.path(), key()).await;
    assert_eq!(loaded.requests.len(), 2);
    assert_eq!(loaded.position, Some(Position(2)));
    assert_eq!(marks(&loaded)[&"r1".into()], READ);
}

#[cfg(unix)]
#[tokio::test]
async fn only_this_user_can_open_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    filled(&data).await;
    assert_eq!(
        std::fs::metadata(&data).unwrap().permissions().mode() & 0o777,
        0o700
    );
    for file in std::fs::read_dir(&data).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

// RULES D3
#[tokio::test]
async fn a_wrong_key_opens_nothing_and_builds_anew() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let other = Arc::new(RootKey::from_kept(&[8; 32]).unwrap());
    let (store, loaded) = open(folder.path(), other.clone()).await;
    assert!(loaded.requests.is_empty() && marks(&loaded).is_empty() && loaded.position.is_none());
    store.write(Write::Put(Box::new(request("r3", 3)), Position(3)));
    store.flush().await;
    let (_store, loaded) = open(folder.path(), other).await;
    assert_eq!(loaded.requests.len(), 1);
}

/// What may happen to the file, and to what lies beside it, between two runs.
type Harm = fn(&Path);

const HARM: [(&str, Harm); 11] = [
    ("its head is overwritten", |path| {
        harm(path, |bytes| bytes[..64].fill(0x5a));
    }),
    ("a page in the middle is overwritten", |path| {
        harm(path, |bytes| bytes[4096..8192].fill(0x5a));
    }),
    ("pages in the middle are zeroed", |path| {
        harm(path, |bytes| {
            let end = bytes.len();
            bytes[4096..end].fill(0);
        });
    }),
    ("it is cut", |path| {
        harm(path, |bytes| bytes.truncate(bytes.len() / 2 + 100));
    }),
    ("it is empty", |path| harm(path, Vec::clear)),
    ("it is noise", |path| {
        harm(path, |bytes| {
            for (byte, noise) in bytes.iter_mut().zip((0..=250_u8).cycle()) {
                *byte = noise.wrapping_mul(7);
            }
        });
    }),
    ("it is gone", |path| std::fs::remove_file(path).unwrap()),
    ("it is a folder with something in it", |path| {
        std::fs::remove_file(path).unwrap();
        std::fs::create_dir(path).unwrap();
        std::fs::write(path.join("mine"), "not Latchkey's").unwrap();
    }),
    ("another database's log lies beside it", |path| {
        std::fs::write(beside(path, "-wal"), [0x37; 9000]).unwrap();
    }),
    ("a newer Latchkey wrote it", |path| {
        as_owner(path, "PRAGMA user_version = 4711");
    }),
    ("a table is missing", |path| {
        as_owner(path, "DROP TABLE request");
    }),
];

fn harm(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    how(&mut bytes);
    std::fs::write(path, &bytes).unwrap();
}

fn beside(path: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Changes it with its key, as another version of Latchkey could.
fn as_owner(path: &Path, change: &str) {
    use std::fmt::Write as _;
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut pragma = String::from("PRAGMA key = \"x'");
    for byte in &*key().derive("latchkey cache 1") {
        write!(pragma, "{byte:02x}").unwrap();
    }
    pragma.push_str("'\"");
    connection.execute_batch(&pragma).unwrap();
    connection.execute_batch(change).unwrap();
}

/// As after a clean end: everything is in the one file. The one that closes last sees to
/// that, but two that close at once each leave it to the other.
async fn closed(folder: &Path) {
    let log = beside(&folder.join(CACHE_FILE), "-wal");
    loop {
        drop(open(folder, key()).await);
        for _ in 0..100 {
            if !log.exists() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
}

// RULES D3
#[tokio::test]
async fn a_cache_that_is_damaged_is_built_anew_and_what_was_read_stays_read() {
    for (what, harm) in HARM {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path()).await;
        closed(folder.path()).await;
        harm(&folder.path().join(CACHE_FILE));
        let (store, loaded) = open(folder.path(), key()).await;
        // Whole, or from its beginning: never a part that passes for the whole.
        let whole = loaded.position == Some(Position(2)) && loaded.requests.len() == 2;
        let empty = loaded.position.is_none() && loaded.requests.is_empty();
        assert!(whole || empty, "{what}: {:?}", loaded.position);
        assert_eq!(marks(&loaded)[&"r1".into()], READ, "{what}");
        store.write(Write::Put(Box::new(request("r3", 3)), Position(3)));
        store.flush().await;
        drop(store);
        closed(folder.path()).await;
        let (_store, loaded) = open(folder.path(), key()).await;
        assert!(loaded.requests.keys().any(|id| id.0 == "r3"), "{what}");
        assert_eq!(marks(&loaded)[&"r1".into()], READ, "{what}");
    }
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_cache_is_renamed_not_erased() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join(CACHE_FILE);
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("mine"), "not Latchkey's").unwrap();
    filled(folder.path()).await;
    let aside = folder.path().join(format!("{CACHE_FILE}.aside-1"));
    assert_eq!(
        std::fs::read(aside.join("mine")).unwrap(),
        b"not Latchkey's"
    );
}

// RULES D3
#[tokio::test]
async fn a_cache_that_is_deleted_while_it_is_used_is_asked_for_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (lost, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (store, _) = Store::open(Place {
        folder: folder.path().to_owned(),
        key: key(),
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(move || lost.send(()).unwrap()),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    store.write(Write::Put(Box::new(request("r1", 1)), Position(1)));
    store.flush().await;
    std::fs::remove_file(folder.path().join(CACHE_FILE)).unwrap();
    store.write(Write::Put(Box::new(request("r2", 2)), Position(2)));
    store.flush().await;
    assert!(told.try_recv().is_ok(), "the desk is asked for all of it");
    // Until then nothing is written: a position without what lies before it would lie.
    store.write(Write::Put(Box::new(request("r3", 3)), Position(3)));
    store.flush().await;
    assert!(!folder.path().join(CACHE_FILE).exists());
    let all = ["r1", "r2", "r3"].map(|id| request(id, 3)).to_vec();
    store.write(Write::Refill(all, Some(Position(3))));
    store.write(Write::Put(Box::new(request("r4", 4)), Position(4)));
    store.flush().await;
    let (_store, loaded) = open(folder.path(), key()).await;
    assert_eq!(
        (loaded.requests.len(), loaded.position),
        (4, Some(Position(4)))
    );
}

#[tokio::test]
async fn a_reset_keeps_the_marks() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let (store, _) = open(folder.path(), key()).await;
    store.write(Write::Reset);
    store.flush().await;
    let (_store, loaded) = open(folder.path(), key()).await;
    assert!(loaded.requests.is_empty() && loaded.position.is_none());
    assert_eq!(marks(&loaded).len(), 1);
}

#[tokio::test]
async fn wiping_leaves_nothing_and_goes_before_what_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let (store, _) = open(folder.path(), key()).await;
    store
        .keep_session(zeroize::Zeroizing::new(b"old".to_vec()))
        .await;
    store.wipe();
    store
        .keep_session(zeroize::Zeroizing::new(b"new".to_vec()))
        .await;
    let (_store, loaded) = open(folder.path(), key()).await;
    assert!(loaded.requests.is_empty() && marks(&loaded).is_empty());
    assert_eq!(&loaded.session.unwrap()[..], b"new");
}
