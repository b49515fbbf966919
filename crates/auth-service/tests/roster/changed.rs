//! An import that changes a mail address: it waits until it is confirmed.

use latchkey_auth::client;
use latchkey_auth::clock::DAY;
use latchkey_auth::testing::{House, ROSTER};
use latchkey_protocol::ClientId;

use super::import;

const NEW: &str = "ada.new@example.org";

fn with(from: &str, to: &str) -> String {
    ROSTER.replace(from, to)
}

async fn list(house: &House, sql: &'static str, client: &ClientId) -> Vec<String> {
    sqlx::query_scalar(sql)
        .bind(&client.0)
        .fetch_all(&house.app.reader)
        .await
        .unwrap()
}

async fn on_file(house: &House, first_name: &str) -> Vec<String> {
    let client = house.client(first_name).await;
    let sql = "SELECT a.address FROM address a JOIN client_address t ON t.address_id = a.id
               WHERE t.client_id = $1 ORDER BY a.address";
    list(house, sql, &client).await
}

async fn waiting(house: &House, first_name: &str) -> Vec<String> {
    let mut conn = house.app.reader.acquire().await.unwrap();
    let client = house.client(first_name).await;
    client::show(&mut conn, &client).await.unwrap().waiting
}

async fn confirmed(house: &House, first_name: &str, typed: &'static str) -> bool {
    let client = house.client(first_name).await;
    let typed = latchkey_auth::address::Address::parse(typed).unwrap();
    house
        .app
        .writer
        .run::<_, latchkey_auth::db::Unavailable, _>(move |tx| {
            Box::pin(async move { Ok(client::confirm_own_address(tx, &client, &typed).await?) })
        })
        .await
        .unwrap()
}

// RULES P1
#[tokio::test]
async fn links_go_to_the_old_one_until_the_new_one_is_confirmed_and_the_old_one_is_told() {
    let house = House::furnished().await;
    let file = with("ada@example.org", NEW);
    let done = import(&house, &file, false).await;
    assert_eq!((done.changed, done.waiting), (1, 1));
    assert_eq!(on_file(&house, "Ada").await, ["ada@example.org"]);
    assert_eq!(waiting(&house, "Ada").await, [NEW]);
    let guarded = "SELECT COUNT(*) FROM client WHERE contact_changed_at IS NOT NULL";
    assert_eq!(house.count(guarded).await, 1, "a PIN takes two from now on");

    house.clock.advance(DAY);
    let again = import(&house, &file, false).await;
    assert_eq!((again.changed, again.waiting, again.unchanged), (0, 0, 6));
    assert_eq!(waiting(&house, "Ada").await, [NEW], "once");

    assert!(confirmed(&house, "Ada", NEW).await);
    assert_eq!(on_file(&house, "Ada").await, [NEW]);
    let told = "SELECT COUNT(*) FROM mail m JOIN address a ON a.id = m.address_id
                WHERE m.kind = 'address_changed' AND a.address = 'ada@example.org'";
    assert_eq!(house.count(told).await, 1);
    let after = import(&house, &file, false).await;
    assert_eq!((after.changed, after.unchanged), (0, 6));
}

// RULES P1
#[tokio::test]
async fn a_later_file_takes_back_what_an_earlier_one_asked_for_and_nothing_that_staff_typed() {
    let house = House::furnished().await;
    import(&house, &with("ada@example.org", NEW), false).await;
    import(&house, ROSTER, false).await;
    assert!(waiting(&house, "Ada").await.is_empty());
    assert!(!confirmed(&house, "Ada", NEW).await);
    assert_eq!(on_file(&house, "Ada").await, ["ada@example.org"]);

    import(&house, &with("ada@example.org", NEW), false).await;
    house
        .sql("UPDATE address_change SET by_staff = (SELECT id FROM staff LIMIT 1) WHERE ended_at IS NULL")
        .await;
    let done = import(&house, ROSTER, false).await;
    assert_eq!(done.unchanged, 6);
    assert_eq!(waiting(&house, "Ada").await, [NEW]);
}

// RULES P1
#[tokio::test]
async fn a_file_that_has_not_heard_of_a_confirmed_address_does_not_undo_it() {
    let house = House::furnished().await;
    import(&house, &with("ada@example.org", NEW), false).await;
    assert!(confirmed(&house, "Ada", NEW).await);
    let stale = import(&house, ROSTER, false).await;
    assert_eq!((stale.changed, stale.waiting), (1, 1));
    assert_eq!(on_file(&house, "Ada").await, [NEW]);
    assert_eq!(waiting(&house, "Ada").await, ["ada@example.org"]);
}

// RULES P1
#[tokio::test]
async fn each_of_several_keeps_its_place_its_holder_and_its_own_confirmation() {
    let house = House::furnished().await;
    let file = with("mother@example.org", "mum@example.org")
        .replace("father@example.org", "dad@example.org")
        .replace(
            "555 0115,dana@juniper.example,c6,parent\n",
            "555 0115,dana@juniper.example,c6,guardian\n",
        );
    let done = import(&house, &file, false).await;
    assert_eq!((done.changed, done.waiting), (1, 2));
    assert_eq!(
        on_file(&house, "Noor").await,
        ["father@example.org", "mother@example.org"]
    );
    assert!(confirmed(&house, "Noor", "mum@example.org").await);
    assert_eq!(on_file(&house, "Noor").await.len(), 2);
    assert!(confirmed(&house, "Noor", "dad@example.org").await);
    assert_eq!(
        on_file(&house, "Noor").await,
        ["dad@example.org", "mum@example.org"]
    );
    let holders = "SELECT DISTINCT holder FROM client_address WHERE client_id = $1";
    let noor = house.client("Noor").await;
    assert_eq!(list(&house, holders, &noor).await, ["guardian"]);
}

// RULES P1
#[tokio::test]
async fn one_more_address_waits_too_and_a_mailbox_may_be_shared_on_purpose() {
    let house = House::furnished().await;
    let more = "Ada,Okafor,priya@example.org,555 0111,rosa@juniper.example,c1,partner\n";
    let done = import(&house, &format!("{ROSTER}{more}"), false).await;
    assert_eq!((done.changed, done.waiting), (1, 1));
    assert_eq!(on_file(&house, "Ada").await, ["ada@example.org"]);
    assert!(confirmed(&house, "Ada", "priya@example.org").await);
    assert_eq!(
        on_file(&house, "Ada").await,
        ["ada@example.org", "priya@example.org"]
    );
}

#[tokio::test]
async fn the_first_address_of_a_client_counts_at_once() {
    let house = House::furnished().await;
    import(&house, &with("ada@example.org", ""), false).await;
    assert!(on_file(&house, "Ada").await.is_empty());
    let done = import(&house, &with("ada@example.org", NEW), false).await;
    assert_eq!((done.changed, done.waiting), (1, 0));
    assert_eq!(on_file(&house, "Ada").await, [NEW]);
}
