//! The few pages that staff see in a browser.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::limit::TooMany;

/// The form on the page answers with a redirect to the desktop's listener, which
/// browsers hold against `form-action`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
                      img-src 'self'; form-action 'self' http://127.0.0.1:*; base-uri 'none'; \
                      frame-ancestors 'none'";

/// One button: use the one-time address.
#[derive(Template)]
#[template(path = "staff/invite.html")]
pub struct InvitePage;

/// The browser speaks for the staff member now.
#[derive(Template)]
#[template(path = "staff/ready.html")]
pub struct ReadyPage {
    /// The staff member's name.
    pub name: String,
}

/// No browser session yet: where to get one.
#[derive(Template)]
#[template(path = "staff/paste.html")]
pub struct PastePage {
    /// The query to go on with.
    pub then: String,
    /// What was wrong with the address that was pasted.
    pub problem: Option<&'static str>,
}

/// Names the device and asks for one press.
#[derive(Template)]
#[template(path = "staff/authorize.html")]
pub struct AuthorizePage {
    /// The staff member's name.
    pub name: String,
    /// The suggested name of the desktop.
    pub device_name: String,
    /// What the form carries along.
    pub hidden: Vec<(&'static str, String)>,
    /// What was wrong with the name that was typed.
    pub problem: Option<&'static str>,
}

/// What went wrong: what happened, what it means, what to do.
#[derive(Template)]
#[template(path = "staff/problem.html")]
pub struct ProblemPage {
    /// What happened.
    pub title: &'static str,
    /// What it means and what to do.
    pub words: String,
}

/// Renders a page.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let mut response = (status, Html(html)).into_response();
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A one-time address that does not work.
#[must_use]
pub fn dead_invite() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "This one-time address does not work",
        "It may have been used already, or it is older than one hour. Ask whoever set up Latchkey at your practice for a new one.",
    )
}

/// Our own fault.
#[must_use]
pub fn unavailable() -> Response {
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "That could not be done now",
        "Something at the practice's service does not work. Nothing was changed. Try again in a minute.",
    )
}

/// A flood (RULES A3).
#[must_use]
pub fn too_many(TooMany(seconds): TooMany) -> Response {
    let mut response = problem(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many tries from this network",
        &format!(
            "Nothing was done, and the one-time address still works. Try again in {} minutes.",
            (seconds + 59) / 60
        ),
    );
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Any other mishap.
#[must_use]
pub fn problem(status: StatusCode, title: &'static str, words: &str) -> Response {
    render(
        status,
        &ProblemPage {
            title,
            words: words.to_owned(),
        },
    )
}
