//! What was said to the mail server, and what it said.

use serde::{Deserialize, Serialize};

use crate::UnixMillis;

/// Answer of `GET /api/v1/requests/{id}/mail-dialogue`: the newest tries, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MailDialogue {
    /// Each try to hand over a mail of this request.
    pub tries: Vec<MailTry>,
}

/// One try to hand over one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MailTry {
    /// When the mail was asked for: the time in its subject.
    pub asked_at: UnixMillis,
    /// Which try of this mail it was, from 1.
    pub attempt: u32,
    /// When it was over.
    pub at: UnixMillis,
    /// What was said, in order.
    pub lines: Vec<DialogueLine>,
}

/// One line of it. Addresses are without what stands before their @.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DialogueLine {
    /// Who said it.
    pub from: Speaker,
    /// What. The server's is a stranger's text (RULES A5).
    pub text: String,
}

/// Who says a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The practice's auth service.
    Service,
    /// The mail server.
    Server,
    /// Nobody: what happened between the lines, in English.
    Remark,
    /// Somebody whom a newer version knows.
    #[serde(other)]
    Unknown,
}
