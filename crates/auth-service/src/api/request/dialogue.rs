//! `GET /api/v1/requests/{id}/mail-dialogue`: what was said to the mail server, and what it said.

use axum::Json;
use axum::extract::{Path, State};
use latchkey_protocol::{MailDialogue, RequestId};
use uuid::Uuid;

use crate::App;
use crate::api::refusals::ReadRefused;
use crate::api::{Denied, Desk};
use crate::mail::tries;
use crate::refusal::Refusal;

#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/mail-dialogue",
    tag = "requests",
    summary = "What was said to the mail server, and what it said",
    description = "The newest tries of the mails of a request, oldest first, without what stands before the @ of \
        an address. What the server said is a stranger's text. Kept as long as mails are. Reading is written down.",
    params(("id" = String, Path, format = "uuid", description = "The request")),
    responses(
        (status = 200, body = MailDialogue),
        ReadRefused,
    )
)]
pub(in crate::api) async fn dialogue(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Json<MailDialogue>, Denied> {
    let id = Uuid::try_parse(&id).map_err(|_| Refusal::bad("the id in the path is not a UUID"))?;
    let request = RequestId(id.to_string());
    let told = app
        .writer
        .run::<_, Refusal, _>(move |tx| {
            Box::pin(async move { tries::read(tx, &request, &desk.staff).await })
        })
        .await
        .map_err(|refusal| Denied::from(refusal).to_sign_in(&app))?;
    Ok(Json(told))
}
