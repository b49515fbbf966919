//! `/link/TOKEN`: takes the token out of the address bar (RULES S1).

use axum::extract::State;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use latchkey_protocol::Opener;

use super::arrival::Arrival;
use super::open::opener;
use super::state::Verdict;
use super::token::LinkToken;
use super::{mend, note, row};
use crate::App;
use crate::limit::{Flood, Peer};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Visitor, with_cookie};
use crate::session::cookie;

/// How long the link waits in the cookie.
const PENDING_S: i64 = 60 * 60;

/// Into a cookie, and on to `/link`. Scanners often come no further than here, so they are
/// noted here.
pub async fn arrive(
    State(app): State<App>,
    peer: Peer,
    method: Method,
    visitor: Visitor,
    uri: Uri,
) -> Response {
    // A flood may look, as anybody may; what it does is no longer told.
    let told = app.limits.check(Flood::Open, &peer, app.now()).is_ok();
    let Some(token) = mend::token(uri.path()) else {
        return damaged(&app, &visitor, told).await;
    };
    if told && note_scanner(&app, &visitor, &method, &token).await.is_err() {
        // It would only explain, and may be a person after all, who is let on.
        tracing::error!("who opened a link could not be noted");
    }
    let response = Redirect::to(&onward(&app, &visitor, &token)).into_response();
    let value = cookie::set(cookie::LINK, token.reveal(), Some(PENDING_S));
    with_cookie(response, value)
}

/// A browser that has kept a cookie of ours will keep this one. Of any other it shows on
/// the next page, which has to be told by which link it came.
fn onward(app: &App, visitor: &Visitor, token: &LinkToken) -> String {
    if visitor.came_with_a_cookie() {
        return "/link".to_owned();
    }
    let arrival = Arrival {
        link: token.hash(),
        at: app.now(),
    };
    format!("/link?by={}", arrival.seal(&app.keys, &*app.random))
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
            Box::pin(async move { Ok(note::opened(tx, &found, None, Opener::Scanner).await?) })
        })
        .await
}

/// What a mail program left of a link. The browser that asked is known, and so whose link
/// it was; any other remembers it until it asks for something, and nothing is written.
async fn damaged(app: &App, visitor: &Visitor, told: bool) -> Response {
    let noted = told
        && note_damaged(app, visitor).await.unwrap_or_else(|_| {
            tracing::error!("that a link was damaged could not be noted");
            false
        });
    let value = if noted {
        cookie::clear(cookie::LINK)
    } else {
        cookie::set(cookie::LINK, cookie::DAMAGED, Some(PENDING_S))
    };
    with_cookie(Redirect::to("/link").into_response(), value)
}

async fn note_damaged(app: &App, visitor: &Visitor) -> Result<bool, Problem> {
    let Some(browser) = visitor.browser(app).await? else {
        return Ok(false);
    };
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move { Ok(note::damaged(tx, &browser.0).await?) })
        })
        .await
}
