//! `GET /api/v1/activity`: what the practice's weeks looked like.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use latchkey_protocol::{Activity, ErrorCode, Role};
use serde::Deserialize;

use super::refusals::AdminRefused;
use super::{Denied, Desk};
use crate::refusal::Refusal;
use crate::{App, activity, staff};

/// A year, and the week in which it began.
const MOST_WEEKS: u8 = 53;
/// Where nobody says how many.
const WEEKS: u8 = 12;

/// How much is counted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    weeks: Option<u8>,
}

#[utoipa::path(
    get,
    path = "/api/v1/activity",
    tag = "practice",
    summary = "What the practice's weeks looked like",
    description = "Help requests by cause, times from asking to a person's first look and to being signed in, sign-ins \
        that needed help, and mail domains with trouble: week by week, in the practice's time zone, for admins. \
        Nobody is named; a mail domain only where at least two people have a mailbox there.",
    params(("weeks" = Option<u8>, Query, minimum = 1, maximum = 53,
            description = "So many weeks, this one among them; 12 where it is not said")),
    responses(
        (status = 200, body = Activity),
        AdminRefused,
    )
)]
pub(super) async fn activity(
    State(app): State<App>,
    desk: Desk,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Activity>, Denied> {
    let weeks = match wanted {
        Ok(Query(Wanted { weeks })) => weeks.unwrap_or(WEEKS),
        Err(_) => 0,
    };
    if !(1..=MOST_WEEKS).contains(&weeks) {
        return Err(Refusal::bad("weeks: must be a number from 1 to 53").into());
    }
    let mut conn = app.reader.acquire().await?;
    let who = staff::find(&mut conn, &desk.staff)
        .await
        .map_err(|_| Refusal::of(ErrorCode::Unavailable))?;
    if who.role != Role::Admin {
        return Err(Refusal::of(ErrorCode::NotAllowed).into());
    }
    Ok(Json(activity::activity(&app, &mut conn, weeks).await?))
}
