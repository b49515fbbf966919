//! The PIN field of `/waiting` and `/pin`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::digits::Pin;
use super::verify::{Entry, try_pin};
use crate::App;
use crate::help::waiting;
use crate::limit::{Flood, Peer};
use crate::link::open::signed_in;
use crate::pages::fields::Fields;
use crate::pages::problem::Problem;
use crate::pages::symptoms::Symptoms;
use crate::pages::visitor::Visitor;
use crate::secret::Token;
use crate::session::client;

/// Tries the PIN. Wrong, expired, used up, another browser, no PIN at all: one answer.
pub async fn submit(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Pin, &peer, app.now())?;
    let on_the_phone = fields.get("from") == "pin";
    let Some(browser) = visitor.browser(&app).await? else {
        let symptoms = Symptoms::of(&visitor, &fields, app.now());
        return Ok(Redirect::to(symptoms.waiting_page()).into_response());
    };
    let Some(pin) = Pin::read(fields.get("pin")) else {
        return again(&app, &visitor, on_the_phone, "pin-not-six").await;
    };
    let session = Token::draw(&*app.random);
    let kept = fields.get("keep") == "yes";
    let entry = Entry {
        browser: browser.0,
        session: session.hash(),
        before: client::token_of(visitor.headers()),
        kept,
    };
    if try_pin(&app, pin, entry).await? {
        return signed_in(&app, &visitor, &session, kept).await;
    }
    again(&app, &visitor, on_the_phone, "pin-wrong").await
}

async fn again(
    app: &App,
    visitor: &Visitor,
    on_the_phone: bool,
    problem: &'static str,
) -> Result<Response, Problem> {
    let page = waiting::page(app, visitor, on_the_phone, Some(problem)).await?;
    Ok(page.unwrap_or_else(|| Redirect::to("/waiting").into_response()))
}
