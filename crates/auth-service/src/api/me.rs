//! `GET /api/v1/me`: who is signed in, where, and what time it is there.

pub(super) mod session;

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{ErrorCode, Me, Practice};

use super::refusals::Refused;
use super::{Denied, Desk};
use crate::refusal::Refusal;
use crate::{App, practice, staff};

#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "session",
    summary = "Who is signed in",
    responses(
        (status = 200, body = Me),
        Refused,
    )
)]
pub(super) async fn me(State(app): State<App>, desk: Desk) -> Result<Json<Me>, Denied> {
    let mut conn = app.reader.acquire().await?;
    let staff = staff::find(&mut conn, &desk.staff)
        .await
        .map_err(|_| Refusal::of(ErrorCode::NotSignedIn))?;
    let practice = practice::Practice::load(&mut conn)
        .await?
        .ok_or(Refusal::of(ErrorCode::Unavailable))?;
    let device_name = sqlx::query_scalar("SELECT name FROM device WHERE id = $1")
        .bind(&desk.device.0)
        .fetch_one(&mut *conn)
        .await?;
    Ok(Json(Me {
        staff,
        practice: Practice {
            name: practice.name,
            time_zone: practice.time_zone,
        },
        device: desk.device,
        device_name,
        now: app.now(),
        service_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    }))
}
