//! A client's PINs and tries, as the rules want to see them.

use latchkey_protocol::{PinState, UnixMillis};
use sqlx::{Row, SqliteConnection};

use super::state::{ClientPins, DAY_MS, IssuedPin, read_state};

/// Reads them.
pub async fn of_client(
    conn: &mut SqliteConnection,
    client: &str,
    now: UnixMillis,
) -> sqlx::Result<ClientPins> {
    let day = now.0 - DAY_MS;
    let rows = sqlx::query(
        "SELECT state, browser_id, issued_at,
                EXISTS (SELECT 1 FROM pin earlier
                        WHERE earlier.client_id = pin.client_id
                          AND earlier.idempotency_key = pin.idempotency_key
                          AND earlier.id < pin.id) AS again
         FROM pin WHERE client_id = $1 AND issued_at > $2 ORDER BY issued_at, id",
    )
    .bind(client)
    .bind(day)
    .fetch_all(&mut *conn)
    .await?;
    let mut pins = Vec::with_capacity(rows.len());
    for row in rows {
        pins.push(IssuedPin {
            state: read_state(row.try_get("state")?),
            browser: row.try_get("browser_id")?,
            issued_at: UnixMillis(row.try_get("issued_at")?),
            counts_as_earlier: row.try_get::<i64, _>("again")? != 0,
        });
    }
    let failures: Vec<i64> =
        sqlx::query_scalar("SELECT at FROM pin_failure WHERE client_id = $1 AND at > $2")
            .bind(client)
            .bind(day)
            .fetch_all(&mut *conn)
            .await?;
    let in_a_row: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pin_failure
         WHERE client_id = $1
           AND at >= COALESCE((SELECT MAX(ended_at) FROM pin
                               WHERE client_id = $1 AND state = $2), 0)",
    )
    .bind(client)
    .bind(super::state::state_word(PinState::Used))
    .fetch_one(conn)
    .await?;
    Ok(ClientPins {
        pins,
        failures: failures.into_iter().map(UnixMillis).collect(),
        failures_in_a_row: usize::try_from(in_a_row).unwrap_or(usize::MAX),
    })
}
