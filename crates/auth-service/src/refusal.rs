//! Why something was not done, as a stable code.

use latchkey_protocol::{ErrorCode, UnixMillis};

use crate::db::Unavailable;

/// A refusal: nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused: {code:?}")]
pub struct Refusal {
    /// The stable code; the words for it live in the catalogues.
    pub code: ErrorCode,
    /// The staff member it concerns, by name.
    pub by: Option<String>,
    /// When that was.
    pub at: Option<UnixMillis>,
    /// When it is worth trying again.
    pub retry_at: Option<UnixMillis>,
    /// Which field or line, in English for a developer; never what was typed.
    pub detail: Option<&'static str>,
}

impl Refusal {
    /// A refusal of which the code says everything.
    #[must_use]
    pub const fn of(code: ErrorCode) -> Self {
        Self {
            code,
            by: None,
            at: None,
            retry_at: None,
            detail: None,
        }
    }

    /// A bad request that names the field.
    #[must_use]
    pub const fn bad(detail: &'static str) -> Self {
        Self {
            code: ErrorCode::BadRequest,
            by: None,
            at: None,
            retry_at: None,
            detail: Some(detail),
        }
    }

    /// Names the staff member it concerns.
    #[must_use]
    pub fn by(mut self, name: impl Into<String>) -> Self {
        self.by = Some(name.into());
        self
    }

    /// Says when that was.
    #[must_use]
    pub const fn at(mut self, at: UnixMillis) -> Self {
        self.at = Some(at);
        self
    }

    /// Says when it is worth trying again.
    #[must_use]
    pub const fn until(mut self, at: UnixMillis) -> Self {
        self.retry_at = Some(at);
        self
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::of(code)
    }
}

impl From<Unavailable> for Refusal {
    fn from(_: Unavailable) -> Self {
        Self::of(ErrorCode::Unavailable)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Unavailable::from(error).into()
    }
}
