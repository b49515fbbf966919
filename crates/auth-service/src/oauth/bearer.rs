//! Who calls the API: the access token, the key it is bound to, and the desktop's
//! row, looked at anew for each call (RULES S5).

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method};
use latchkey_protocol::{DeviceId, StaffId};
use sqlx::Row;
use subtle::ConstantTimeEq;

use super::dpop;
use crate::App;
use crate::db::Unavailable;
use crate::secret::Token;

/// Why a call is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nobody {
    /// No token, a dead one, or no proof for it. The words are for a developer.
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

/// The staff member and the desktop that call `path`.
pub async fn verify(
    app: &App,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
) -> Result<(StaffId, DeviceId), Nobody> {
    let text = credentials(headers).ok_or(Nobody::NotSignedIn("there is no access token"))?;
    let token = Token::parse(text).ok_or(Nobody::NotSignedIn("that is no access token"))?;
    let row = sqlx::query(
        "SELECT d.id, d.staff_id, d.jkt
         FROM access_token t JOIN device d ON d.id = t.device_id
         JOIN staff s ON s.id = d.staff_id
         WHERE t.token_hash = $1 AND t.expires_at > $2
           AND d.revoked_at IS NULL AND d.expires_at > $2 AND s.disabled_at IS NULL",
    )
    .bind(token.hash().as_slice())
    .bind(app.now().0)
    .fetch_optional(&app.reader)
    .await?
    .ok_or(Nobody::NotSignedIn("the access token is over"))?;
    let key = dpop::check(app, headers, method, path, Some(text))
        .and_then(|proof| proof.once(app))
        .map_err(|unproved| Nobody::NotSignedIn(unproved.0))?;
    let bound: &str = row.try_get("jkt")?;
    if !bool::from(bound.as_bytes().ct_eq(key.as_bytes())) {
        return Err(Nobody::NotSignedIn("the token is bound to another key"));
    }
    Ok((
        StaffId(row.try_get("staff_id")?),
        DeviceId(row.try_get("id")?),
    ))
}

pub(crate) fn credentials(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("dpop").then_some(token.trim())
}
