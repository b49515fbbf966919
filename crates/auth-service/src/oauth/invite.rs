//! The one-time address that `latchkey-auth staff invite` prints. Opening it
//! consumes nothing; pressing its one button does.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use latchkey_protocol::StaffId;
use sqlx::Row;

use super::answer::Problem;
use super::browser;
use super::page::{self, InvitePage, PastePage, ReadyPage, render};
use super::params::Params;
use crate::App;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::limit::{Flood, Peer};
use crate::secret::Token;

/// `GET /staff/invite/{token}`: one button, the same for any token.
pub async fn show() -> Response {
    render(StatusCode::OK, &InvitePage)
}

/// `POST /staff/invite/{token}`.
pub async fn accept(State(app): State<App>, peer: Peer, Path(token): Path<String>) -> Response {
    if let Err(wait) = app.limits.check(Flood::Invite, &peer, app.now()) {
        return page::too_many(wait);
    }
    match consume(&app, &token).await {
        Ok(Some((name, cookie))) => {
            let mut response = render(StatusCode::OK, &ReadyPage { name });
            add_cookie(&mut response, &cookie);
            response
        }
        Ok(None) => page::dead_invite(),
        Err(Unavailable) => page::unavailable(),
    }
}

/// `POST /staff/invite`: the address was pasted while a desktop waits.
pub async fn pasted(
    State(app): State<App>,
    peer: Peer,
    params: Result<Params, Problem>,
) -> Response {
    if let Err(wait) = app.limits.check(Flood::Invite, &peer, app.now()) {
        return page::too_many(wait);
    }
    let Ok(params) = params else {
        return page::problem(
            StatusCode::BAD_REQUEST,
            "That could not be read",
            "Nothing was done. Close this page and start again from Latchkey.",
        );
    };
    let then = params.get("then").unwrap_or_default().to_owned();
    let address = params.get("address").unwrap_or_default().trim();
    // The whole address or just its end.
    let token = address.rsplit('/').next().unwrap_or_default();
    match consume(&app, token).await {
        Ok(Some((_, cookie))) => {
            let to = format!("/oauth/authorize?{then}");
            let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
            add_cookie(&mut response, &cookie);
            response
        }
        Ok(None) => {
            let page = PastePage {
                then,
                problem: Some(
                    "That address does not work: it may have been used already, or it is older than one hour. Ask for a new one.",
                ),
            };
            render(StatusCode::BAD_REQUEST, &page)
        }
        Err(Unavailable) => page::unavailable(),
    }
}

fn add_cookie(response: &mut Response, token: &Token) {
    response
        .headers_mut()
        .append(SET_COOKIE, browser::cookie(token));
}

/// Uses the address up, once, by one statement.
async fn consume(app: &App, token: &str) -> Result<Option<(String, Token)>, Unavailable> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    app.writer
        .run(move |tx| Box::pin(async move { consume_in(tx, &token).await }))
        .await
}

async fn consume_in(tx: &mut Tx, token: &Token) -> Result<Option<(String, Token)>, Unavailable> {
    let now = tx.now();
    let used = sqlx::query(
        "UPDATE staff_invite SET used_at = $2
         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
           AND staff_id IN (SELECT id FROM staff WHERE disabled_at IS NULL)
         RETURNING staff_id, (SELECT name FROM staff WHERE id = staff_id) AS name",
    )
    .bind(token.hash().as_slice())
    .bind(now.0)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = used else { return Ok(None) };
    let staff = StaffId(row.try_get("staff_id")?);
    let name: String = row.try_get("name")?;
    let cookie = browser::begin(tx, &staff).await?;
    tx.append(Event::new(Kind::StaffInviteUsed, Actor::Staff(staff.clone())).subject(&staff.0))
        .await?;
    Ok(Some((name, cookie)))
}
