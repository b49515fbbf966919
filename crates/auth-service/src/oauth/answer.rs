//! OAuth's own error answer (RFC 6749 §5.2).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::db::Unavailable;

/// Nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    /// The code of the standard.
    pub error: &'static str,
    /// One sentence for a developer.
    pub description: String,
}

impl Problem {
    /// A code of the standard.
    #[must_use]
    pub fn new(error: &'static str, description: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.to_owned(),
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
        (self.status, body).into_response()
    }
}
