//! `POST /api/v1/requests/{id}/link`: staff send a new sign-in link.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, ResendLink};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::link;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/link",
    tag = "requests",
    summary = "Send a new sign-in link",
    description = "To the client's address on file, never to one that was typed and is not. Older links end.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = ResendLink,
    responses(
        (status = 200, body = Done),
        WriteRefused,
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
