//! The browser that speaks for a staff member for 12 hours: just long enough to
//! connect a desktop, and it can do nothing else.

use axum::http::{HeaderMap, HeaderValue};
use latchkey_protocol::{Staff, StaffId, UnixMillis};
use sqlx::{Row, SqliteConnection};

use crate::clock::HOUR;
use crate::db::Tx;
use crate::secret::Token;
use crate::session::cookie;
use crate::staff::role_of;

const COOKIE_NAME: &str = "__Host-latchkey_staff";
const LIFETIME: i64 = 12 * HOUR;

/// The token in the browser's cookie, where there is one.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<Token> {
    cookie::read(headers, COOKIE_NAME).and_then(Token::parse)
}

/// Whom this browser speaks for.
pub async fn staff(
    conn: &mut SqliteConnection,
    headers: &HeaderMap,
    now: UnixMillis,
) -> sqlx::Result<Option<Staff>> {
    let Some(token) = token(headers) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT s.id, s.name, s.role FROM staff_browser b JOIN staff s ON s.id = b.staff_id
         WHERE b.token_hash = $1 AND b.ended_at IS NULL AND b.expires_at > $2
           AND s.disabled_at IS NULL",
    )
    .bind(token.hash().as_slice())
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Staff {
            id: StaffId(row.try_get("id")?),
            name: row.try_get("name")?,
            role: role_of(row.try_get("role")?),
        })
    })
    .transpose()
}

/// Lets a browser speak for a staff member from now on.
pub async fn begin(tx: &mut Tx, staff: &StaffId) -> sqlx::Result<Token> {
    let token = Token::draw(tx.random());
    let now = tx.now();
    sqlx::query(
        "INSERT INTO staff_browser (token_hash, staff_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token.hash().as_slice())
    .bind(&staff.0)
    .bind(now.0)
    .bind(now.0 + LIFETIME)
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// The cookie.
#[must_use]
pub fn cookie(token: &Token) -> HeaderValue {
    cookie::set(COOKIE_NAME, token.reveal(), Some(LIFETIME / 1_000))
}
