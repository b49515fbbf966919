//! `POST /api/v1/requests/{id}/link`: staff send a new sign-in link.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Problem, ResendLink};

use crate::App;
use crate::api::once::once;
use crate::api::{Act, Denied};
use crate::link;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/link",
    tag = "requests",
    summary = "Send a new sign-in link",
    description = "To the client's address on file, never to one that was typed and is not. Older links end.",
    params(
        ("id" = String, Path, description = "The request"),
        ("Idempotency-Key" = String, Header, description = "A UUID; the same key is the same act"),
    ),
    request_body = ResendLink,
    responses(
        (status = 200, body = Done),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn link(
    State(app): State<App>,
    act: Act<ResendLink>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move {
            link::resend(tx, &call.request, &call.desk.staff)
                .await
                .map(drop)
        })
    })
    .await?;
    Ok(Json(Done {}))
}
