//! Which page a browser is on, for who has the client on the phone.
//!
//! Every visit of every browser is noted alike, in memory alone, whatever was typed and whether
//! it is on file (RULES A1). A task of its own tells staff of those whose request a person has
//! opened, as an event, and of the newest page only: who clicks to and fro moves a document once
//! a look. What was not told before a restart is told at the next page.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use latchkey_protocol::{ClientId, ClientPage, PageSeen, RequestId, UnixMillis};
use sqlx::{FromRow, SqliteConnection};

use super::visitor::known_by;
use crate::App;
use crate::clock::MINUTE;
use crate::db::Unavailable;
use crate::event::{Actor, Event, Kind};

/// How often staff are told.
pub const LOOK: Duration = Duration::from_secs(2);
/// A page that was opened longer ago guides nobody.
const LATELY: i64 = 30 * MINUTE;
/// More browsers are not remembered: a flood must not fill the memory.
const MOST: usize = 20_000;

/// The newest page of each browser, by the hash of its cookie.
#[derive(Default)]
pub struct Whereabouts(Mutex<HashMap<[u8; 32], PageSeen>>);

impl Whereabouts {
    fn note(&self, browser: [u8; 32], page: ClientPage, now: UnixMillis) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&browser) {
            all.retain(|_, seen| now.0 - seen.at.0 < LATELY);
            if all.len() >= MOST {
                return;
            }
        }
        all.insert(browser, PageSeen { page, at: now });
    }

    fn of(&self, browser: &[u8], now: UnixMillis) -> Option<ClientPage> {
        let key: [u8; 32] = browser.try_into().ok()?;
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = all.get(&key).filter(|seen| now.0 - seen.at.0 < LATELY)?;
        Some(seen.page)
    }

    fn is_empty(&self) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.is_empty()
    }
}

/// Notes which page a browser was shown, once it has been.
pub async fn note(State(app): State<App>, request: Request, next: Next) -> Response {
    let browser = known_by(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    if let (Some(browser), Some(page)) = (browser, page(&method, &path, response.status())) {
        app.whereabouts.note(browser, page, app.now());
    }
    response
}

/// The page that was drawn; a redirect draws none.
fn page(method: &Method, path: &str, status: StatusCode) -> Option<ClientPage> {
    if path == "/exit" {
        return Some(ClientPage::Left);
    }
    let drawn = [
        StatusCode::OK,
        StatusCode::UNPROCESSABLE_ENTITY,
        // A dead link.
        StatusCode::GONE,
    ]
    .contains(&status);
    if !drawn {
        return None;
    }
    Some(match path {
        "/" if *method == Method::POST && status == StatusCode::OK => ClientPage::LinkSent,
        "/" => ClientPage::SignIn,
        "/link" => ClientPage::LinkOpened,
        "/help" | "/help/start" => ClientPage::Help,
        "/waiting" => ClientPage::Waiting,
        "/pin" => ClientPage::Pin,
        "/who" => ClientPage::Who,
        "/me" => ClientPage::SignedIn,
        _ => return None,
    })
}

/// An open request that a person has opened, and what staff were told last.
#[derive(FromRow)]
struct Followed {
    id: String,
    client_id: Option<String>,
    token_hash: Vec<u8>,
    told: Option<String>,
}

impl Followed {
    /// Where it is now, unless staff know.
    fn moved(&self, app: &App, now: UnixMillis) -> Option<&'static str> {
        let page = word(app.whereabouts.of(&self.token_hash, now)?);
        (self.told.as_deref().and_then(read) != Some(page)).then_some(page)
    }
}

/// Tells staff once. Gives how many documents changed.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    if app.whereabouts.is_empty() {
        return Ok(0);
    }
    let mut conn = app.reader.acquire().await?;
    let now = app.now();
    let open = followed(&mut conn).await?;
    if !open.iter().any(|one| one.moved(app, now).is_some()) {
        return Ok(0);
    }
    drop(conn);
    let whereabouts = app.clone();
    app.writer
        .run(|tx| {
            Box::pin(async move {
                let now = tx.now();
                let mut told = 0;
                for one in followed(tx.conn()).await? {
                    let Some(page) = one.moved(&whereabouts, now) else {
                        continue;
                    };
                    let mut event = Event::new(Kind::PageMoved, Actor::Service)
                        .request(&RequestId(one.id))
                        .with("page", page);
                    if let Some(client) = one.client_id {
                        event = event.client(&ClientId(client));
                    }
                    tx.append(event).await?;
                    told += 1;
                }
                Ok(told)
            })
        })
        .await
}

async fn followed(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Followed>> {
    sqlx::query_as(
        "SELECT r.id, r.client_id, b.token_hash,
                (SELECT e.body FROM event e
                 WHERE e.request_id = r.id AND e.kind = 'page_moved'
                 ORDER BY e.position DESC LIMIT 1) AS told
         FROM help_request r JOIN browser b ON b.id = r.browser_id
         WHERE r.state <> 'solved' AND r.seen_at IS NOT NULL AND r.raised_by = 'client'
         ORDER BY r.id",
    )
    .fetch_all(conn)
    .await
}

/// Where the browser of a request was when staff were told last.
pub(crate) async fn of_request(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<Option<PageSeen>> {
    let told: Option<(String, i64)> = sqlx::query_as(
        "SELECT body, at FROM event WHERE request_id = $1 AND kind = 'page_moved'
         ORDER BY position DESC LIMIT 1",
    )
    .bind(&request.0)
    .fetch_optional(conn)
    .await?;
    Ok(told.map(|(body, at)| PageSeen {
        page: value(&body)
            .and_then(|word| serde_json::from_value(word).ok())
            .unwrap_or(ClientPage::Unknown),
        at: UnixMillis(at),
    }))
}

fn value(body: &str) -> Option<serde_json::Value> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    body.get("page").cloned()
}

fn read(body: &str) -> Option<&'static str> {
    serde_json::from_value(value(body)?).ok().map(word)
}

const fn word(page: ClientPage) -> &'static str {
    match page {
        ClientPage::SignIn => "sign_in",
        ClientPage::LinkSent => "link_sent",
        ClientPage::LinkOpened => "link_opened",
        ClientPage::Help => "help",
        ClientPage::Waiting => "waiting",
        ClientPage::Pin => "pin",
        ClientPage::Who => "who",
        ClientPage::SignedIn => "signed_in",
        ClientPage::Left => "left",
        ClientPage::Unknown => "unknown",
    }
}
