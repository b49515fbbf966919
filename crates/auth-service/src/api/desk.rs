//! Who calls: a staff member at a desktop that is connected.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use latchkey_protocol::{DeviceId, ErrorCode, StaffId};
use sqlx::SqliteConnection;

use super::Denied;
use crate::App;
use crate::refusal::Refusal;
use crate::secret::Token;

/// A staff member at a connected desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Who.
    pub staff: StaffId,
    /// At which desktop.
    pub device: DeviceId,
}

impl Desk {
    /// Whether it still is one: not revoked, not disabled, not run out (RULES S5).
    pub async fn stands(&self, conn: &mut SqliteConnection, now: i64) -> sqlx::Result<bool> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM device d JOIN staff s ON s.id = d.staff_id
             WHERE d.id = $1 AND d.staff_id = $2 AND d.revoked_at IS NULL AND d.expires_at > $3
               AND s.disabled_at IS NULL",
        )
        .bind(&self.device.0)
        .bind(&self.staff.0)
        .bind(now)
        .fetch_optional(conn)
        .await?;
        Ok(found.is_some())
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Denied> {
        read(parts, app)
            .await
            .map_err(|denied| denied.to_sign_in(app))
    }
}

async fn read(parts: &Parts, app: &App) -> Result<Desk, Denied> {
    let not_signed_in = || Refusal::of(ErrorCode::NotSignedIn);
    let token = parts
        .headers
        .get(axum::http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("DPoP "))
        .and_then(Token::parse)
        .ok_or_else(not_signed_in)?;
    let now = app.now().0;
    let mut conn = app.reader.acquire().await?;
    let row: Option<(String, String)> = sqlx::query_as(
        "SELECT d.staff_id, d.id FROM access_token t JOIN device d ON d.id = t.device_id
         WHERE t.token_hash = $1 AND t.expires_at > $2",
    )
    .bind(token.hash().as_slice())
    .bind(now)
    .fetch_optional(&mut *conn)
    .await?;
    let (staff, device) = row.ok_or_else(not_signed_in)?;
    let desk = Desk {
        staff: StaffId(staff),
        device: DeviceId(device),
    };
    if desk.stands(&mut conn, now).await? {
        Ok(desk)
    } else {
        Err(not_signed_in().into())
    }
}
