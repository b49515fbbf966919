//! Flags, environment and file, and what is refused at the start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::place::{Place, text};

#[test]
fn wrong_arguments_end_with_two_and_failures_with_one() {
    let place = Place::set_up();
    place.fails(2, &["no-such-command"]);
    place.fails(2, &["serve", "--listen", "nowhere"]);
    place.fails(2, &["serve", "--config", "/no/such/file"]);
    place.fails(
        2,
        &[
            "staff", "add", "--email", "x", "--name", "X", "--role", "admin",
        ],
    );
    place.fails(1, &["staff", "invite", "nobody"]);
    place.fails(1, &["client", "show", "nobody"]);
    place.fails(1, &["client", "import", "/no/such/file"]);
    let words = place.fails(1, &["serve", "--database", "postgres://db.example.org/x"]);
    assert!(words.contains("does not speak postgres yet"), "{words}");
    let words = place.fails(1, &["serve", "--data-dir", "/no/such/folder"]);
    assert!(words.contains("there is no database"), "{words}");
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let place = Place::set_up();
    let invite = |command: &mut Command| {
        let done = command
            .args(["staff", "invite", "dana@juniper.example"])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    assert!(invite(&mut place.command()).starts_with(&place.url("/")));
    let env = |command: &mut Command| {
        command.env("LATCHKEY_PUBLIC_URL", "https://env.example.org");
    };
    let mut command = place.command();
    env(&mut command);
    assert!(invite(&mut command).starts_with("https://env.example.org/"));
    let mut command = place.command();
    env(&mut command);
    command.args(["--public-url", "https://flag.example.org"]);
    assert!(invite(&mut command).starts_with("https://flag.example.org/"));
    let file = place.path("keys/latchkey-auth.toml");
    let written = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{written}publik_url = \"x\"\n")).unwrap();
    let words = place.fails(2, &["staff", "list"]);
    assert!(words.contains("\"publik_url\""), "{words}");
}

// RULES V6
#[test]
fn keys_that_others_can_read_or_that_are_gone_are_refused_in_words() {
    let place = Place::set_up();
    let key = place.path("keys/root.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(
        place
            .fails(1, &["staff", "list"])
            .contains("can be read by others")
    );
    fs::remove_file(&key).unwrap();
    assert!(
        place
            .fails(1, &["staff", "list"])
            .contains("there is a database but no key")
    );
    assert!(
        place
            .fails(1, &["serve"])
            .contains("there is a database but no key")
    );
    assert!(!key.exists(), "no new key for an old database");
}

// RULES X1
#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_in_words() {
    let place = Place::set_up();
    let mut conn = place.database().await;
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let words = place.fails(1, &["migrate"]);
    assert!(words.contains("made by a newer latchkey-auth"), "{words}");
}
