//! `POST /api/v1/requests/{id}/assign`: whose it is from now on.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Assign, Done};

use crate::App;
use crate::api::once::once;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::help;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/assign",
    tag = "requests",
    summary = "Take the request, hand it over, or give it back",
    description = "Whoever did not see it does from then on, until it is solved or handed on. Where a colleague \
        took it meanwhile it stays theirs: `taken`, with `by` and `at`, unless `seen` names them. \
        `colleague_gone` where there is nobody of that id who may act.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = Assign,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn assign(
    State(app): State<App>,
    act: Act<Assign>,
) -> Result<Json<Done>, Denied> {
    let Assign { to, seen } = act.body;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            let (request, by) = (&call.request, &call.desk.staff);
            let seen = seen.as_ref().map(Option::as_ref);
            help::assign(tx, request, by, to.as_ref(), seen).await
        })
    })
    .await?;
    Ok(Json(Done {}))
}
