//! Everything that listens: the routes, what surrounds them, starting and stopping.

mod bounds;
mod conversation;
mod guard;
mod health;
mod journal;
mod patient;
mod place;
mod prompt;

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::App;
use crate::mail::{postmark, sns};

pub use bounds::Bounds;
pub use place::Place;
use place::Places;

/// No body that we take is longer (RULES V4): a form or a small JSON object.
pub const LONGEST_BODY: usize = 16 * 1_024;

/// The system is out of something that accepting takes: other connections end meanwhile.
const BREATH: Duration = Duration::from_millis(100);

/// Every route, with the guards around it. The API and the clients' pages bring their
/// own, which answer as they do: problem details, pages in words.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/hooks/postmark/{secret}", post(postmark::hook))
        .merge(crate::oauth::router(app))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LONGEST_BODY))
        .merge(long_hooks())
        .merge(crate::api::router())
        .merge(crate::pages::router(app))
        .fallback(crate::pages::problem::not_found)
        .with_state(app.clone())
        .layer(CatchPanicLayer::new())
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(app.clone(), guard::date))
        .layer(from_fn_with_state(app.clone(), journal::note))
}

/// What Amazon tells may be longer than anything else that is posted here.
fn long_hooks() -> Router<App> {
    Router::new()
        .route("/hooks/ses", post(sns::hook))
        .layer(DefaultBodyLimit::max(sns::LONGEST))
        .layer(RequestBodyLimitLayer::new(sns::LONGEST))
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
    let router = router(&app);
    open(app, listener, router).await
}

/// Serves the private listener until the app is stopping.
pub async fn serve_private(app: App, listener: TcpListener) -> std::io::Result<()> {
    let router = private_router(&app);
    open(app, listener, router).await
}

/// Lets in whoever finds a place, and waits in the end for those who are inside.
async fn open(app: App, listener: TcpListener, router: Router) -> std::io::Result<()> {
    let places = Arc::new(Places::new(app.bounds, &app.config.trusted_proxies));
    let inside = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = app.stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Without a place the connection is closed by being dropped.
                if let Some(place) = places.take(peer.ip()) {
                    let router = router.clone();
                    let (bounds, stopping) = (app.bounds, app.stopping.clone());
                    inside.spawn(conversation::hold(
                        stream, peer, place, router, bounds, stopping,
                    ));
                }
            }
            // It was given up before it was taken: not our concern.
            Err(error) if is_theirs(error.kind()) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be accepted");
                sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    inside.close();
    inside.wait().await;
    Ok(())
}

const fn is_theirs(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
