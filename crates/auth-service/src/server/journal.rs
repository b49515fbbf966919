//! One line a call: the route, never the address, since addresses hold tokens (RULES S8).

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

/// Writes it when the answer begins.
pub async fn note(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = app.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_ref().map_or("(none)", MatchedPath::as_str),
        status = response.status().as_u16(),
        millis = app.now().0 - began.0,
        "call"
    );
    response
}
