//! Who calls the API: the access token, the key it is bound to, and the desktop's
//! row, looked at anew for each call (RULES S5).

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method};
use latchkey_protocol::{DeviceId, Staff, StaffId, UnixMillis};
use sqlx::{Row, SqliteConnection};
use subtle::ConstantTimeEq;

use super::dpop;
use crate::App;
use crate::db::Unavailable;
use crate::secret::Token;
use crate::staff::role_of;

/// A staff member at a desktop.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Who.
    pub staff: Staff,
    /// At which desktop.
    pub device: DeviceId,
    /// What they called it.
    pub device_name: String,
}

/// Why a call is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nobody {
    /// No token, a dead one, or no proof for it. The word is for a developer.
    NotSignedIn(&'static str),
    /// The database does not answer.
    Unavailable,
}

impl From<sqlx::Error> for Nobody {
    fn from(error: sqlx::Error) -> Self {
        let Unavailable = error.into();
        Self::Unavailable
    }
}

impl Bearer {
    /// Checks a call.
    pub async fn of(
        app: &App,
        headers: &HeaderMap,
        method: &Method,
        path: &str,
    ) -> Result<Self, Nobody> {
        let text = credentials(headers).ok_or(Nobody::NotSignedIn("no access token"))?;
        let token = Token::parse(text).ok_or(Nobody::NotSignedIn("no access token"))?;
        let mut conn = app.reader.acquire().await?;
        let row = sqlx::query(
            "SELECT d.id, d.name AS device_name, d.jkt, s.id AS staff_id, s.name, s.role
             FROM access_token t JOIN device d ON d.id = t.device_id
             JOIN staff s ON s.id = d.staff_id
             WHERE t.token_hash = $1 AND t.expires_at > $2
               AND d.revoked_at IS NULL AND d.expires_at > $2 AND s.disabled_at IS NULL",
        )
        .bind(token.hash().as_slice())
        .bind(app.now().0)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(Nobody::NotSignedIn("the access token is over"))?;
        let key = dpop::check(app, headers, method, path, Some(text))
            .map_err(|unproved| Nobody::NotSignedIn(unproved.0))?;
        let bound: &str = row.try_get("jkt")?;
        if !bool::from(bound.as_bytes().ct_eq(key.as_bytes())) {
            return Err(Nobody::NotSignedIn("the token is bound to another key"));
        }
        Ok(Self {
            staff: Staff {
                id: StaffId(row.try_get("staff_id")?),
                name: row.try_get("name")?,
                role: role_of(row.try_get("role")?),
            },
            device: DeviceId(row.try_get("id")?),
            device_name: row.try_get("device_name")?,
        })
    }
}

fn credentials(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("dpop").then_some(token.trim())
}

/// True while a stream may go on: the desktop's row, looked at again (RULES S5).
pub async fn still_connected(
    conn: &mut SqliteConnection,
    device: &DeviceId,
    now: UnixMillis,
) -> sqlx::Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM device d JOIN staff s ON s.id = d.staff_id
         WHERE d.id = $1 AND d.revoked_at IS NULL AND d.expires_at > $2 AND s.disabled_at IS NULL",
    )
    .bind(&device.0)
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}
