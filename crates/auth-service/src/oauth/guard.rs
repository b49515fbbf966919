//! A form counts only when it comes from our own page (RULES V9): by
//! `Sec-Fetch-Site`, else by `Origin`.

use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::page;
use crate::App;

/// Refuses posts from elsewhere. A browser that says nothing of where a form comes
/// from is too old to be told from another site.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && !is_ours(&app, &request) {
        return page::problem(
            StatusCode::FORBIDDEN,
            "This form came from another site",
            "Nothing was done. Close this page and start again from Latchkey. If this comes again, bring your browser up to date.",
        );
    }
    next.run(request).await
}

fn is_ours(app: &App, request: &Request) -> bool {
    let header = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    match header(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => {
            header(ORIGIN)
                == Some(
                    app.config
                        .public_url
                        .origin()
                        .ascii_serialization()
                        .as_str(),
                )
        }
    }
}
