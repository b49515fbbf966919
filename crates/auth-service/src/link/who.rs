//! `/who`: several people share the mailbox. The name is typed, never picked from a
//! list; then a PIN is the second proof (RULES C9).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use latchkey_protocol::ClientId;
use sqlx::{Row, SqliteConnection};

use super::consume::PROVED_MS;
use super::open::pending;
use super::row::LinkRow;
use super::state::LinkState;
use crate::App;
use crate::client::names::folded;
use crate::event::{Actor, Event, Kind};
use crate::help::raise::{Cry, raise};
use crate::limit::{Flood, Peer};
use crate::pages::fields::{Fields, line};
use crate::pages::page::{Page, render};
use crate::pages::problem::Problem;
use crate::pages::visitor::{Browser, Visitor};

const LONGEST_NAME: usize = 200;

#[derive(Template)]
#[template(path = "who.html")]
struct WhoPage {
    page: Page,
    problem: Option<&'static str>,
}

/// Asks for the name, in the browser that proved the mailbox.
pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    match proved(&app, &visitor).await? {
        Some(_) => form(&app, &visitor, None).await,
        None => Ok(Redirect::to("/link").into_response()),
    }
}

/// Raises a help request; a name that fits nobody looks the same.
pub async fn answer(
    State(app): State<App>,
    peer: Peer,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    app.limits.check(Flood::Help, &peer, app.now())?;
    let Some((found, browser)) = proved(&app, &visitor).await? else {
        return Ok(Redirect::to("/link").into_response());
    };
    let name = line(fields.get("name"));
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return form(&app, &visitor, Some("who-missing")).await;
    }
    app.writer
        .run::<_, Problem, _>(move |tx| {
            Box::pin(async move {
                let client = who_is(tx.conn(), &found.address, &name).await?;
                let fits = match (&client, &found.client) {
                    (None, _) => "nobody",
                    (Some(typed), Some(meant)) if typed != meant => "other",
                    (Some(_), _) => "one",
                };
                let key: Vec<u8> = sqlx::query("SELECT address_key FROM address WHERE id = $1")
                    .bind(&found.address)
                    .fetch_one(tx.conn())
                    .await?
                    .try_get("address_key")?;
                let cry = Cry {
                    browser: browser.0,
                    typed: name,
                    message: None,
                    key,
                    address: Some(found.address),
                    client,
                    cause: Some("shared_address"),
                };
                let request = raise(tx, &cry).await?;
                let event = cry
                    .about(Event::new(Kind::NameTyped, Actor::Stranger))
                    .request(&request)
                    .with("fits", fits);
                tx.append(event).await?;
                Ok(())
            })
        })
        .await?;
    Ok(Redirect::to("/waiting").into_response())
}

async fn form(
    app: &App,
    visitor: &Visitor,
    problem: Option<&'static str>,
) -> Result<Response, Problem> {
    let page = Page::new(app, visitor, "title-who").await?;
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(visitor.named(render(status, &WhoPage { page, problem })))
}

/// Whether this browser has just proved a mailbox that several people share.
pub(super) async fn waits(app: &App, found: &LinkRow, browser: &Browser) -> sqlx::Result<bool> {
    let here = found.link.used_by.as_deref() == Some(browser.0.as_str());
    let fresh = found
        .link
        .used_at
        .is_some_and(|at| app.now().0 - at.0 <= PROVED_MS);
    if found.link.state != LinkState::Used || !here || !fresh {
        return Ok(false);
    }
    // A link that signed somebody in proves no mailbox any more.
    let signed_in = sqlx::query("SELECT 1 AS one FROM client_session WHERE link_id = $1")
        .bind(&found.id)
        .fetch_optional(&app.reader)
        .await?;
    Ok(signed_in.is_none())
}

async fn proved(app: &App, visitor: &Visitor) -> sqlx::Result<Option<(LinkRow, Browser)>> {
    let (Some(found), Some(browser)) = (pending(app, visitor).await?, visitor.browser(app).await?)
    else {
        return Ok(None);
    };
    let waits = waits(app, &found, &browser).await?;
    Ok(waits.then_some((found, browser)))
}

/// The one client of this address whom the name fits.
async fn who_is(
    conn: &mut SqliteConnection,
    address: &str,
    typed: &str,
) -> sqlx::Result<Option<ClientId>> {
    let rows = sqlx::query(
        "SELECT c.id, c.first_name, c.last_name, c.preferred_name
         FROM client_address t JOIN client c ON c.id = t.client_id
         WHERE t.address_id = $1 AND c.disabled_at IS NULL",
    )
    .bind(address)
    .fetch_all(conn)
    .await?;
    let typed = folded(typed);
    let mut fitting = Vec::new();
    for row in rows {
        let last: String = row.try_get("last_name")?;
        let firsts = [
            Some(row.try_get::<String, _>("first_name")?),
            row.try_get::<Option<String>, _>("preferred_name")?,
        ];
        let fits = firsts.iter().flatten().any(|first| {
            [
                first.clone(),
                format!("{first} {last}"),
                format!("{last} {first}"),
                format!("{last}, {first}"),
            ]
            .iter()
            .any(|name| folded(name) == typed)
        });
        if fits {
            fitting.push(ClientId(row.try_get("id")?));
        }
    }
    Ok(match <[ClientId; 1]>::try_from(fitting) {
        Ok([one]) => Some(one),
        Err(_) => None,
    })
}
