//! For a browser that keeps no cookies: what that means, and what to do. It says nothing
//! about any address or link, so anybody may read it (RULES A1).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{Page, render};
use super::problem::Problem;
use super::visitor::Visitor;
use crate::App;

#[derive(Template)]
#[template(path = "no_cookies.html")]
struct NoCookiesPage {
    page: Page,
    why: &'static str,
}

/// After a link.
pub async fn after_link(app: &App, visitor: &Visitor) -> Result<Response, Problem> {
    draw(app, visitor, "cookies-link-lead").await
}

/// After a message to the practice, which has arrived.
pub async fn after_message(app: &App, visitor: &Visitor) -> Result<Response, Problem> {
    draw(app, visitor, "cookies-sent-lead").await
}

async fn draw(app: &App, visitor: &Visitor, why: &'static str) -> Result<Response, Problem> {
    let page = Page::new(app, visitor, "title-sign-in").await?;
    let body = NoCookiesPage { page, why };
    Ok(visitor.named(render(StatusCode::OK, &body)))
}
