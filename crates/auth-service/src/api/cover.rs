//! `POST /api/v1/covers`: who answers for whose clients, and for how long.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{CancelCover, Done, SetCover};

use super::Denied;
use super::act::OwnAct;
use super::once::once;
use super::refusals::WriteRefused;
use crate::{App, cover};

#[utoipa::path(
    post,
    path = "/api/v1/covers",
    tag = "staff",
    summary = "Have a colleague cover for somebody who is away",
    description = "While it runs, the colleague sees and may act on that caseload, and is rung in place of \
        whoever is away; at its end what was seen by it alone is `gone`. For oneself, or by an admin for anybody. \
        `cover_overlaps` where somebody covers in that time already, `colleague_away` where the colleague is \
        covered themselves; `by` names them. `colleague_gone` where there is nobody of that id who may act.",
    params(
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = SetCover,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(super) async fn set(
    State(app): State<App>,
    act: OwnAct<SetCover>,
) -> Result<Json<Done>, Denied> {
    let wish = act.body;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move { cover::set(tx, &call.desk.staff, &wish).await })
    })
    .await?;
    cover::tell(&app).await?;
    Ok(Json(Done {}))
}

#[utoipa::path(
    post,
    path = "/api/v1/covers/cancel",
    tag = "staff",
    summary = "End a cover period now",
    description = "One that runs is over at once, one to come does not begin; one that is over stays as it is. \
        By whoever is away, or an admin.",
    params(
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = CancelCover,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(super) async fn cancel(
    State(app): State<App>,
    act: OwnAct<CancelCover>,
) -> Result<Json<Done>, Denied> {
    let which = act.body.cover;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move { cover::cancel(tx, &call.desk.staff, &which).await })
    })
    .await?;
    cover::tell(&app).await?;
    Ok(Json(Done {}))
}
