//! How a desktop signs in: authorization code with PKCE through the system browser
//! (RFC 8252), tokens bound to the desktop's key by DPoP (RFC 9449), found through
//! metadata (RFC 8414, RFC 9728). This service alone issues staff tokens (RULES S5).

mod answer;
pub(crate) mod authorize;
pub(crate) mod bearer;
pub(crate) mod browser;
pub(crate) mod dpop;
mod guard;
mod invite;
mod metadata;
mod page;
pub(crate) mod params;
pub(crate) mod pkce;
pub(crate) mod redirect;
mod revoke;
mod rotation;
mod token;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use bearer::{Nobody, verify};
pub use dpop::Replays;

use crate::App;

/// The one public client there is.
pub const CLIENT_ID: &str = "latchkey-desktop";
/// What its tokens are good for.
pub const SCOPE: &str = "desk";

/// Every route of this part.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/staff/invite", post(invite::pasted))
        .route(
            "/staff/invite/{token}",
            get(invite::show).post(invite::accept),
        )
        .route(
            "/oauth/authorize",
            get(authorize::show).post(authorize::decide),
        )
        .route_layer(from_fn_with_state(app.clone(), guard::same_origin))
        .route("/oauth/token", post(token::token))
        .route("/oauth/revoke", post(revoke::revoke))
        .route(
            "/.well-known/oauth-authorization-server",
            get(metadata::authorization_server),
        )
        .route(
            "/.well-known/oauth-protected-resource",
            get(metadata::protected_resource),
        )
}
