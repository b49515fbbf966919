//! Everything that listens: the routes, what surrounds them, starting and stopping.

mod guard;
mod health;
mod journal;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::App;

/// No body that we take is longer (RULES V4): a form or a small JSON object.
pub const LONGEST_BODY: usize = 16 * 1_024;

/// Whoever sends a body at this pace is not typing.
const SLOWEST_BODY: Duration = Duration::from_secs(20);

/// Every route, with the guards around it. The API and the clients' pages bring their
/// own, which answer as they do: problem details, pages in words.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(crate::oauth::router(app))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LONGEST_BODY))
        .merge(crate::api::router())
        .merge(crate::pages::router(app))
        .fallback(crate::pages::problem::not_found)
        .with_state(app.clone())
        .layer(RequestBodyTimeoutLayer::new(SLOWEST_BODY))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(app.clone(), journal::note))
}

/// What only the operator's machines ask, for the private listener.
pub fn private_router(app: &App) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app.clone())
        .layer(from_fn(guard::headers))
}

/// Serves until the app is stopping; streams end with it.
pub async fn serve(app: App, listener: TcpListener) -> std::io::Result<()> {
    let stopping = app.stopping.clone();
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move { stopping.cancelled().await })
        .await
}

/// Serves the private listener until the app is stopping.
pub async fn serve_private(app: App, listener: TcpListener) -> std::io::Result<()> {
    let stopping = app.stopping.clone();
    axum::serve(listener, private_router(&app))
        .with_graceful_shutdown(async move { stopping.cancelled().await })
        .await
}
