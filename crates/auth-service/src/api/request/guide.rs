//! `POST /api/v1/requests/{id}/guide`: staff send the steps of how to sign in.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Nothing};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::mail;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/guide",
    tag = "requests",
    summary = "Send the client the steps of how to sign in",
    description = "By mail, to the client's address on file, once a day. It holds no link that signs anybody in.",
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
pub(in crate::api) async fn guide(
    State(app): State<App>,
    act: Act<Nothing>,
) -> Result<Json<Done>, Denied> {
    once(&app, act.call, |tx, call| {
        Box::pin(async move { mail::guide::send(tx, &call.request, &call.desk.staff).await })
    })
    .await?;
    Ok(Json(Done {}))
}
