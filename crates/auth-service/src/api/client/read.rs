//! `GET /api/v1/clients/{id}`: one client, for who has them on the phone. Reading is an event
//! (RULES V5).

use axum::Json;
use axum::extract::{Path, State};
use latchkey_protocol::{ClientFile, ClientId, ErrorCode};

use crate::App;
use crate::api::act::uuid;
use crate::api::refusals::ReadRefused;
use crate::api::{Denied, Desk};
use crate::client::directory;
use crate::document;
use crate::refusal::Refusal;

#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}",
    tag = "clients",
    summary = "Read one client",
    description = "The number on file, what the service saw of the client's sign-in, the most likely cause, the \
        open requests, and what it takes to issue a PIN. Reading is written down.",
    params(("id" = String, Path, format = "uuid", description = "The client")),
    responses(
        (status = 200, body = ClientFile),
        ReadRefused,
    )
)]
pub(in crate::api) async fn read(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Json<ClientFile>, Denied> {
    let client = ClientId(uuid(&id)?);
    let wanted = client.clone();
    app.writer
        .run::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                let now = tx.now().0;
                if !desk.stands(tx.conn(), now).await? {
                    return Err(Refusal::of(ErrorCode::NotSignedIn));
                }
                directory::note_reading(tx, &wanted, &desk.staff).await
            })
        })
        .await
        .map_err(|refusal| Denied::from(refusal).to_sign_in(&app))?;
    let mut snapshot = app.reader.begin().await?;
    let file = document::client::load(&mut snapshot, &client, app.now()).await?;
    Ok(Json(file.ok_or(Refusal::of(ErrorCode::NotFound))?))
}
