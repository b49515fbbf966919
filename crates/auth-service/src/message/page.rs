//! `/me/messages`: what the practice wrote, and a field to answer. For the client's own
//! session alone.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use latchkey_protocol::ErrorCode;
use uuid::Uuid;

use super::{answer, mark_read, read, to_answer};
use crate::App;
use crate::limit::{Flood, Peer};
use crate::pages::fields::{Fields, text};
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::Visitor;
use crate::refusal::Refusal;
use crate::session::client::{self, Session};

/// A refused text that is put back into the field, in characters.
const LONGEST_BACK: usize = 4_000;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    page: Page,
    lines: Vec<Line>,
    /// There is something that can be answered.
    open: bool,
    typed: String,
    /// Names the answer, so that pressing twice sends once.
    once: String,
    sent: bool,
    problem: Option<&'static str>,
}

struct Line {
    own: bool,
    text: String,
    from: String,
}

/// Shows them, or leads a stranger to the sign-in page.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    method: Method,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let Some(session) = client::find(&app.reader, visitor.headers(), app.now()).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let sent = query.as_deref() == Some("sent");
    let (response, unread) = page(&app, &visitor, &session, String::new(), sent, None).await?;
    if unread && method == Method::GET {
        let client = session.client;
        app.writer
            .run::<_, Problem, _>(move |tx| {
                Box::pin(async move { Ok(mark_read(tx, &client).await?) })
            })
            .await?;
    }
    Ok(response)
}

/// Sends an answer.
pub async fn send(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Help, &peer, app.now())?;
    let Some(session) = client::find(&app.reader, visitor.headers(), app.now()).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let typed = text(fields.get("text"));
    let Ok(id) = Uuid::try_parse(fields.get("once")) else {
        return Err(Problem::BadRequest);
    };
    let (client, said) = (session.client.clone(), typed.clone());
    let answered = app
        .writer
        .run::<_, Refusal, _>(move |tx| {
            Box::pin(async move { answer(tx, &client, &id.to_string(), &said).await })
        })
        .await;
    let problem = match answered.map_err(|refusal| refusal.code) {
        Ok(()) => return Ok(Redirect::to("/me/messages?sent").into_response()),
        Err(ErrorCode::BadRequest) => "messages-empty",
        Err(ErrorCode::TooLong) => "messages-long",
        Err(ErrorCode::Unavailable) => return Err(Problem::Unavailable),
        Err(_) => "messages-over",
    };
    let typed = typed.chars().take(LONGEST_BACK).collect();
    let (response, _) = page(&app, &visitor, &session, typed, false, Some(problem)).await?;
    Ok(response)
}

/// The page, and whether there is anything on it that was not read before.
async fn page(
    app: &App,
    visitor: &Visitor,
    session: &Session,
    typed: String,
    sent: bool,
    problem: Option<&'static str>,
) -> Result<(Response, bool), Problem> {
    let mut conn = app.reader.acquire().await?;
    let messages = read(&mut conn, &session.client).await?;
    let open = to_answer(&mut conn, &session.client, app.now()).await?;
    drop(conn);
    let page = Page::new(app, visitor, "title-me").await?;
    let unread = messages.iter().any(|message| message.unread);
    let lines = messages.into_iter().map(|message| {
        let from = if message.own {
            "messages-from-you"
        } else {
            "messages-from-practice"
        };
        Line {
            from: page.with(from, "time", &page.time(message.at())),
            own: message.own,
            text: message.text,
        }
    });
    let body = MessagesPage {
        lines: lines.collect(),
        open: open.is_ok(),
        typed,
        once: Uuid::from_bytes(app.random.bytes()).to_string(),
        sent,
        problem,
        page,
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Ok((visitor.named(render(status, &body)), unread))
}
