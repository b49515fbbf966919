//! The page of a link that no longer works.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use latchkey_protocol::LinkRefusal;
use sqlx::Row;

use super::row::LinkRow;
use crate::App;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Browser, Visitor};

#[derive(Template)]
#[template(path = "dead_link.html")]
struct DeadPage {
    page: Page,
    why: String,
    typed: String,
}

/// The browser that asked is told which rule hit, any other one sentence (RULES S3).
pub(super) async fn dead(
    app: &App,
    visitor: &Visitor,
    found: Option<(&LinkRow, LinkRefusal)>,
    browser: Option<&Browser>,
) -> Result<Response, Problem> {
    let page = Page::new(app, visitor, "title-dead-link").await?;
    let browser = browser.map(|browser| browser.0.as_str());
    let asked_here = found.filter(|(found, _)| found.link.asked_here(browser));
    let (why, typed) = match asked_here {
        None => (page.t("dead-any"), String::new()),
        Some((found, why)) => {
            let created = page.time(found.link.created_at);
            let why = match why {
                LinkRefusal::Used => {
                    let at = found.link.used_at.unwrap_or(found.link.created_at);
                    page.with("dead-used", "time", &page.time(at))
                }
                LinkRefusal::Replaced => {
                    let at = found.replaced_at.unwrap_or(found.link.created_at);
                    page.with("dead-replaced", "time", &page.time(at))
                }
                LinkRefusal::TooOld => page.with("dead-too-old", "time", &created),
                LinkRefusal::Voided | LinkRefusal::Unknown => page.t("dead-voided"),
            };
            let row = sqlx::query("SELECT address FROM address WHERE id = $1")
                .bind(&found.address)
                .fetch_one(&app.reader)
                .await?;
            (why, row.try_get("address")?)
        }
    };
    let body = DeadPage { page, why, typed };
    Ok(visitor.named(render(StatusCode::GONE, &body)))
}
