//! A form counts only when it comes from our own page (RULES V9), and no page is stored.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::fields::{Fields, LONGEST};
use super::problem::{Problem, drawn};
use super::visitor::Visitor;
use crate::App;

/// Refuses posts from elsewhere, draws problems with the letterhead, forbids storing.
pub async fn same_origin(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    let asked = visitor.headers().clone();
    let mut response = match checked(&app, &visitor, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => drawn(&app, &asked, problem).await,
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = drawn(&app, &asked, problem).await;
    }
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn checked(app: &App, visitor: &Visitor, request: Request) -> Result<Request, Problem> {
    // Leaving must work from anywhere and harms nobody.
    let harmless = *request.method() != Method::POST || request.uri().path() == "/exit";
    if harmless {
        return Ok(request);
    }
    if let Some(site) = request.headers().get("sec-fetch-site") {
        return if site == "same-origin" {
            Ok(request)
        } else {
            Err(Problem::NotOurForm)
        };
    }
    // A browser that does not say where a form comes from: then the form itself must.
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > LONGEST) {
        return Err(Problem::TooLarge);
    }
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, LONGEST)
        .await
        .map_err(|_| Problem::TooLarge)?;
    let fields = Fields::read(&bytes)?;
    if visitor.form_is_ours(&app.keys, fields.get("form")) {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(Problem::NotOurForm)
    }
}
