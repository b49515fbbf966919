//! The sealed cache.

use std::{path::Path, sync::Arc};

use latchkey_agent::{
    random::SystemRandom,
    secret::RootKey,
    store::{CACHE_FILE, Loaded, Mark, Store, Write},
};
use latchkey_protocol::{Position, UnixMillis};

use crate::support::request;

fn key() -> Arc<RootKey> {
    Arc::new(RootKey::from_kept(&[7; 32]).unwrap())
}

async fn open(folder: &Path, key: Arc<RootKey>) -> (Store, Loaded) {
    Store::open(folder.to_owned(), key, false, Arc::new(SystemRandom)).await
}

const READ: Mark = Mark {
    read_at: Some(UnixMillis(5)),
    shown_at: Some(UnixMillis(4)),
    seen_owed: true,
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
    assert_eq!(loaded.marks[&"r1".into()], READ);
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
    assert!(loaded.requests.is_empty() && loaded.marks.is_empty() && loaded.position.is_none());
    store.write(Write::Put(Box::new(request("r3", 3)), Position(3)));
    store.flush().await;
    let (_store, loaded) = open(folder.path(), other).await;
    assert_eq!(loaded.requests.len(), 1);
}

// RULES D3
#[tokio::test]
async fn a_cache_that_is_damaged_is_built_anew() {
    for (from, length) in [(0, 64), (4096, 4096), (0, 0)] {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path()).await;
        let path = folder.path().join(CACHE_FILE);
        // As after a clean end: everything is in the one file.
        drop(open(folder.path(), key()).await);
        crate::support::until("closed", || {
            !folder.path().join(format!("{CACHE_FILE}-wal")).exists()
        })
        .await;
        let mut bytes = std::fs::read(&path).unwrap();
        if length == 0 {
            bytes.truncate(bytes.len() / 2 + 100);
        } else {
            bytes[from..from + length].fill(0x5a);
        }
        std::fs::write(&path, &bytes).unwrap();
        let (store, loaded) = open(folder.path(), key()).await;
        assert!(
            loaded.position.is_none(),
            "the feed starts from its beginning"
        );
        store.write(Write::Put(Box::new(request("r3", 3)), Position(3)));
        store.flush().await;
        let (_store, loaded) = open(folder.path(), key()).await;
        assert!(loaded.requests.iter().any(|request| request.id.0 == "r3"));
    }
}

// RULES D3
#[tokio::test]
async fn what_was_read_survives_a_cache_whose_documents_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let path = folder.path().join(CACHE_FILE);
    // A table that this version does not know how to read.
    {
        use std::fmt::Write as _;
        let connection = rusqlite::Connection::open(&path).unwrap();
        let mut pragma = String::from("PRAGMA key = \"x'");
        for byte in &*key().derive("latchkey cache 1") {
            write!(pragma, "{byte:02x}").unwrap();
        }
        pragma.push_str("'\"");
        connection.execute_batch(&pragma).unwrap();
        connection.execute_batch("DROP TABLE request").unwrap();
    }
    let (_store, loaded) = open(folder.path(), key()).await;
    assert!(loaded.requests.is_empty());
    assert_eq!(loaded.marks[&"r1".into()], READ);
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
    assert_eq!(loaded.marks.len(), 1);
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
    assert!(loaded.requests.is_empty() && loaded.marks.is_empty());
    assert_eq!(&loaded.session.unwrap()[..], b"new");
}
