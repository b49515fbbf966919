//! Help requests to look at.

use latchkey_auth::address::typed_key;
use latchkey_auth::db::Unavailable;
use latchkey_auth::event::{Actor, Event, Kind};
use latchkey_auth::testing::House;
use latchkey_protocol::{ClientId, RequestId};

/// A client of this first name asks for help from a browser of its own.
pub async fn asks_for_help(house: &House, first_name: &str) -> RequestId {
    let client = house.client(first_name).await;
    raise(house, Some(client)).await
}

/// Somebody whom the file does not know asks for help.
pub async fn stranger_asks(house: &House) -> RequestId {
    raise(house, None).await
}

async fn raise(house: &House, client: Option<ClientId>) -> RequestId {
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let (id, browser, now) = (RequestId(tx.id()), tx.id(), tx.now().0);
                let secret = tx.random().token();
                sqlx::query(
                    "INSERT INTO browser (id, token_hash, created_at, last_seen_at, last_waiting_at)
                     VALUES ($1, $2, $3, $3, $3)",
                )
                .bind(&browser)
                .bind(secret.as_bytes())
                .bind(now)
                .execute(tx.conn())
                .await?;
                let address: Option<String> = sqlx::query_scalar(
                    "SELECT address_id FROM client_address WHERE client_id = $1 LIMIT 1",
                )
                .bind(client.as_ref().map(|client| &client.0))
                .fetch_optional(tx.conn())
                .await?;
                sqlx::query(
                    "INSERT INTO help_request (id, state, client_id, address_id, address_key, typed,
                                               message, browser_id, word1, word2, created_at, position)
                     VALUES ($1, 'new', $2, $3, $4, 'somebody', 'no mail comes', $5, 'maple',
                             'river', $6, 0)",
                )
                .bind(&id.0)
                .bind(client.as_ref().map(|client| &client.0))
                .bind(&address)
                .bind(typed_key(tx.keys(), "somebody").as_slice())
                .bind(&browser)
                .bind(now)
                .execute(tx.conn())
                .await?;
                let mut event = Event::new(Kind::HelpAsked, Actor::Stranger)
                    .request(&id)
                    .browser(&browser);
                if let Some(client) = &client {
                    event = event.client(client);
                }
                tx.append(event).await?;
                Ok::<_, Unavailable>(id)
            })
        })
        .await
        .unwrap()
}

/// Something happens around a request: it moves.
pub async fn happens(house: &House, request: &RequestId) -> i64 {
    let request = request.clone();
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let event = Event::new(Kind::PinInOtherBrowser, Actor::Stranger).request(&request);
                Ok::<_, Unavailable>(tx.append(event).await?.0)
            })
        })
        .await
        .unwrap()
}
