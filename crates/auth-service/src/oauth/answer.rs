//! OAuth's own error answer (RFC 6749 §5.2).

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::db::Unavailable;
use crate::limit::TooMany;

/// Nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    /// The code of the standard.
    pub error: &'static str,
    /// One sentence for a developer.
    pub description: String,
    /// Seconds to wait, where waiting helps.
    retry_after: Option<i64>,
}

impl Problem {
    /// A code of the standard.
    #[must_use]
    pub fn new(error: &'static str, description: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.to_owned(),
            retry_after: None,
        }
    }

    /// `invalid_request`.
    #[must_use]
    pub fn invalid(description: &str) -> Self {
        Self::new("invalid_request", description)
    }

    /// `invalid_request`, a parameter that is not there.
    #[must_use]
    pub fn missing(name: &str) -> Self {
        Self::invalid(&format!("the parameter {name} is missing"))
    }

    /// `invalid_grant`.
    #[must_use]
    pub fn grant(description: &str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl From<Unavailable> for Problem {
    fn from(_: Unavailable) -> Self {
        Self::new(
            "server_error",
            "the service could not do it now; nothing was changed",
        )
        .status(StatusCode::SERVICE_UNAVAILABLE)
    }
}

impl From<TooMany> for Problem {
    fn from(TooMany(seconds): TooMany) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                "temporarily_unavailable",
                "too many calls from this network",
            )
            .status(StatusCode::TOO_MANY_REQUESTS)
        }
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Unavailable::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(json!({
            "error": self.error,
            "error_description": self.description,
        }));
        let mut response = (self.status, body).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
