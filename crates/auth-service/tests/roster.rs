//! The roster file: what is read, what is refused, what a second import changes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_auth::client::{self, Imported, Roster, RosterError};
use latchkey_auth::clock::DAY;
use latchkey_auth::testing::{House, ROSTER};

#[path = "roster/changed.rs"]
mod changed;

fn bad(csv: &str) -> Vec<(u64, String)> {
    Roster::read(csv.as_bytes())
        .ok()
        .unwrap()
        .bad
        .into_iter()
        .map(|row| (row.line, row.reason))
        .collect()
}

async fn import(house: &House, csv: &str, skip_bad: bool) -> Imported {
    let roster = Roster::read(csv.as_bytes()).ok().unwrap();
    house
        .app
        .writer
        .run(move |tx| Box::pin(async move { client::import(tx, roster, skip_bad).await }))
        .await
        .unwrap()
}

#[test]
fn columns_are_matched_without_regard_to_order_case_spaces_and_underscores() {
    let csv = "\u{feff}E_MAIL,lastName,Shoe size,FIRST_NAME, Date Of Birth \n\
               Ada@Example.org,Okafor,9,Ada,12/31/1990\n";
    let roster = Roster::read(csv.as_bytes()).ok().unwrap();
    assert_eq!(roster.unknown, ["Shoe size"]);
    let row = &roster.rows[0];
    assert_eq!(
        (row.first_name.as_str(), row.last_name.as_str()),
        ("Ada", "Okafor")
    );
    assert_eq!(row.email.as_ref().unwrap().reveal(), "ada@example.org");
    assert_eq!(row.birth_date.as_deref(), Some("1990-12-31"));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let file = [
            "first name,last name",
            "Ada,",
            "",
            "\"Ben\nB\",Ortiz",
            ",Nair",
        ]
        .join(end);
        let lines: Vec<u64> = bad(&file).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 4, 6], "{end:?}");
    }
}

#[test]
fn a_bad_row_is_named_with_its_line_and_reason_and_never_its_values() {
    let long = "x".repeat(201);
    let header = "first name,last name,email,phone,date of birth,language,holder\n";
    for (row, reason) in [
        (",Okafor,,,,,", "the first name is missing".to_owned()),
        ("Ada, ,,,,,", "the last name is missing".to_owned()),
        (
            "Ada,Okafor,ada at example,,,,",
            "the e-mail is not an e-mail address".to_owned(),
        ),
        (
            "Ada,Okafor,,call me,,,",
            "the phone is not a phone number".to_owned(),
        ),
        (
            "Ada,Okafor,,,31.12.1990,,",
            "the date of birth must be like 1990-12-31 or 12/31/1990".to_owned(),
        ),
        (
            "Ada,Okafor,,,,english please,",
            "the language must be a tag like en, es or pt-BR".to_owned(),
        ),
        (
            "Ada,Okafor,,,,,neighbour",
            "the holder must be self, parent, guardian, partner or other".to_owned(),
        ),
        (
            "Ada,Okafor,,",
            "it has 4 cells, the header has 7".to_owned(),
        ),
        (
            &format!("{long},Okafor,,,,,"),
            "a cell is longer than 200 characters".to_owned(),
        ),
        (
            "A\u{7}da,Okafor,,,,,",
            "a cell holds a control character".to_owned(),
        ),
    ] {
        let csv = format!("{header}Ben,Ortiz,ben@example.org,555 0101,,en,self\n{row}\n");
        assert_eq!(bad(&csv), [(3, reason)], "{row}");
    }
}

#[test]
fn a_row_that_is_not_utf8_is_named_too() {
    let csv = b"first name,last name\nAda,Okafor\nJos\xe9,Diaz\n";
    let roster = Roster::read(csv).ok().unwrap();
    assert_eq!(roster.rows.len(), 1);
    assert_eq!(roster.bad[0].line, 3);
    assert!(roster.bad[0].reason.contains("UTF-8"));
}

#[test]
fn two_rows_of_one_client_must_not_contradict_each_other() {
    let csv = "first name,last name,phone,email\n\
               Noor,Haddad,555 0115,mother@example.org\n\
               Noor,Haddad,555 0199,father@example.org\n";
    assert_eq!(
        bad(csv),
        [(
            3,
            "it is the same client as line 2, but the phone differs".to_owned()
        )]
    );
}

#[test]
fn a_file_without_its_columns_is_refused_whole() {
    let error = |csv: &str| Roster::read(csv.as_bytes()).err().unwrap();
    assert_eq!(error(""), RosterError::Empty);
    assert_eq!(
        error("first name,email\n"),
        RosterError::Missing("last name")
    );
    assert_eq!(
        error("first name,last name,First_Name\n"),
        RosterError::Twice("First_Name".to_owned())
    );
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let house = House::furnished().await;
    let events = "SELECT COUNT(*) FROM event";
    let before = house.count(events).await;
    let again = import(&house, ROSTER, false).await;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 6));
    assert_eq!(house.count(events).await, before);
    assert_eq!(house.count("SELECT COUNT(*) FROM client").await, 6);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM client WHERE contact_changed_at IS NOT NULL")
            .await,
        0,
        "a first import is no change"
    );
}

#[tokio::test]
async fn one_address_may_belong_to_two_clients_and_one_client_have_two() {
    let house = House::furnished().await;
    assert_eq!(
        house
            .count(
                "SELECT COUNT(*) FROM client_address t JOIN address a ON a.id = t.address_id
                 WHERE a.address = 'lindqvist@example.org'"
            )
            .await,
        2
    );
    assert_eq!(
        house
            .count(
                "SELECT COUNT(*) FROM client_address t JOIN client c ON c.id = t.client_id
                 WHERE c.first_name = 'Noor' AND t.holder = 'parent'"
            )
            .await,
        2
    );
}

