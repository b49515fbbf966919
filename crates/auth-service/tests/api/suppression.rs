//! A mailbox that a bounce has closed, and how staff open it again.

use latchkey_auth::db::Unavailable;
use latchkey_auth::link::on_file;
use latchkey_auth::mail::cause::MailCause;
use latchkey_auth::mail::suppression;
use latchkey_auth::testing::House;
use serde_json::json;

use crate::desktop::Desktop;
use crate::scene::asks_for_help;

async fn close_mailbox(house: &House, first_name: &str) {
    let client = house.client(first_name).await;
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let address: String = sqlx::query_scalar(
                    "SELECT address_id FROM client_address WHERE client_id = $1",
                )
                .bind(&client.0)
                .fetch_one(tx.conn())
                .await?;
                let found = on_file::by_id(tx.conn(), &address).await?;
                suppression::suppress(tx, &found, MailCause::NoMailbox, "mail").await?;
                Ok::<_, Unavailable>(())
            })
        })
        .await
        .unwrap();
}

async fn closed(house: &House) -> i64 {
    house
        .count("SELECT COUNT(*) FROM suppression WHERE lifted_at IS NULL")
        .await
}

#[tokio::test]
async fn staff_who_see_the_request_let_mail_go_there_again() {
    let house = House::furnished().await;
    let request = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    close_mailbox(&house, "Ada").await;
    close_mailbox(&house, "Ada").await;
    assert_eq!(closed(&house).await, 1);

    let refused = rosa.act(&request, "link", json!({})).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(
        refused.json::<serde_json::Value>().await.unwrap()["code"],
        "suppressed"
    );

    for _ in 0..2 {
        assert_eq!(
            rosa.act(&request, "lift-suppression", json!({}))
                .await
                .status(),
            200
        );
    }
    assert_eq!(closed(&house).await, 0);
    let lifted =
        "SELECT COUNT(*) FROM event WHERE kind = 'suppression_lifted' AND actor_kind = 'staff'";
    assert_eq!(
        house.count(lifted).await,
        1,
        "the second found nothing to lift"
    );
    assert_eq!(rosa.act(&request, "link", json!({})).await.status(), 200);
}

#[tokio::test]
async fn nobody_else_can_and_no_other_mailbox_opens() {
    let house = House::furnished().await;
    let bens = asks_for_help(&house, "Ben").await;
    let adas = asks_for_help(&house, "Ada").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    close_mailbox(&house, "Ada").await;
    assert_eq!(
        rosa.act(&bens, "lift-suppression", json!({}))
            .await
            .status(),
        200
    );
    assert_eq!(closed(&house).await, 1);
    let stranger = reqwest::Client::new()
        .post(house.url(&format!("/api/v1/requests/{}/lift-suppression", adas.0)))
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 401);
    assert_eq!(closed(&house).await, 1);
}
