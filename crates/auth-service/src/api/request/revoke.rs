//! `POST /api/v1/requests/{id}/pin/revoke`: the live PIN works no more.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Nothing, Problem};

use crate::App;
use crate::api::once::once;
use crate::api::{Act, Denied};
use crate::pin;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/pin/revoke",
    tag = "requests",
    summary = "Revoke the live PIN",
    description = "Where none is live there is nothing to do.",
    params(
        ("id" = String, Path, description = "The request"),
        ("Idempotency-Key" = String, Header, description = "A UUID; the same key is the same act"),
    ),
    request_body = Nothing,
    responses(
        (status = 200, body = Done),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn revoke(
    State(app): State<App>,
    act: Act<Nothing>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move { pin::revoke(tx, &call.request, &call.desk.staff).await })
    })
    .await?;
    Ok(Json(Done {}))
}
