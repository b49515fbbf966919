//! `/link/TOKEN` and `/link`: opening shows one button and consumes nothing (RULES S2).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use latchkey_protocol::{LinkRefusal, Opener, UnixMillis};
use sqlx::Row;

use super::consume::{Consumed, Press, consume as use_link, note_opened, note_refused};
use super::opener::Opening;
use super::row::{self, LinkRow};
use super::state::Verdict;
use super::token::LinkToken;
use crate::App;
use crate::limit::{Flood, Peer};
use crate::pages::fields::Fields;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Browser, Visitor, settle, with_cookie};
use crate::secret::Token;
use crate::session::{client, cookie, return_path};

/// How long the link waits in the cookie.
const PENDING_S: i64 = 60 * 60;

#[derive(Template)]
#[template(path = "continue.html")]
struct ContinuePage {
    page: Page,
    by_itself: bool,
}

#[derive(Template)]
#[template(path = "dead_link.html")]
struct DeadPage {
    page: Page,
    why: String,
    typed: String,
}

/// Takes the token out of the address bar: into a cookie, and on to `/link`. Scanners often
/// come no further than here, so they are noted here.
pub async fn arrive(
    State(app): State<App>,
    peer: Peer,
    method: Method,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Response {
    let response = Redirect::to("/link").into_response();
    let Some(token) = LinkToken::read(&token) else {
        return with_cookie(response, cookie::clear(cookie::LINK));
    };
    // A flood may look, as anybody may; what it does is no longer told.
    if app.limits.check(Flood::Open, &peer, app.now()).is_ok()
        && note_scanner(&app, &visitor, &method, &token).await.is_err()
    {
        // It would only explain, and may be a person after all, who is let on.
        tracing::error!("who opened a link could not be noted");
    }
    let value = cookie::set(cookie::LINK, token.reveal(), Some(PENDING_S));
    with_cookie(response, value)
}

/// Notes whoever is plainly no person. A person is noted on `/link`, where the button is.
async fn note_scanner(
    app: &App,
    visitor: &Visitor,
    method: &Method,
    token: &LinkToken,
) -> Result<(), Problem> {
    let mut conn = app.reader.acquire().await?;
    let Some(found) = row::find(&mut conn, &token.hash()).await? else {
        return Ok(());
    };
    drop(conn);
    let browser = visitor.browser(app).await?;
    let browser = browser.as_ref().map(|browser| browser.0.as_str());
    let live = matches!(found.link.judge(browser, app.now()), Verdict::Live { .. });
    if !live || opener(&found, method, visitor.headers(), browser, app.now()) != Opener::Scanner {
        return Ok(());
    }
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move { Ok(note_opened(tx, &found, None, Opener::Scanner).await?) })
        })
        .await
}

fn opener(
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
) -> Result<Response, Problem> {
    app.limits.check(Flood::Open, &peer, app.now())?;
    let Some(found) = pending(&app, &visitor).await? else {
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
                            note_opened(tx, &found, by, opener).await?;
                        }
                        Verdict::Dead(why) => note_refused(tx, &found, &browser.0, why).await?,
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

/// The browser that asked is told which rule hit, any other one sentence (RULES S3).
async fn dead(
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
