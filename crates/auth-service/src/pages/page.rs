//! The layout's part of every page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use latchkey_protocol::UnixMillis;

use super::assets;
use super::letterhead::Letterhead;
use super::problem::Problem;
use super::visitor::Visitor;
use super::words::Words;
use crate::App;

/// What the layout of every page is filled with.
pub struct Page {
    /// The practice.
    pub practice: Letterhead,
    words: Words,
    title: &'static str,
    form_token: String,
    now: UnixMillis,
}

impl Page {
    /// A page for this visitor. The title is a neutral one.
    pub async fn new(app: &App, visitor: &Visitor, title: &'static str) -> Result<Self, Problem> {
        let practice = Letterhead::load(app).await?.ok_or(Problem::NotReady)?;
        Ok(Self {
            practice,
            words: Words::asked_for(visitor.headers()),
            title,
            form_token: visitor.form_token(&app.keys),
            now: app.now(),
        })
    }

    /// A page for somebody of whom nothing is known; it has no form.
    pub(super) fn bare(practice: Letterhead, words: Words, title: &'static str) -> Self {
        Self {
            practice,
            words,
            title,
            form_token: String::new(),
            now: UnixMillis(0),
        }
    }

    /// The words in the visitor's language.
    #[must_use]
    pub fn words(&self) -> Words {
        self.words
    }

    /// BCP 47 name of the page's language.
    #[must_use]
    pub fn lang(&self) -> String {
        self.words.lang()
    }

    /// The neutral title.
    #[must_use]
    pub fn title(&self) -> String {
        self.words.t(self.title)
    }

    /// Changes when the files beside the pages do.
    #[must_use]
    pub fn version(&self) -> &'static str {
        assets::version()
    }

    /// A phrase.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.words.t(id)
    }

    /// A phrase with one gap.
    #[must_use]
    pub fn with(&self, id: &str, name: &'static str, value: &str) -> String {
        self.words.fill(id, &[(name, value.to_owned())])
    }

    /// A phrase that depends on a number.
    #[must_use]
    pub fn count(&self, id: &str, number: &i64) -> String {
        self.words.count(id, "count", *number)
    }

    /// A moment as the practice's clock shows it.
    #[must_use]
    pub fn time(&self, at: UnixMillis) -> String {
        self.practice.time(self.words, at, self.now)
    }

    /// A day.
    #[must_use]
    pub fn day(&self, at: UnixMillis) -> String {
        self.practice.day(self.words, at)
    }

    /// What every page about help says (RULES N1).
    #[must_use]
    pub fn emergency(&self) -> String {
        self.practice.emergency(self.words)
    }

    /// Phone and hours, one line.
    #[must_use]
    pub fn phone_line(&self) -> String {
        if self.practice.hours.is_empty() {
            return self.with("phone-only", "phone", &self.practice.phone);
        }
        self.words.fill(
            "phone-line",
            &[
                ("phone", self.practice.phone.clone()),
                ("hours", self.practice.hours.clone()),
            ],
        )
    }

    /// What the waiting page says after ten minutes (RULES N2).
    #[must_use]
    pub fn unseen_long(&self, sent: &str) -> String {
        self.words.fill(
            "waiting-unseen-long",
            &[
                ("time", sent.to_owned()),
                ("phone", self.practice.phone.clone()),
                ("hours", self.practice.hours.clone()),
            ],
        )
    }

    /// The hidden field that proves that a form is ours, where a browser does not
    /// say so itself. Base64url only, so it needs no escaping.
    #[must_use]
    pub fn form_token(&self) -> String {
        format!(
            r#"<input type="hidden" name="form" value="{}">"#,
            self.form_token
        )
    }
}

/// Renders a page.
pub fn render(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