#[tokio::test]
async fn one_unknown_clinician_leaves_out_everything_unless_bad_rows_are_skipped() {
    let house = House::furnished().await;
    let csv = "first name,last name,clinician email\n\
               Eve,Stone,rosa@juniper.example\n\
               Tom,Weber,nobody@juniper.example\n\
               Sam,Front,sam@juniper.example\n";
    let refused = import(&house, csv, false).await;
    let lines: Vec<u64> = refused.bad.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4], "a front desk has no caseload");
    assert_eq!(
        (
            refused.added,
            house.count("SELECT COUNT(*) FROM client").await
        ),
        (0, 6)
    );
    let skipped = import(&house, csv, true).await;
    assert_eq!((skipped.added, skipped.bad.len()), (1, 2));
    assert_eq!(house.count("SELECT COUNT(*) FROM client").await, 7);
}

// RULES P1
#[tokio::test]
async fn an_import_that_changes_phone_or_address_is_remembered_as_such() {
    let house = House::furnished().await;
    house.clock.advance(DAY);
    let with = |from: &str, to: &str| ROSTER.replace(from, to);
    let changed = "SELECT COUNT(*) FROM client WHERE contact_changed_at IS NOT NULL";
    let done = import(&house, &with("Ada,Okafor", "ADA,Okafor"), false).await;
    assert_eq!(
        (done.changed, house.count(changed).await),
        (1, 0),
        "a name is no contact"
    );
    let done = import(&house, &with("555 0111", "555 0199"), false).await;
    assert_eq!((done.changed, house.count(changed).await), (1, 1));
    let done = import(
        &house,
        &with("priya@example.org", "nair@example.org"),
        false,
    )
    .await;
    assert_eq!(
        (done.changed, house.count(changed).await),
        (2, 2),
        "and the phone back"
    );
}

#[tokio::test]
async fn a_link_to_an_address_that_is_not_theirs_any_more_is_void() {
    let house = House::furnished().await;
    house
        .sql(
            "INSERT INTO link (id, address_id, token_hash, state, created_at, expires_at)
             SELECT 'l', id, x'00', 'live', 1, 9 FROM address WHERE address = 'father@example.org'",
        )
        .await;
    let live = "SELECT COUNT(*) FROM link WHERE state = 'live'";
    import(&house, ROSTER, false).await;
    assert_eq!(house.count(live).await, 1);
    let fathers = "Noor,Haddad,father@example.org,555 0115,dana@juniper.example,c6,parent\n";
    import(&house, &ROSTER.replace(fathers, ""), false).await;
    assert_eq!(house.count(live).await, 0);
}

#[tokio::test]
async fn a_row_that_could_mean_two_clients_is_bad() {
    let house = House::furnished().await;
    let twins = "first name,last name,external id\nAnn,Lee,a\nAnn,Lee,b\n";
    assert_eq!(import(&house, twins, false).await.added, 2);
    let which = "first name,last name,phone\nAnn,Lee,555 0142\n";
    let done = import(&house, which, false).await;
    assert_eq!((done.added, done.changed, done.bad[0].line), (0, 0, 2));
    let known = "first name,last name,external id,phone\nAnn,Lee,b,555 0142\n";
    assert_eq!(import(&house, known, false).await.changed, 1);
}

// RULES C2
#[tokio::test]
async fn no_mail_and_disabling_kill_what_is_outstanding() {
    let house = House::furnished().await;
    house
        .sql(
            "INSERT INTO link (id, address_id, token_hash, state, created_at, expires_at)
             SELECT address, id, CAST(address AS BLOB), 'live', 1, 9 FROM address",
        )
        .await;
    let live = async |address: &'static str| {
        let left: Vec<String> = sqlx::query_scalar("SELECT id FROM link WHERE state = 'live'")
            .fetch_all(&house.app.reader)
            .await
            .unwrap();
        left.contains(&address.to_owned())
    };
    let (ada, priya, jo) = (
        house.client("Ada").await,
        house.client("Priya").await,
        house.client("Jo").await,
    );
    house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                assert!(client::set_no_mail(tx, &ada, true).await?);
                assert!(!client::set_no_mail(tx, &ada, true).await?);
                assert!(client::set_no_mail(tx, &jo, true).await?);
                client::disable(tx, &priya).await
            })
        })
        .await
        .unwrap();
    assert!(!live("ada@example.org").await);
    assert!(!live("priya@example.org").await);
    assert!(
        !live("lindqvist@example.org").await,
        "whoever shares a flagged mailbox, nothing in it opens anything (RULES C2)"
    );
    assert!(live("ben@full.example").await);
}

#[tokio::test]
async fn who_is_not_on_file_cannot_be_changed() {
    let house = House::furnished().await;
    let nobody = latchkey_protocol::ClientId::from("nobody");
    let refused = house
        .app
        .writer
        .run(|tx| Box::pin(async move { client::set_no_mail(tx, &nobody, true).await }))
        .await;
    assert!(matches!(refused, Err(client::ClientError::NotFound)));
    let nobody = latchkey_protocol::ClientId::from("nobody");
    let refused = house
        .app
        .writer
        .run(|tx| Box::pin(async move { client::disable(tx, &nobody).await }))
        .await;
    assert!(matches!(refused, Err(client::ClientError::NotFound)));
}
