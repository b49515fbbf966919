//! `POST /api/v1/requests/{id}/note`: a note that staff alone see.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{AddNote, Done};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::help;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/note",
    tag = "requests",
    summary = "Add a note for staff",
    description = "Everybody who sees the request reads it in the timeline; the client never does. \
        A solved request takes notes, too. The key is the note's id: repeated after weeks it is \
        still the same note.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = AddNote,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn note(
    State(app): State<App>,
    act: Act<AddNote>,
) -> Result<Json<Done>, Denied> {
    let text = act.body.text;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            let id = call.key.to_string();
            help::add_note(tx, &call.request, &call.desk.staff, &id, &text).await
        })
    })
    .await?;
    Ok(Json(Done {}))
}
