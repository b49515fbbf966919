//! `POST /api/v1/requests/{id}/freeze`: this is not my client.

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
    path = "/api/v1/requests/{id}/freeze",
    tag = "requests",
    summary = "Say that this is not one's client",
    description = "The request is frozen, and so is the browser that raised it: its PIN is revoked, its session ends, and links and PINs \
        do nothing there, which looks to it as to anybody. Admins are rung. Done twice it is done once.",
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
pub(in crate::api) async fn freeze(
    State(app): State<App>,
    act: Act<Nothing>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move { help::freeze::freeze(tx, &call.request, &call.desk.staff).await })
    })
    .await?;
    Ok(Json(Done {}))
}
