//! `/me/address`: the signed-in client types the new mail address that waits, and by that
//! confirms it (RULES P1). It is never shown (RULES C9): whoever sees this page over a
//! shoulder, or holds the phone, does not learn it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{client, me};
use crate::App;
use crate::address::Address;
use crate::client::confirm_own_address;
use crate::limit::{Flood, Peer};
use crate::pages::fields::Fields;
use crate::pages::problem::Problem;
use crate::pages::visitor::Visitor;

/// Confirms it, where it is the one.
pub async fn confirm(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Ask, &peer, app.now())?;
    let Some(session) = client::find(&app.reader, visitor.headers(), app.now()).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let Some(typed) = Address::parse(fields.get("email")) else {
        return me::page(&app, &visitor, &session, None, Some("email-wrong")).await;
    };
    let owner = session.client.clone();
    let confirmed = app
        .writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move { Ok(confirm_own_address(tx, &owner, &typed).await?) })
        })
        .await?;
    if confirmed {
        return Ok(Redirect::to("/me?address-used").into_response());
    }
    me::page(&app, &visitor, &session, None, Some("me-address-wrong")).await
}
