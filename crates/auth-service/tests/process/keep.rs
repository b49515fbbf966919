//! Backup, restore and doctor by the command line.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::place::{Place, text};

/// What doctor says, and how it ends.
fn doctor(place: &Place) -> (i32, String) {
    let done = place.run(&["doctor"]);
    (done.status.code().unwrap(), text(&done.stdout))
}

async fn epoch(place: &Place) -> i64 {
    sqlx::query_scalar("SELECT MAX(number) FROM epoch")
        .fetch_one(&mut place.database().await)
        .await
        .unwrap()
}

// RULES V6
#[tokio::test]
async fn a_backup_is_restored_and_confirmed_by_three_commands() {
    let place = Place::set_up();
    let serving = place.serve();
    let copy = place.path("copy.sqlite");
    let copy = copy.to_str().unwrap();
    let said = place.ok(&["backup", copy]);
    assert!(
        said.contains("events") && said.contains("checked"),
        "{said}"
    );
    let words = place.fails(2, &["backup", copy]);
    assert!(words.contains("--overwrite"), "{words}");
    place.ok(&["backup", copy, "--overwrite"]);
    let roster = place.roster("first name,last name,email\nAda,Okafor,ada@example.org\n");
    place.ok(&["client", "import", &roster]);
    let words = place.fails(1, &["restore", copy]);
    assert!(words.contains("service is running"), "{words}");
    assert_eq!(serving.stop().0, Some(0));

    let said = place.ok(&["restore", copy]);
    for part in [
        "is in place",
        "is kept as",
        "staff invite",
        "contact-plan confirm",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    place.verify().await;
    let (code, said) = doctor(&place);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("mend  Mail to clients is held back"),
        "{said}"
    );
    assert!(said.contains("files of replaced databases"), "{said}");
    let done = place.run(&["contact-plan", "confirm"]);
    assert_eq!(done.status.code(), Some(2), "nobody is there to ask");
    assert!(text(&done.stderr).contains("--yes"));
    let said = place.ok(&["contact-plan", "confirm", "--yes"]);
    assert!(said.contains("Ada Okafor was added"), "{said}");
    assert!(said.ends_with("Mail goes to clients again.\n"), "{said}");
    assert_eq!(doctor(&place).0, 0);
    assert_eq!(epoch(&place).await, 2);
    let said = place.ok(&["contact-plan", "confirm", "--yes"]);
    assert!(said.contains("Nothing is held back"), "{said}");
}

// RULES V6, V1
#[tokio::test]
async fn no_kill_9_is_taken_for_a_restore() {
    let place = Place::set_up();
    let email = |number: u32| format!("--email=clinician{number}@juniper.example");
    for round in 0..6 {
        let serving = place.serve();
        // Both write; whoever is killed was in the middle of something.
        let mut command = place.command();
        command.args([
            "staff",
            "add",
            "--name=A B",
            "--role=clinician",
            &email(round),
        ]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(u64::from(round) * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        place.ok(&[
            "staff",
            "add",
            "--name=C D",
            "--role=front-desk",
            &email(100 + round),
        ]);
        serving.kill();
        assert_eq!(epoch(&place).await, 1, "round {round}");
    }
    place.verify().await;
    assert!(
        place
            .ok(&["audit", "verify"])
            .contains("none changed or missing")
    );
    assert_eq!(doctor(&place).0, 0);
}

// RULES V6
#[tokio::test]
async fn doctor_says_in_words_what_to_mend_and_no_secret() {
    let place = Place::set_up();
    let (code, said) = doctor(&place);
    assert_eq!(code, 0, "{said}");
    for part in [
        "outside the data folder",
        "whole and up to date",
        "none changed or missing",
        "no older copy",
        "The clock says",
        "not running",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let serving = place.serve();
    let (code, said) = doctor(&place);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(&format!("{} answers.", place.url(""))),
        "{said}"
    );
    serving.stop();

    // A mail server that is not there; its password is not for the screen.
    let done = place.run(&["doctor", "--smtp=smtp://u:hunter2@localhost:9"]);
    let said = text(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(
        said.contains("mend  No mail leaves: The mail server could not be reached"),
        "{said}"
    );
    assert!(!said.contains("hunter2") && !text(&done.stderr).contains("hunter2"));
    assert_eq!(
        place.run(&["doctor", "--listen=nonsense"]).status.code(),
        Some(2)
    );

    let database = place.path("data/latchkey.sqlite");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = doctor(&place);
    assert!(code == 1 && said.contains("chmod go="), "{said}");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();

    fs::remove_file(place.path("keys/epoch")).unwrap();
    let (code, said) = doctor(&place);
    assert!(
        code == 1 && said.contains("does not remember this database"),
        "{said}"
    );
    fs::set_permissions(place.path("keys"), fs::Permissions::from_mode(0o755)).unwrap();
    let (code, said) = doctor(&place);
    assert!(
        code == 1 && said.contains("can be read by others"),
        "{said}"
    );
    // What the log beside it still holds would be read in its place.
    let _ = fs::remove_file(place.path("data/latchkey.sqlite-wal"));
    fs::write(&database, "words").unwrap();
    let (code, said) = doctor(&place);
    assert!(code == 1 && said.contains("not a database"), "{said}");
}
