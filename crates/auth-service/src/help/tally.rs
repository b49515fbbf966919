//! What kept each client out, beside its request, so that it can be counted: a diagnosis is
//! made of a whole timeline, and a year of them cannot be read while somebody waits.
//!
//! It follows from the events and is no event. It is done beside the requests of browsers,
//! never in one, so that no answer takes longer for anybody (RULES A1).

use std::time::Duration;

use latchkey_protocol::{Cause, RequestId};
use sqlx::SqliteConnection;

use crate::App;
use crate::db::Unavailable;
use crate::document;

/// How often it is looked for.
pub const LOOK: Duration = Duration::from_secs(5);
/// So many at a time: a flood of requests waits its turn.
const AT_ONCE: i64 = 50;

struct Found {
    request: String,
    position: i64,
    cause: String,
}

/// Looks once. Gives how many requests were looked at.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    let mut found = Vec::new();
    for (request, position) in due(&mut conn).await? {
        let id = RequestId(request.clone());
        let Some(document) = document::load(&mut conn, &id, app.now()).await? else {
            continue;
        };
        let cause = document.cause_before.unwrap_or(document.diagnosis.cause);
        found.push(Found {
            request,
            position,
            cause: word(cause),
        });
    }
    drop(conn);
    if found.is_empty() {
        return Ok(0);
    }
    app.writer
        .run::<_, Unavailable, _>(move |tx| {
            Box::pin(async move {
                for one in &found {
                    sqlx::query(
                        "UPDATE help_request SET tally_cause = $2, tally_position = $3 WHERE id = $1",
                    )
                    .bind(&one.request)
                    .bind(&one.cause)
                    .bind(one.position)
                    .execute(tx.conn())
                    .await?;
                }
                Ok(found.len())
            })
        })
        .await
}

/// Those that have moved since.
async fn due(conn: &mut SqliteConnection) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "SELECT id, position FROM help_request
         WHERE tally_position < position ORDER BY id LIMIT $1",
    )
    .bind(AT_ONCE)
    .fetch_all(conn)
    .await
}

/// As it crosses the wire.
fn word(cause: Cause) -> String {
    match serde_json::to_value(cause) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Reads that word. What has not been looked at yet has no cause that is known.
#[must_use]
pub fn read(word: Option<&str>) -> Cause {
    word.and_then(|word| serde_json::from_value(word.into()).ok())
        .unwrap_or(Cause::CannotTell)
}
