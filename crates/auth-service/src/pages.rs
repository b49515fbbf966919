//! What every page that a client sees is made of: words, letterhead, layout,
//! forms, errors, and the files beside them.

pub mod assets;
pub mod fields;
pub mod guard;
pub mod letterhead;
pub mod no_cookies;
pub mod page;
pub mod problem;
pub mod symptoms;
pub mod visitor;
pub mod whereabouts;
pub mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use tower_http::catch_panic::CatchPanicLayer;

use crate::App;
use crate::{help, link, message, pin, session};

/// Every path of the clients' pages.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(link::sign_in::show).post(link::sign_in::ask))
        .route("/link", get(link::open::show).post(link::open::consume))
        .route("/link/", get(link::arrive::arrive))
        .route("/link/{*token}", get(link::arrive::arrive))
        .route("/who", get(link::who::show).post(link::who::answer))
        .route("/help", get(help::form::show).post(help::form::send))
        .route("/help/start", post(help::form::start))
        .route(
            "/waiting",
            get(help::waiting::show).post(pin::enter::submit),
        )
        .route("/waiting/news", get(help::waiting::news))
        .route("/pin", get(pin::phone::show).post(pin::phone::begin))
        .route(
            "/exit",
            get(session::exit::leave).post(session::exit::leave),
        )
        .route("/me", get(session::me::show))
        .route(
            "/me/messages",
            get(message::page::show).post(message::page::send),
        )
        .route("/me/address", post(session::address::confirm))
        .route("/me/sign-out", post(session::me::sign_out))
        .route(
            "/me/sign-out-everywhere",
            post(session::me::sign_out_everywhere),
        )
        .route_layer(from_fn_with_state(app.clone(), guard::same_origin))
        .route_layer(from_fn_with_state(app.clone(), whereabouts::note))
        .route("/forward-auth", get(session::forward_auth::check))
        .route("/assets/{*name}", get(assets::serve))
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
}
