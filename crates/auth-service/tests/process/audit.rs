//! The audit trail by the command line.

use crate::place::Place;

// RULES V5
#[tokio::test]
async fn audit_says_what_is_whole_what_is_broken_and_what_happened() {
    let place = Place::set_up();
    let count = place.verify().await;
    assert_eq!(
        place.ok(&["audit", "verify"]),
        format!("{count} events, none changed or missing.\n")
    );
    let lines = place.ok(&["audit", "export"]);
    assert_eq!(i64::try_from(lines.lines().count()).unwrap(), count + 1);
    assert!(lines.lines().last().unwrap().contains("\"audit_exported\""));
    assert!(lines.contains("dana@juniper.example"));
    assert_eq!(place.ok(&["audit", "export", "--since", "2999-01-01"]), "");
    place.fails(2, &["audit", "export", "--since", "yesterday"]);
    place.fails(1, &["audit", "export", "--client", "nobody"]);
    let mut conn = place.database().await;
    sqlx::raw_sql(
        "DROP TRIGGER event_is_not_changed;
         UPDATE event SET actor_kind = 'stranger' WHERE position = 2",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let words = place.fails(1, &["audit", "verify"]);
    assert!(words.contains("the event at position 2 "), "{words}");
    sqlx::raw_sql("UPDATE event_head SET mac = zeroblob(32)")
        .execute(&mut conn)
        .await
        .unwrap();
    let words = place.fails(1, &["audit", "verify"]);
    assert!(words.contains("position 2 "), "{words}");
    let words = place.fails(1, &["serve"]);
    assert!(words.contains("audit verify"), "{words}");
}
