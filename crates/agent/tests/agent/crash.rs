//! What is left of an agent of which a part failed.

use std::{path::PathBuf, process::Command, time::Duration};

const FOLDER: &str = "LATCHKEY_TEST_CRASH";

// RULES S8
#[test]
fn a_part_that_fails_ends_the_agent_and_leaves_its_place_and_none_of_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_part_fails", "--ignored"])
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(101));
    let log = std::fs::read_to_string(folder.path().join("latchkey-agent.log")).unwrap();
    assert!(log.contains("crash.rs") && log.contains("ends"), "{log}");
    assert!(!log.contains("Ada"), "{log}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn a_part_fails() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    latchkey_agent::log::start(&PathBuf::from(folder));
    std::thread::spawn(|| panic!("Ada Okafor could not be drawn"));
    std::thread::sleep(Duration::from_secs(20));
}
