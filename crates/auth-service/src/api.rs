//! The API that desktops speak: JSON under `/api/v1`, described at `/openapi.json`.

pub(crate) mod act;
mod activity;
mod announcement;
mod client;
mod cover;
mod describe;
mod desk;
mod feed;
mod me;
mod once;
mod problem;
mod refusals;
mod request;
mod staff;

use std::any::Any;

use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use latchkey_protocol::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::refusal::Refusal;
use crate::server::LONGEST_BODY;

pub use act::{Act, Call};
pub use desk::Desk;
pub use problem::Denied;

/// Every route of the API.
pub fn router() -> Router<App> {
    let (router, document) = described().split_for_parts();
    router
        .route("/openapi.json", axum::routing::get(async || Json(document)))
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(not_that_way)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CatchPanicLayer::custom(panicked))
}

/// The document at `/openapi.json`.
#[must_use]
pub fn document() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(describe::frame())
        .routes(routes!(me::me))
        .routes(routes!(me::session::session))
        .routes(routes!(announcement::announcement))
        .routes(routes!(staff::staff))
        .routes(routes!(activity::activity))
        .routes(routes!(cover::set))
        .routes(routes!(cover::cancel))
        .routes(routes!(feed::feed))
        .routes(routes!(request::seen::seen))
        .routes(routes!(request::looking::looking))
        .routes(routes!(request::assign::assign))
        .routes(routes!(request::pin::pin))
        .routes(routes!(request::revoke::revoke))
        .routes(routes!(request::link::link))
        .routes(routes!(request::lift::lift))
        .routes(routes!(request::address::correct))
        .routes(routes!(request::address::confirm))
        .routes(routes!(request::guide::guide))
        .routes(routes!(request::reply::reply))
        .routes(routes!(request::message::message))
        .routes(routes!(request::note::note))
        .routes(routes!(request::freeze::freeze))
        .routes(routes!(request::unfreeze::unfreeze))
        .routes(routes!(request::solve::solve))
        .routes(routes!(request::dialogue::dialogue))
        .routes(routes!(client::find::find))
        .routes(routes!(client::read::read))
        .routes(routes!(client::pin::pin))
}

async fn nothing_here() -> Denied {
    Refusal::of(ErrorCode::NotFound).into()
}

async fn not_that_way() -> Denied {
    Denied::from(Refusal::bad("this address does not take that method"))
        .status(axum::http::StatusCode::METHOD_NOT_ALLOWED)
}

/// A mistake of ours. What it says stays out of the log: it may quote a value (RULES S8).
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a call of the API panicked");
    Denied::from(Refusal::of(ErrorCode::Unavailable)).into_response()
}
