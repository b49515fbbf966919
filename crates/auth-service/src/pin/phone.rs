//! `/pin`: for somebody on the phone with the practice. Address, then match words
//! and the PIN field, the same for any address (RULES A1, P2).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::address::Address;
use crate::help::form::ask_for_help;
use crate::help::waiting;
use crate::limit::{Flood, Peer};
use crate::pages::fields::{Fields, line};
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::symptoms::Symptoms;
use crate::pages::visitor::Visitor;

#[derive(Template)]
#[template(path = "pin.html")]
struct PinPage {
    page: Page,
    typed: String,
    problem: Option<&'static str>,
}

/// Asks for the address, or shows the words of the request that waits in this browser.
pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    match waiting::page(&app, &visitor, true, None).await? {
        Some(response) => Ok(response),
        None => form(&app, &visitor, String::new(), None).await,
    }
}

/// Raises a help request, so that staff see the words.
pub async fn begin(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Help, &peer, app.now())?;
    let typed = fields.get("email");
    let Some(address) = Address::parse(typed) else {
        let typed = line(typed).chars().take(254).collect();
        return form(&app, &visitor, typed, Some("email-wrong")).await;
    };
    let symptoms = Symptoms::of(&visitor, &fields, app.now());
    let typed = address.reveal().to_owned();
    ask_for_help(&app, &visitor, typed, None, symptoms).await?;
    let waits = Redirect::to(symptoms.pin_page()).into_response();
    Ok(symptoms.noted(visitor.named(waits)))
}

async fn form(
    app: &App,
    visitor: &Visitor,
    typed: String,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let body = PinPage {
        page: Page::new(app, visitor, "title-pin").await?,
        typed,
        problem,
    };
    Ok(visitor.named(render(status, &body)))
}
