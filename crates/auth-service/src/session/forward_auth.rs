//! `/forward-auth`: tells a reverse proxy who is signed in (nginx, Caddy, Traefik).

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::client;
use crate::App;
use crate::pages::problem::Problem;

const CLIENT: HeaderName = HeaderName::from_static("latchkey-client-id");

/// 200 with the client's id, or 401 with where to sign in.
pub async fn check(State(app): State<App>, headers: HeaderMap) -> Response {
    let session = match client::find(&app.reader, &headers, app.now()).await {
        Ok(session) => session,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut response = match session {
        Some(session) => known(&session.client.0),
        None => stranger(&app, &headers),
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn known(client: &str) -> Response {
    let mut response = StatusCode::OK.into_response();
    if let Ok(id) = HeaderValue::from_str(client) {
        response.headers_mut().insert(CLIENT, id);
    }
    response
}

fn stranger(app: &App, headers: &HeaderMap) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    // The proxy's word for what was asked; only a path of this host is taken on.
    let wanted = ["x-forwarded-uri", "x-original-uri"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .filter(|path| path.starts_with('/') && !path.starts_with("//"));
    let query = wanted.map_or_else(String::new, |path| {
        let mut query = url::form_urlencoded::Serializer::new(String::from("?"));
        query.append_pair("return_to", path);
        query.finish()
    });
    if let Ok(to) = HeaderValue::from_str(&app.config.public(&format!("/{query}"))) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}
