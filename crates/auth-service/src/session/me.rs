//! `/me`: signed in. Sign out here, sign out everywhere; no device or place is named (RULES C9).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sqlx::Row;

use super::{client, cookie};
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
}

/// Shows it, or leads a stranger to the sign-in page.
pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let now = app.now();
    let Some(session) = client::find(&app.reader, visitor.headers(), now).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let row = sqlx::query(
        "SELECT COALESCE(preferred_name, first_name) AS name,
                (SELECT COUNT(*) FROM client_session s
                 WHERE s.client_id = client.id AND s.kept = 1 AND s.ended_at IS NULL
                   AND s.expires_at > $2) AS kept
         FROM client WHERE id = $1",
    )
    .bind(&session.client.0)
    .bind(now.0)
    .fetch_one(&app.reader)
    .await?;
    let page = Page::new(&app, &visitor, "title-me").await?;
    let body = MePage {
        name: row.try_get("name")?,
        kept: row.try_get("kept")?,
        kept_until: session.kept.then(|| page.day(session.expires_at)),
        page,
    };
    Ok(visitor.named(render(StatusCode::OK, &body)))
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
