//! `GET /api/v1/staff`: the colleagues.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::Colleagues;

use super::refusals::Refused;
use super::{Denied, Desk};
use crate::{App, cover, team};

#[utoipa::path(
    get,
    path = "/api/v1/staff",
    tag = "staff",
    summary = "The colleagues",
    description = "Everybody who may act, by name, the caller too, and whether a desktop of theirs is connected now; \
        and who covers for whom.",
    responses(
        (status = 200, body = Colleagues),
        Refused,
    )
)]
pub(super) async fn staff(State(app): State<App>, _desk: Desk) -> Result<Json<Colleagues>, Denied> {
    let mut conn = app.reader.acquire().await?;
    let colleagues = team::colleagues(&app, &mut conn).await?;
    let covers = cover::all(&mut conn).await?;
    Ok(Json(Colleagues { colleagues, covers }))
}
