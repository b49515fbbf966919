//! `POST /api/v1/requests/{id}/reply`: a fixed phrase for the waiting page.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, Phrase, SendReply};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::clock::{DAY, HOUR};
use crate::help;
use crate::refusal::Refusal;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/reply",
    tag = "requests",
    summary = "Send a fixed phrase to the waiting page",
    description = "Before sign-in staff send only these.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = SendReply,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn reply(
    State(app): State<App>,
    act: Act<SendReply>,
) -> Result<Json<Done>, Denied> {
    let phrase = act.body.phrase;
    if let Phrase::AfterMySession { at } = phrase
        && !(-HOUR..=DAY).contains(&at.0.saturating_sub(app.now().0))
    {
        return Err(Refusal::bad("at: must be within a day from now").into());
    }
    once(&app, act.call, move |tx, call| {
        Box::pin(async move { help::reply(tx, &call.request, &call.desk.staff, &phrase).await })
    })
    .await?;
    Ok(Json(Done {}))
}
