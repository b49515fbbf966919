//! `/me`: signed in. Sign out here, sign out everywhere; no device or place is named (RULES C9).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sqlx::Row;

use super::client::{self, Session};
use super::cookie;
use crate::App;
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Visitor, with_cookie};

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    page: Page,
    name: String,
    kept: i64,
    kept_until: Option<String>,
    /// Messages of the practice that were not read yet; none at all is `None`.
    unread: Option<i64>,
    /// A new mail address waits, and is asked for.
    new_address: bool,
    note: Option<&'static str>,
    problem: Option<&'static str>,
}

/// Shows it, or leads a stranger to the sign-in page.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let Some(session) = client::find(&app.reader, visitor.headers(), app.now()).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let used = query.as_deref() == Some("address-used");
    page(
        &app,
        &visitor,
        &session,
        used.then_some("me-address-used"),
        None,
    )
    .await
}

pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    session: &Session,
    note: Option<&'static str>,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let now = app.now();
    let row = sqlx::query(
        "SELECT COALESCE(preferred_name, first_name) AS name,
                EXISTS (SELECT 1 FROM address_change g
                        WHERE g.client_id = client.id AND g.ended_at IS NULL) AS new_address,
                (SELECT COUNT(CASE WHEN m.read_at IS NULL THEN 1 END) FROM message m
                 JOIN event_personal p ON p.position = m.position AND p.name = 'said'
                 WHERE m.client_id = client.id AND m.staff_id IS NOT NULL
                 HAVING COUNT(*) > 0) AS unread,
                (SELECT COUNT(*) FROM client_session s
                 WHERE s.client_id = client.id AND s.kept = 1 AND s.ended_at IS NULL
                   AND s.expires_at > $2) AS kept
         FROM client WHERE id = $1",
    )
    .bind(&session.client.0)
    .bind(now.0)
    .fetch_one(&app.reader)
    .await?;
    let page = Page::new(app, visitor, "title-me").await?;
    let body = MePage {
        name: row.try_get("name")?,
        kept: row.try_get("kept")?,
        kept_until: session.kept.then(|| page.day(session.expires_at)),
        unread: row.try_get("unread")?,
        new_address: row.try_get("new_address")?,
        note,
        problem,
        page,
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Ok(visitor.named(render(status, &body)))
}

/// Ends this session.
pub async fn sign_out(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    if let Some(token) = client::token_of(visitor.headers()) {
        app.writer
            .run::<_, Problem, _>(move |tx| {
                Box::pin(async move {
                    client::end(tx, &token).await?;
                    Ok(())
                })
            })
            .await?;
    }
    Ok(signed_out())
}

/// Ends every session of this client.
pub async fn sign_out_everywhere(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    if let Some(session) = client::find(&app.reader, visitor.headers(), app.now()).await? {
        app.writer
            .run::<_, Problem, _>(move |tx| {
                Box::pin(async move {
                    client::end_everywhere(tx, &session.client).await?;
                    Ok(())
                })
            })
            .await?;
    }
    Ok(signed_out())
}

fn signed_out() -> Response {
    let response = Redirect::to("/?signed-out").into_response();
    let response = with_cookie(response, cookie::clear(cookie::SESSION));
    with_cookie(response, cookie::clear(cookie::LINK))
}
