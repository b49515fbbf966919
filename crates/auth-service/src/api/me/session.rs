//! `POST /api/v1/me/session`: in a session, and until when.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, InSession};

use crate::api::Denied;
use crate::api::act::OwnAct;
use crate::api::once::once;
use crate::api::refusals::OwnWriteRefused;
use crate::clock::HOUR;
use crate::refusal::Refusal;
use crate::{App, team};

/// No session is longer; somebody who forgets to end one is not out of reach for a day.
const LONGEST: i64 = 3 * HOUR;

#[utoipa::path(
    post,
    path = "/api/v1/me/session",
    tag = "staff",
    summary = "Be in a session, or not any more",
    description = "Until then the desktop of this staff member is not rung, and the front desk is in charge of \
        new requests of the caseload. Within three hours from now; ended by `null`, or by itself. Where everybody \
        with a desktop is in one, the waiting page says until when.",
    params(
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = InSession,
    responses(
        (status = 200, body = Done),
        OwnWriteRefused,
    )
)]
pub(in crate::api) async fn session(
    State(app): State<App>,
    act: OwnAct<InSession>,
) -> Result<Json<Done>, Denied> {
    let until = act.body.until;
    once(&app, act.call, move |tx, call| {
        Box::pin(async move {
            let now = tx.now().0;
            if until.is_some_and(|until| !(now + 1..=now + LONGEST).contains(&until.0)) {
                return Err(Refusal::bad("until: must be within three hours from now"));
            }
            Ok(team::set_session(tx, &call.desk.staff, until).await?)
        })
    })
    .await?;
    Ok(Json(Done {}))
}
