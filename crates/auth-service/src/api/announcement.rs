//! `GET /api/v1/announcement`: the texts that tell clients how to sign in.

use axum::Json;
use axum::extract::{Query, State};
use latchkey_protocol::{Announcement, ErrorCode};
use serde::Deserialize;

use super::refusals::Refused;
use super::{Denied, Desk};
use crate::App;
use crate::announcement::filled;
use crate::pages::letterhead::Letterhead;
use crate::pages::words::Words;
use crate::refusal::Refusal;

#[derive(Deserialize)]
pub(super) struct Wanted {
    language: Option<String>,
}

#[utoipa::path(
    get,
    path = "/api/v1/announcement",
    tag = "session",
    summary = "What tells clients how to sign in",
    description = "A mail, a letter, what to say on the phone, and the steps, filled with the \
        practice's name, address and phone. In English where there is no such language.",
    params(
        ("language" = Option<String>, Query, description = "BCP 47; English and Spanish are there"),
    ),
    responses(
        (status = 200, body = Announcement),
        Refused,
    )
)]
pub(super) async fn announcement(
    State(app): State<App>,
    _desk: Desk,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Announcement>, Denied> {
    let Query(wanted) = wanted.map_err(|_| Refusal::bad("language: must be given once"))?;
    let letterhead = Letterhead::load(&app)
        .await?
        .ok_or(Refusal::of(ErrorCode::Unavailable))?;
    let words = Words::of(wanted.language.as_deref());
    Ok(Json(filled(words, &letterhead, &app.config)))
}
