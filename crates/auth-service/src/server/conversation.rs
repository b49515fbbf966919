//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::patient::Patient;
use super::prompt::Prompt;
use super::{Bounds, Place};

/// The smallest there is: thousands of streams wait most of the time.
const BUFFER: usize = 8_192;
/// A browser sends twenty.
const HEADERS: usize = 64;

/// Answers requests until the other end leaves, is too slow, or has to give way. When the
/// service stops, what is being answered is answered to its end.
pub async fn hold(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    bounds: Bounds,
    stopping: CancellationToken,
) {
    // An event is small and has to leave at once.
    let _ = stream.set_nodelay(true);
    let (gives_way, place) = (place.gives_way(), Arc::new(place));
    let service = service_fn(move |request| {
        let (router, place) = (router.clone(), place.clone());
        async move { Ok::<_, Infallible>(answer(router, request, peer, place, bounds).await) }
    });
    let talk = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(BUFFER)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(Patient::new(stream, bounds.stuck)), service);
    let mut talk = pin!(talk);
    tokio::select! {
        // How it ended is the other end's affair.
        _ = talk.as_mut() => return,
        () = gives_way.cancelled() => return,
        () = stopping.cancelled() => {}
    }
    talk.as_mut().graceful_shutdown();
    let _ = talk.await;
}

async fn answer(
    router: Router,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    place: Arc<Place>,
    bounds: Bounds,
) -> Response {
    place.answers();
    let mut request: Request = request.map(|body| Body::new(Prompt::new(body, bounds.body)));
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(place.clone());
    let Ok(response) = router.oneshot(request).await;
    place.answered();
    response
}
