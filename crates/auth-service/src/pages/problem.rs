//! What went wrong, as a page in words: what happened, what it means, what to do.

use askama::Template;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::letterhead::Letterhead;
use super::page::{Page, render};
use super::words::Words;
use crate::App;
use crate::db::Unavailable;
use crate::limit::TooMany;

/// A request that was not done. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not what the page takes.
    BadRequest,
    /// A form from another page (RULES V9).
    NotOurForm,
    /// No such page.
    NotFound,
    /// The page does not take this method.
    WrongMethod,
    /// More than a form may hold.
    TooLarge,
    /// A body that is no form.
    NotAForm,
    /// A flood; seconds to wait (RULES A3).
    TooMany(i64),
    /// Our own fault.
    Unavailable,
    /// The practice is not set up.
    NotReady,
}

impl From<Unavailable> for Problem {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl From<TooMany> for Problem {
    fn from(TooMany(seconds): TooMany) -> Self {
        Self::TooMany(seconds)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Unavailable::from(error).into()
    }
}

impl Problem {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotOurForm => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The page that says so.
    pub fn page(self, practice: Option<Letterhead>, words: Words) -> Response {
        let practice = practice.unwrap_or_else(Letterhead::blank);
        let page = Page::bare(practice, words, "title-error");
        let code = self.status().as_u16();
        let why = format!("error-{code}-why");
        let why = match self {
            Self::TooMany(seconds) => page.words().count(&why, "minutes", (seconds + 59) / 60),
            _ => page.t(&why),
        };
        let body = ErrorPage {
            heading: page.t(&format!("error-{code}")),
            why,
            page,
        };
        let mut response = render(self.status(), &body);
        if let Self::TooMany(seconds) = self {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Marks an answer whose page is still to be drawn, with the practice's letterhead.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.page(None, Words::default());
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    heading: String,
    why: String,
}

/// Draws the page of a problem with the practice's letterhead, in the reader's language.
pub async fn drawn(app: &App, headers: &HeaderMap, problem: Problem) -> Response {
    // Without a database the page comes without a letterhead.
    let practice = Letterhead::load(app).await.ok().flatten();
    problem.page(practice, Words::asked_for(headers))
}

/// For every path that is none of ours.
pub async fn not_found(State(app): State<App>, headers: HeaderMap) -> Response {
    drawn(&app, &headers, Problem::NotFound).await
}

/// For a method that a page does not take.
pub async fn wrong_method(State(app): State<App>, headers: HeaderMap) -> Response {
    drawn(&app, &headers, Problem::WrongMethod).await
}

/// For a handler that panicked; what it was is in the log.
#[must_use]
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Problem::Unavailable.page(None, Words::default())
}
