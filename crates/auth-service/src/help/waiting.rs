//! `/waiting`: match words, "seen by the practice", phrases of staff, the PIN field.

use std::time::Duration;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use latchkey_protocol::{ClientId, RequestId};
use sqlx::Row;
use tokio::time::timeout;

use super::news::{self, News};
use crate::App;
use crate::clock::SECOND;
use crate::db::Tx;
use crate::document::AWAY;
use crate::event::{Actor, Event, Kind};
use crate::limit::{Flood, Peer};
use crate::pages::no_cookies;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Browser, Visitor};
use crate::session::client;

/// A question of the waiting page is held at most this long.
const HELD: Duration = Duration::from_secs(20);
/// The browser counts as waiting for 30 s; telling so this often is enough.
const TOLD_MS: i64 = 10 * SECOND;
const VERSION: HeaderName = HeaderName::from_static("latchkey-version");

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage {
    page: Page,
    news: News,
    on_the_phone: bool,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "_news.html")]
struct NewsPart {
    page: Page,
    news: News,
}

#[derive(Template)]
#[template(path = "nothing_waiting.html")]
struct NothingPage {
    page: Page,
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    if let Some(response) = page(&app, &visitor, false, None).await? {
        return Ok(response);
    }
    if query.as_deref() == Some("sent") && !visitor.came_with_a_cookie() {
        return no_cookies::after_message(&app, &visitor).await;
    }
    let page = Page::new(&app, &visitor, "title-waiting").await?;
    Ok(visitor.named(render(StatusCode::OK, &NothingPage { page })))
}

/// The waiting page, or the same for who is on the phone; `None` where nothing waits.
pub async fn page(
    app: &App,
    visitor: &Visitor,
    on_the_phone: bool,
    problem: Option<&'static str>,
) -> Result<Option<Response>, Problem> {
    let Some(browser) = visitor.browser(app).await? else {
        return Ok(None);
    };
    tell_waiting(app, &browser).await?;
    let page = Page::new(app, visitor, "title-waiting").await?;
    let Some(news) = read(app, visitor, &page, &browser).await? else {
        return Ok(None);
    };
    let body = WaitingPage {
        page,
        news,
        on_the_phone,
        problem,
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(Some(visitor.named(render(status, &body))))
}

/// The part that changes, as soon as it has; 204 where nothing has for a while.
pub async fn news(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    app.limits.check(Flood::News, &peer, app.now())?;
    let Some(browser) = visitor.browser(&app).await? else {
        return Ok(StatusCode::GONE.into_response());
    };
    let known = query
        .as_deref()
        .and_then(|query| query.strip_prefix("v="))
        .unwrap_or_default();
    tell_waiting(&app, &browser).await?;
    let mut position = app.writer.position();
    let answer = async {
        loop {
            position.mark_unchanged();
            let page = Page::new(&app, &visitor, "title-waiting").await?;
            let Some(news) = read(&app, &visitor, &page, &browser).await? else {
                return Ok(StatusCode::GONE.into_response());
            };
            if news.version != known {
                return Ok(part(page, news));
            }
            tokio::select! {
                changed = position.changed() => if changed.is_err() {
                    return Ok(StatusCode::NO_CONTENT.into_response());
                },
                () = app.stopping.cancelled() => return Ok(StatusCode::NO_CONTENT.into_response()),
            }
        }
    };
    timeout(HELD, answer)
        .await
        .unwrap_or_else(|_| Ok(StatusCode::NO_CONTENT.into_response()))
}

fn part(page: Page, news: News) -> Response {
    let version = HeaderValue::from_str(&news.version);
    let mut response = render(StatusCode::OK, &NewsPart { page, news });
    if let Ok(version) = version {
        response.headers_mut().insert(VERSION, version);
    }
    response
}

async fn read(
    app: &App,
    visitor: &Visitor,
    page: &Page,
    browser: &Browser,
) -> Result<Option<News>, Problem> {
    let signed_in = client::find(&app.reader, visitor.headers(), app.now())
        .await?
        .is_some();
    let mut conn = app.reader.acquire().await?;
    Ok(news::of_browser(&mut conn, page, &browser.0, signed_in, app.now()).await?)
}

/// Tells staff that the page is open.
async fn tell_waiting(app: &App, browser: &Browser) -> Result<(), Problem> {
    let now = app.now().0;
    let row = sqlx::query("SELECT last_waiting_at FROM browser WHERE id = $1")
        .bind(&browser.0)
        .fetch_one(&app.reader)
        .await?;
    let last: Option<i64> = row.try_get("last_waiting_at")?;
    if last.is_some_and(|last| now - last < TOLD_MS) {
        return Ok(());
    }
    let browser = browser.0.clone();
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move {
                let now = tx.now().0;
                let back = is_back(tx, &browser).await?;
                sqlx::query(
                    "UPDATE browser SET last_waiting_at = $2, last_seen_at = $2 WHERE id = $1",
                )
                .bind(&browser)
                .bind(now)
                .execute(tx.conn())
                .await?;
                for request in back {
                    tx.append(request).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The page is open again after it was away: an event for each open request, since a
/// document that went out meanwhile for another reason may have said that it is closed.
async fn is_back(tx: &mut Tx, browser: &str) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query(
        "SELECT r.id, r.client_id FROM help_request r JOIN browser b ON b.id = r.browser_id
         WHERE b.id = $1 AND r.state <> 'solved' AND r.raised_by = 'client'
           AND b.last_waiting_at <= $2
         ORDER BY r.id",
    )
    .bind(browser)
    .bind(tx.now().0 - AWAY)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            let request = RequestId(row.try_get("id")?);
            let event = Event::new(Kind::WaitingPageOpened, Actor::Service).request(&request);
            Ok(match row.try_get::<Option<String>, _>("client_id")? {
                Some(client) => event.client(&ClientId(client)),
                None => event,
            })
        })
        .collect()
}
