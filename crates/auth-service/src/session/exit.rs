//! `/exit`: the quick way out (RULES C6). Ends the session, deletes our cookies,
//! and leads elsewhere. The button does the same, at once, with a script.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::{LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::{client, cookie};
use crate::App;
use crate::db::Unavailable;
use crate::pages::letterhead::Letterhead;

/// A page is left within 100 ms, whatever else the service has to do.
const PATIENCE: Duration = Duration::from_millis(40);

/// Leaves. Nothing that fails inside may keep anybody here.
pub async fn leave(State(app): State<App>, method: Method, headers: HeaderMap) -> Response {
    if let Some(token) = client::token_of(&headers) {
        let ending = tokio::spawn(end(app.clone(), token));
        // Nobody is kept waiting for a busy disk: the session ends a moment later.
        let _ = timeout(PATIENCE, ending).await;
    }
    let mut response = if method == Method::POST {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let to = timeout(PATIENCE, Letterhead::load(&app))
            .await
            .ok()
            .and_then(|loaded| loaded.ok().flatten())
            .unwrap_or_else(Letterhead::blank)
            .exit_url
            .clone();
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(to) = HeaderValue::from_str(&to) {
            response.headers_mut().insert(LOCATION, to);
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for name in cookie::ALL {
        headers.append(SET_COOKIE, cookie::clear(name));
    }
    response
}

async fn end(app: App, token: [u8; 32]) {
    let ended: Result<bool, Unavailable> = app
        .writer
        .run(move |tx| Box::pin(async move { Ok(client::end(tx, &token).await?) }))
        .await;
    if ended.is_err() {
        tracing::error!("quick exit could not end the session; its cookie is deleted");
    }
}
