//! `GET /api/v1/clients`: finds a client by the beginnings of the names.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use latchkey_protocol::ClientsFound;
use serde::Deserialize;

use crate::App;
use crate::api::refusals::FindRefused;
use crate::api::{Denied, Desk};
use crate::client::directory;
use crate::limit::Often;
use crate::refusal::Refusal;

/// No name is longer.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Deserialize)]
pub(in crate::api) struct Wanted {
    q: String,
}

#[utoipa::path(
    get,
    path = "/api/v1/clients",
    tag = "clients",
    summary = "Find a client",
    description = "By the beginnings of first, last and preferred name, in any order; case and accents do not \
        matter. Fewer than three letters find whole names only. Clinicians find their caseload, front desk and \
        admins everybody. At most twenty answers, best first.",
    params(("q" = String, Query, description = "What was typed, at most 200 characters")),
    responses(
        (status = 200, body = ClientsFound),
        FindRefused,
    )
)]
pub(in crate::api) async fn find(
    State(app): State<App>,
    desk: Desk,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<ClientsFound>, Denied> {
    let Ok(Query(Wanted { q })) = wanted else {
        return Err(Refusal::bad("q: must be given once").into());
    };
    if q.chars().count() > LONGEST {
        return Err(Refusal::bad("q: is longer than a name").into());
    }
    app.limits
        .check_staff(Often::Find, &desk.staff, app.now())?;
    let mut conn = app.reader.acquire().await?;
    Ok(Json(directory::find(&mut conn, &desk.staff, &q).await?))
}
