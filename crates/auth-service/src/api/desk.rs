//! Who calls: a staff member at a desktop that is connected.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use latchkey_protocol::{DeviceId, ErrorCode, StaffId};
use sqlx::SqliteConnection;

use super::Denied;
use crate::App;
use crate::db::Unavailable;
use crate::oauth::{self, Nobody};
use crate::refusal::Refusal;

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
    match oauth::verify(app, &parts.headers, &parts.method, parts.uri.path()).await {
        Ok((staff, device)) => Ok(Desk { staff, device }),
        Err(Nobody::NotSignedIn(why)) => Err(Refusal {
            detail: Some(why),
            ..Refusal::of(ErrorCode::NotSignedIn)
        }
        .into()),
        Err(Nobody::Unavailable) => Err(Unavailable.into()),
    }
}
