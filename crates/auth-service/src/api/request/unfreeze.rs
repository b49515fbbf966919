//! `POST /api/v1/requests/{id}/unfreeze`: an admin lets it go on.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Nothing};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::help;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/unfreeze",
    tag = "requests",
    summary = "Lift that",
    description = "By an admin. What ended stays ended.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = Nothing,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn unfreeze(
    State(app): State<App>,
    act: Act<Nothing>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move { help::freeze::lift(tx, &call.request, &call.desk.staff).await })
    })
    .await?;
    Ok(Json(Done {}))
}
