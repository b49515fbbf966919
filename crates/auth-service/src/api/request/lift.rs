//! `POST /api/v1/requests/{id}/lift-suppression`: staff let mail go to an address again.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Nothing};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::mail::suppression;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/lift-suppression",
    tag = "requests",
    summary = "Let mail go again to an address that a bounce or a complaint has closed",
    description = "To the address that was typed and to those of the client. Where none is closed, nothing happens.",
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
pub(in crate::api) async fn lift(
    State(app): State<App>,
    act: Act<Nothing>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move { suppression::lift(tx, &call.request, &call.desk.staff).await })
    })
    .await?;
    Ok(Json(Done {}))
}
