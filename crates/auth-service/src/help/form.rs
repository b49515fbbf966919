//! `/help`: two fields.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::freeze::is_frozen;
use super::raise::{Cry, raise};
use crate::App;
use crate::address::{Address, typed_key};
use crate::limit::{Flood, Peer};
use crate::link::ask::newest_of;
use crate::link::on_file::{self, OnFile};
use crate::pages::fields::{Fields, line, text};
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::symptoms::Symptoms;
use crate::pages::visitor::{Visitor, settle};

/// "Who you are" holds an address or a name.
const LONGEST_WHO: usize = 254;
/// "What happened".
const LONGEST_WHAT: usize = 1_000;

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    page: Page,
    typed: String,
    message: String,
    problem: Option<&'static str>,
}

/// Shows the two fields.
pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    form(&app, &visitor, String::new(), String::new(), None).await
}

/// Shows them with the address that was typed on the page before.
pub async fn start(
    State(app): State<App>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed = line(fields.get("email"))
        .chars()
        .take(LONGEST_WHO)
        .collect();
    form(&app, &visitor, typed, String::new(), None).await
}

/// Sends them to the practice. Known or not, the answer is the waiting page (RULES A1).
pub async fn send(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Help, &peer, app.now())?;
    let who = line(fields.get("who"));
    let what = text(fields.get("what"));
    let problem = if who.is_empty() || who.chars().count() > LONGEST_WHO {
        Some("help-who-missing")
    } else if what.chars().count() > LONGEST_WHAT {
        Some("help-what-long")
    } else {
        None
    };
    if problem.is_some() {
        let short = |text: String| text.chars().take(LONGEST_WHAT).collect();
        return form(&app, &visitor, short(who), short(what), problem).await;
    }
    let message = (!what.is_empty()).then_some(what);
    let symptoms = Symptoms::of(&visitor, &fields, app.now());
    ask_for_help(&app, &visitor, who, message, symptoms).await?;
    let waits = Redirect::to(symptoms.waiting_page()).into_response();
    Ok(symptoms.noted(visitor.named(waits)))
}

async fn form(
    app: &App,
    visitor: &Visitor,
    typed: String,
    message: String,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let body = HelpPage {
        page: Page::new(app, visitor, "title-help").await?,
        typed,
        message,
        problem,
    };
    Ok(visitor.named(render(status, &body)))
}

/// Raises the request of what was typed, matched by the address alone: a name that
/// somebody types matches nobody.
pub async fn ask_for_help(
    app: &App,
    visitor: &Visitor,
    typed: String,
    message: Option<String>,
    symptoms: Symptoms,
) -> Result<(), Problem> {
    let address = typed
        .split_whitespace()
        .find_map(|part| Address::parse(part.trim_matches(['<', '>', '(', ')', ',', ';'])));
    let typed_key = address.as_ref().map_or_else(
        || typed_key(&app.keys, &typed),
        |address| address.key(&app.keys),
    );
    let is_address = address.is_some();
    let browser = visitor.hash();
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move {
                let browser = settle(tx, browser).await?;
                let mut key = typed_key.to_vec();
                let mut found = on_file::by_key(tx.conn(), &typed_key).await?;
                // Who types a name has often just asked for a link here: that address says more.
                let asked = newest_of(tx, &browser.0).await?;
                if let (false, Some(asked)) = (is_address, asked) {
                    key = asked.key;
                    found = asked.on_file;
                }
                // Whatever address a frozen browser knows, it is nobody's there.
                if is_frozen(tx.conn(), &browser.0).await? {
                    found = None;
                }
                let cry = Cry {
                    browser: browser.0,
                    typed,
                    message,
                    key,
                    client: found.as_ref().and_then(OnFile::client).cloned(),
                    address: found.map(|found| found.address),
                    cause: None,
                };
                symptoms.note_before(tx, |event| cry.about(event)).await?;
                raise(tx, &cry).await?;
                symptoms.note(tx, |event| cry.about(event)).await?;
                Ok(())
            })
        })
        .await
}
