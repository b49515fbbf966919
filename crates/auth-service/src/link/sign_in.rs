//! `/`: one field.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::address::Address;
use crate::limit::{Flood, Peer};
use crate::pages::fields::Fields;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::symptoms::Symptoms;
use crate::pages::visitor::{Visitor, settle, with_cookie};
use crate::session::{client, return_path};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    typed: String,
    note: Option<&'static str>,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "look_in_mail.html")]
struct LookPage {
    page: Page,
    typed: String,
    asked: String,
}

/// Shows the field; who is signed in is led on.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let page = Page::new(&app, &visitor, "title-sign-in").await?;
    let home = page.practice.home_url.as_deref();
    let to = return_path::from_query(&app, home, query.as_deref());
    let signed_in = client::find(&app.reader, visitor.headers(), app.now()).await?;
    if signed_in.is_some() {
        return Ok(Redirect::to(to.as_deref().unwrap_or("/me")).into_response());
    }
    let note = (query.as_deref() == Some("signed-out")).then_some("me-signed-out");
    let body = SignInPage {
        page,
        typed: String::new(),
        note,
        problem: None,
    };
    let response = visitor.named(render(StatusCode::OK, &body));
    Ok(match to {
        Some(to) => with_cookie(response, return_path::remember(&to)),
        None => response,
    })
}

/// Asks for a link. Every address gets this answer (RULES A1).
pub async fn ask(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Ask, &peer, app.now())?;
    let typed = fields.get("email");
    let Some(address) = Address::parse(typed) else {
        let body = SignInPage {
            page: Page::new(&app, &visitor, "title-sign-in").await?,
            typed: crate::pages::fields::line(typed)
                .chars()
                .take(254)
                .collect(),
            note: None,
            problem: Some("email-wrong"),
        };
        return Ok(visitor.named(render(StatusCode::UNPROCESSABLE_ENTITY, &body)));
    };
    let (key, browser) = (address.key(&app.keys), visitor.hash());
    let symptoms = Symptoms::of(&visitor, &fields, app.now());
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move {
                let browser = settle(tx, browser).await?;
                super::ask(tx, key, &browser.0, symptoms).await?;
                Ok(())
            })
        })
        .await?;
    let page = Page::new(&app, &visitor, "title-look").await?;
    let body = LookPage {
        asked: page.time(app.now()),
        typed: address.reveal().to_owned(),
        page,
    };
    Ok(symptoms.noted(visitor.named(render(StatusCode::OK, &body))))
}
