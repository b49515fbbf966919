//! `POST /api/v1/requests/{id}/looking`: a desktop shows the request, or does not any more.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{Done, ErrorCode, Look, Looking};

use crate::App;
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Denied};
use crate::refusal::Refusal;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/looking",
    tag = "requests",
    summary = "A desktop shows the request now",
    description = "Repeated every 20 seconds while it does, and once with `away` when it does not any more; \
        forgotten after 45 seconds. Colleagues who see the request are told by the feed's `presence`; the client \
        never is. Nothing is written down: reading is what `seen` is for. A desktop shows one request at a time.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID, as for every write; it is not kept, since looking twice is looking once"),
    ),
    request_body = Look,
    responses(
        (status = 200, body = Done),
        WriteRefused,
    )
)]
pub(in crate::api) async fn looking(
    State(app): State<App>,
    act: Act<Look>,
) -> Result<Json<Done>, Denied> {
    let (desk, request) = (act.call.desk, act.call.request);
    let mut conn = app.reader.acquire().await?;
    let name: Option<String> = sqlx::query_scalar(
        "SELECT s.name FROM sight v JOIN staff s ON s.id = v.staff_id
         WHERE v.staff_id = $1 AND v.request_id = $2",
    )
    .bind(&desk.staff.0)
    .bind(&request.0)
    .fetch_optional(&mut *conn)
    .await?;
    drop(conn);
    let name = name.ok_or(Refusal::of(ErrorCode::NotFound))?;
    let looking = Looking {
        request,
        staff: desk.staff,
        name,
    };
    app.feed
        .look(&desk.device, &looking, act.body.away, app.now());
    Ok(Json(Done {}))
}
