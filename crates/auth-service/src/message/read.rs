//! Reading, by the signed-in client.

use latchkey_protocol::{ClientId, RequestId, UnixMillis};
use sqlx::{FromRow, SqliteConnection};

use crate::db::Tx;
use crate::event::{Actor, Event, Kind};

/// So many of the newest are shown.
const MOST: i64 = 100;

/// One message, as its client sees it: never by whom at the practice (RULES C9).
#[derive(Clone, Debug, FromRow)]
pub struct Message {
    at: i64,
    /// What it says.
    pub text: String,
    /// The client wrote it.
    pub own: bool,
    /// The client has not seen it yet.
    pub unread: bool,
}

impl Message {
    /// When.
    #[must_use]
    pub const fn at(&self) -> UnixMillis {
        UnixMillis(self.at)
    }
}

/// Everything that this client and the practice wrote to each other, oldest first.
pub async fn read(conn: &mut SqliteConnection, client: &ClientId) -> sqlx::Result<Vec<Message>> {
    let mut messages: Vec<Message> = sqlx::query_as(
        "SELECT m.at, p.value AS text, m.staff_id IS NULL AS own,
                m.staff_id IS NOT NULL AND m.read_at IS NULL AS unread
         FROM message m
         JOIN event_personal p ON p.position = m.position AND p.name = 'said'
         WHERE m.client_id = $1 ORDER BY m.position DESC LIMIT $2",
    )
    .bind(&client.0)
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    messages.reverse();
    Ok(messages)
}

/// The client has them on screen: staff read that (once for each request).
pub async fn mark_read(tx: &mut Tx, client: &ClientId) -> sqlx::Result<()> {
    let now = tx.now().0;
    let mut read: Vec<String> = sqlx::query_scalar(
        "UPDATE message SET read_at = $2
         WHERE client_id = $1 AND staff_id IS NOT NULL AND read_at IS NULL
         RETURNING request_id",
    )
    .bind(&client.0)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    read.sort_unstable();
    read.dedup();
    for request in read {
        let event = Event::new(Kind::MessageRead, Actor::Client(client.clone()))
            .request(&RequestId(request))
            .client(client);
        tx.append(event).await?;
    }
    Ok(())
}
