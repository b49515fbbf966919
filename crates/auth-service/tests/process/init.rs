//! What `init` makes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::place::{Place, text};

#[test]
fn init_prints_one_address_and_writes_what_serve_needs() {
    let place = Place::new();
    let done = place.run(&place.init());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let printed = text(&done.stdout);
    assert!(
        printed.starts_with(&place.url("/staff/invite/")),
        "{printed}"
    );
    assert_eq!(printed.lines().count(), 1);
    for (name, mode) in [
        ("keys", 0o700),
        ("keys/root.key", 0o600),
        ("keys/latchkey-auth.toml", 0o600),
        ("data", 0o700),
        ("data/latchkey.sqlite", 0o600),
    ] {
        let found = fs::metadata(place.path(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
    let again = place.run(&place.init());
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("has a practice already"));
    let (code, _) = place.serve().stop();
    assert_eq!(code, Some(0));
}

#[test]
fn what_is_missing_at_init_is_named_and_nothing_is_made() {
    let place = Place::new();
    let without: Vec<String> = place
        .init()
        .into_iter()
        .filter(|flag| !flag.starts_with("--admin-email"))
        .collect();
    let done = place.run(&without);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("--admin-email is missing"));
    assert!(!place.path("data").exists() && !place.path("keys").exists());
    let mut wrong = place.init();
    wrong.push("--time-zone=Mars/Olympus".to_owned());
    let done = place.run(&wrong);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("there is no time zone"));
    assert!(!place.path("data").exists());
}
