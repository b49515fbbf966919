//! `POST /api/v1/requests/{id}/address` and `…/address/confirm`: a client's new mail address.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{ConfirmAddress, CorrectAddress, Done};

use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::{App, client};

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/address",
    tag = "requests",
    summary = "Put a client's new mail address on file",
    description = "It gets nothing until a second staff member confirms it, or a call to a number \
        that is on file for more than 7 days, which may be stated at once. PINs are guarded for \
        7 days. An address that is on file for somebody else is refused.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = CorrectAddress,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn correct(
    State(app): State<App>,
    act: Act<CorrectAddress>,
) -> Result<Json<Done>, Denied> {
    let CorrectAddress { address, by_call } = act.body;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            client::propose_address(tx, &call.request, &call.desk.staff, &address, by_call).await
        })
    })
    .await?;
    Ok(Json(Done {}))
}

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/address/confirm",
    tag = "requests",
    summary = "Confirm the mail address that waits",
    description = "By another staff member than the one who put it on file, or by a call to a \
        number that is on file for more than 7 days. Links go there from now on; the old mailbox \
        is told, unless it must get no mail.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = ConfirmAddress,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn confirm(
    State(app): State<App>,
    act: Act<ConfirmAddress>,
) -> Result<Json<Done>, Denied> {
    let ConfirmAddress { change, by_call } = act.body;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            client::confirm_address(tx, &call.request, &call.desk.staff, &change, by_call).await
        })
    })
    .await?;
    Ok(Json(Done {}))
}
