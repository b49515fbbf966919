//! `POST /api/v1/requests/{id}/message`: free text for the signed-in client.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, WriteMessage};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::message;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/message",
    tag = "requests",
    summary = "Write to the client who has signed in",
    description = "The client reads it at `/me/messages`, in a session of their own alone, and can answer there. \
        A mail says that there is a message, where mail may go; not more than one unread in an hour. \
        `client_not_in` where the client has not signed in since they asked: then only fixed phrases can be sent. \
        A solved request takes messages for 30 days. The key is the message's id.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = WriteMessage,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn message(
    State(app): State<App>,
    act: Act<WriteMessage>,
) -> Result<Json<Done>, Denied> {
    let text = act.body.text;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            let id = call.key.to_string();
            message::send(tx, &call.request, &call.desk.staff, &id, &text).await
        })
    })
    .await?;
    Ok(Json(Done {}))
}
