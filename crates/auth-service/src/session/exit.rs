//! `/exit`: the quick way out (RULES C6). Ends the session, deletes our cookies,
//! and leads elsewhere. The button does the same, at once, with a script.

use axum::extract::State;
use axum::http::header::{LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{client, cookie};
use crate::App;
use crate::db::Unavailable;
use crate::pages::letterhead::Letterhead;

/// Leaves. Nothing that fails inside may keep anybody here.
pub async fn leave(State(app): State<App>, method: Method, headers: HeaderMap) -> Response {
    if let Some(token) = client::token_of(&headers) {
        let ended: Result<bool, Unavailable> = app
            .writer
            .run(move |tx| Box::pin(async move { Ok(client::end(tx, &token).await?) }))
            .await;
        if ended.is_err() {
            tracing::error!("quick exit could not end the session; its cookie is deleted");
        }
    }
    let mut response = if method == Method::POST {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let to = Letterhead::load(&app)
            .await
            .ok()
            .flatten()
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
