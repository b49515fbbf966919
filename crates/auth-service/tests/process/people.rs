//! Clients and staff by the command line.

use crate::place::Place;

// RULES P1
#[test]
fn an_import_says_how_many_new_addresses_wait_and_the_card_which() {
    let place = Place::set_up();
    let file = |address: &str| {
        place.roster(&format!(
            "first name,last name,email\nAda,Okafor,{address}@example.org\n"
        ))
    };
    place.ok(&["client", "import", &file("ada")]);
    let said = place.ok(&["client", "import", &file("ada.new")]);
    assert!(said.starts_with("0 added, 1 changed"), "{said}");
    assert!(said.contains("get no link yet: 1."), "{said}");
    let list = place.ok(&["client", "list"]);
    let card = place.ok(&["client", "show", list.split_whitespace().next().unwrap()]);
    for line in [
        "e-mail (self): ada@example.org",
        "e-mail (waits to be confirmed): ada.new@example.org",
    ] {
        assert!(card.contains(line), "{card}");
    }
}

#[test]
fn a_roster_with_a_bad_row_imports_nothing_and_names_the_line() {
    let place = Place::set_up();
    place.ok(&[
        "staff",
        "add",
        "--email",
        "rosa@juniper.example",
        "--name",
        "Rosa Rivera",
        "--role",
        "clinician",
    ]);
    let file = place.roster(
        "first name,last name,email,clinician email,shoe size\n\
         Ada,Okafor,ada@example.org,rosa@juniper.example,9\n\
         Ben,,ben@example.org,rosa@juniper.example,8\n\
         Cy,Lang,cy@example.org,nobody@juniper.example,7\n",
    );
    let words = place.fails(1, &["client", "import", &file]);
    for part in [
        "left out: shoe size",
        "line 3: the last name",
        "line 4: the clinician",
        "nothing was imported",
    ] {
        assert!(words.contains(part), "{words}");
    }
    assert_eq!(place.ok(&["client", "list"]), "");
    let said = place.ok(&["client", "import", "--skip-bad-rows", &file]);
    assert_eq!(said, "1 added, 0 changed, 0 unchanged, 2 rows left out\n");
    let said = place.ok(&["client", "import", "--skip-bad-rows", &file]);
    assert_eq!(said, "0 added, 0 changed, 1 unchanged, 2 rows left out\n");
    let list = place.ok(&["client", "list"]);
    assert!(list.contains("Okafor, Ada  with Rosa Rivera"), "{list}");
    let id = list.split_whitespace().next().unwrap();
    place.ok(&["client", "no-mail", id, "on"]);
    place.ok(&["client", "disable", id]);
    let card = place.ok(&["client", "show", id]);
    assert!(
        card.contains("(disabled, no mail)") && card.contains("ada@example.org"),
        "{card}"
    );
}

#[test]
fn the_last_admin_cannot_be_disabled() {
    let place = Place::set_up();
    let words = place.fails(1, &["staff", "disable", "dana@juniper.example"]);
    assert!(words.contains("last admin"), "{words}");
    place.ok(&[
        "staff",
        "add",
        "--email",
        "eve@juniper.example",
        "--name",
        "Eve",
        "--role",
        "admin",
    ]);
    place.ok(&["staff", "disable", "dana@juniper.example"]);
    assert!(
        place
            .fails(1, &["staff", "invite", "dana@juniper.example"])
            .contains("disabled")
    );
    assert!(place.ok(&["staff", "list"]).contains("(disabled)"));
}

#[test]
fn sessions_are_imported_and_what_cannot_be_is_named_by_its_line() {
    let place = Place::set_up();
    let roster = place.roster("first name,last name,external id\nAda,Okafor,c1\n");
    place.ok(&["client", "import", &roster]);
    let staff = ["--email", "rosa@juniper.example", "--name", "Rosa Rivera"];
    let add = [&["staff", "add"], &staff[..], &["--role", "clinician"]].concat();
    place.ok(&add);
    let head = "External ID,clinician_email,start,end,Title\n";
    let far = "c1,rosa@juniper.example,2099-03-05 09:00,2099-03-05 09:50,private\n";
    let file = place.roster(&format!(
        "{head}{far}c7,,2099-03-05 09:00,2099-03-05 09:50,\n"
    ));
    let words = place.fails(1, &["session", "import", &file]);
    for part in [
        "left out: Title",
        "line 3: no client on file has that external id",
        "nothing was imported",
    ] {
        assert!(words.contains(part), "{words}");
    }
    assert!(!words.contains("private"), "{words}");
    let said = place.ok(&["session", "import", "--skip-bad-rows", &file]);
    assert!(
        said.starts_with("0 added, 0 changed, 0 removed, 0 unchanged, 1 rows left out\n"),
        "{said}"
    );
    assert!(said.contains("and so not imported: 1"), "{said}");
    place.fails(1, &["session", "import", "/no/such/file.ics"]);
}
