//! `/link`: opening shows one button and consumes nothing (RULES S2).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use latchkey_protocol::{LinkRefusal, Opener, UnixMillis};

use super::arrival::Arrival;
use super::consume::{Consumed, Press, consume as use_link};
use super::dead::dead;
use super::note;
use super::opener::Opening;
use super::row::{self, LinkRow};
use super::state::Verdict;
use super::token::LinkToken;
use crate::App;
use crate::limit::{Flood, Peer};
use crate::pages::fields::Fields;
use crate::pages::no_cookies;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Browser, Visitor, settle, with_cookie};
use crate::secret::Token;
use crate::session::{client, cookie, return_path};

#[derive(Template)]
#[template(path = "continue.html")]
struct ContinuePage {
    page: Page,
    by_itself: bool,
}

/// Who opened it.
pub(super) fn opener(
    found: &LinkRow,
    method: &Method,
    headers: &HeaderMap,
    browser: Option<&str>,
    now: UnixMillis,
) -> Opener {
    let opening = Opening {
        method,
        headers,
        age: now.0 - found.link.created_at.0,
        asked_here: found.link.asked_here(browser),
    };
    opening.by()
}

/// Shows the button, or why the link no longer works.
pub async fn show(
    State(app): State<App>,
    peer: Peer,
    method: Method,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Open, &peer, app.now())?;
    let Some(found) = pending(&app, &visitor).await? else {
        if let Some(arrival) = without_cookies(&app, &visitor, query.as_deref()) {
            note_no_cookies(&app, &visitor, &method, arrival).await?;
            return no_cookies::after_link(&app, &visitor).await;
        }
        return dead(&app, &visitor, None, None).await;
    };
    let hash = visitor.hash();
    let (browser, verdict) = app
        .writer
        .run::<_, Problem, _>({
            let (found, headers) = (found.clone(), visitor.headers().clone());
            move |tx| {
                Box::pin(async move {
                    let browser = settle(tx, hash).await?;
                    let by = Some(browser.0.as_str());
                    let verdict = found.link.judge(by, tx.now());
                    match verdict {
                        Verdict::Live { .. } => {
                            let opener = opener(&found, &method, &headers, by, tx.now());
                            note::opened(tx, &found, by, opener).await?;
                        }
                        Verdict::Dead(why) => note::refused(tx, &found, &browser.0, why).await?,
                        Verdict::WayBack => {}
                    }
                    Ok((browser, verdict))
                })
            }
        })
        .await?;
    match verdict {
        Verdict::Live { by_itself } => {
            let page = Page::new(&app, &visitor, "title-continue").await?;
            let body = ContinuePage { page, by_itself };
            Ok(visitor.named(render(StatusCode::OK, &body)))
        }
        Verdict::WayBack => way_back(&app, &visitor, &found, &browser).await,
        Verdict::Dead(why) => dead(&app, &visitor, Some((&found, why)), Some(&browser)).await,
    }
}

/// A browser that was given the link's cookie a moment ago, and has none.
fn without_cookies(app: &App, visitor: &Visitor, query: Option<&str>) -> Option<Arrival> {
    let sealed = query?.strip_prefix("by=")?;
    let arrival = Arrival::open(&app.keys, sealed, app.now())?;
    let kept = cookie::read(visitor.headers(), cookie::LINK).is_some();
    (!kept).then_some(arrival)
}

/// Notes it, where it is a person's browser and not a scanner's.
async fn note_no_cookies(
    app: &App,
    visitor: &Visitor,
    method: &Method,
    arrival: Arrival,
) -> Result<(), Problem> {
    let mut conn = app.reader.acquire().await?;
    let Some(found) = row::find(&mut conn, &arrival.link).await? else {
        return Ok(());
    };
    drop(conn);
    if opener(&found, method, visitor.headers(), None, app.now()) != Opener::Person {
        return Ok(());
    }
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move { Ok(note::no_cookies(tx, &found).await?) })
        })
        .await
}

/// Uses the link.
pub async fn consume(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Open, &peer, app.now())?;
    let Some(link) = pending_token(&visitor) else {
        return dead(&app, &visitor, None, None).await;
    };
    let session = Token::draw(&*app.random);
    let kept = fields.get("keep") == "yes";
    let (link, browser, token) = (link.hash(), visitor.hash(), session.hash());
    let before = client::token_of(visitor.headers());
    let (browser, consumed) = app
        .writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move {
                let browser = settle(tx, browser).await?;
                let press = Press {
                    link,
                    browser: browser.0.clone(),
                    session: token,
                    before,
                    kept,
                };
                let consumed = use_link(tx, press).await?;
                Ok((browser, consumed))
            })
        })
        .await?;
    match consumed {
        Consumed::SignedIn => signed_in(&app, &visitor, &session, kept).await,
        Consumed::AskWho => Ok(visitor.named(Redirect::to("/who").into_response())),
        Consumed::WayBack => match pending(&app, &visitor).await? {
            Some(found) => way_back(&app, &visitor, &found, &browser).await,
            None => dead(&app, &visitor, None, None).await,
        },
        Consumed::Dead => {
            let found = pending(&app, &visitor).await?;
            let now = app.now();
            let why =
                found
                    .as_ref()
                    .and_then(|found| match found.link.judge(Some(&browser.0), now) {
                        Verdict::Dead(why) => Some((found, why)),
                        Verdict::Live { .. } | Verdict::WayBack => None,
                    });
            dead(&app, &visitor, why, Some(&browser)).await
        }
    }
}

/// The answer to a sign-in: the session's cookie, and on to where the client wanted to go.
pub async fn signed_in(
    app: &App,
    visitor: &Visitor,
    session: &Token,
    kept: bool,
) -> Result<Response, Problem> {
    let page = Page::new(app, visitor, "title-me").await?;
    let home = page.practice.home_url.as_deref();
    let to = return_path::after_sign_in(app, home, visitor.headers());
    let response = visitor.named(Redirect::to(&to).into_response());
    let response = with_cookie(response, client::cookie_for(session, kept));
    Ok(with_cookie(response, cookie::clear(cookie::RETURN)))
}

fn pending_token(visitor: &Visitor) -> Option<LinkToken> {
    cookie::read(visitor.headers(), cookie::LINK).and_then(LinkToken::read)
}

/// The link that waits in the cookie.
pub(super) async fn pending(app: &App, visitor: &Visitor) -> sqlx::Result<Option<LinkRow>> {
    let Some(token) = pending_token(visitor) else {
        return Ok(None);
    };
    let mut conn = app.reader.acquire().await?;
    row::find(&mut conn, &token.hash()).await
}

/// Back to the living session of this link, never to a second one; if it has ended,
/// the link is simply used (RULES S2).
async fn way_back(
    app: &App,
    visitor: &Visitor,
    found: &LinkRow,
    browser: &Browser,
) -> Result<Response, Problem> {
    if client::is_of_link(&app.reader, visitor.headers(), &found.id, app.now()).await? {
        return Ok(Redirect::to("/me").into_response());
    }
    let shared = super::who::waits(app, found, browser).await?;
    if shared {
        return Ok(Redirect::to("/who").into_response());
    }
    dead(
        app,
        visitor,
        Some((found, LinkRefusal::Used)),
        Some(browser),
    )
    .await
}
