//! `POST /oauth/revoke`: signing out (RFC 7009). Ends the desktop, whichever of its
//! tokens is shown; an unknown one is answered just the same.

use axum::extract::State;
use axum::http::StatusCode;

use super::answer::Problem;
use super::params::Params;
use crate::App;
use crate::db::Unavailable;
use crate::event::Actor;
use crate::limit::{Flood, Peer};
use crate::secret::Token;
use crate::staff::revoke_device;

/// Signs a desktop out.
pub async fn revoke(
    State(app): State<App>,
    peer: Peer,
    params: Result<Params, Problem>,
) -> Result<StatusCode, Problem> {
    app.limits.check(Flood::SignOut, &peer, app.now())?;
    let params = params?;
    let Some(token) = Token::parse(params.need("token")?) else {
        return Ok(StatusCode::OK);
    };
    // Looked up by a reader: a token that nobody was given costs the writer nothing.
    let device: Option<String> = sqlx::query_scalar(
        "SELECT device_id FROM refresh_token WHERE token_hash = $1
         UNION SELECT device_id FROM access_token WHERE token_hash = $1",
    )
    .bind(token.hash().as_slice())
    .fetch_optional(&app.reader)
    .await?;
    if let Some(device) = device {
        app.writer
            .run(move |tx| {
                Box::pin(async move {
                    revoke_device(tx, &device, Actor::Service, "signed_out").await?;
                    Ok::<_, Unavailable>(())
                })
            })
            .await?;
    }
    Ok(StatusCode::OK)
}
