//! Mail trouble that is not one client's: it goes to every desktop.

use serde::{Deserialize, Serialize};

use crate::{Cause, UnixMillis};

/// Mails fail in a row for a reason that lies with the practice or with one mail domain.
/// Nothing in it names a client or an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct MailOutage {
    /// Whose mail does not arrive.
    pub whom: Affected,
    /// Why, as the newest failure says.
    pub cause: Cause,
    /// When the oldest of the mails was written that failed in a row.
    pub since: UnixMillis,
    /// How many tries failed in a row.
    pub failures: u32,
    /// The reply code of the newest failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// Its enhanced code (RFC 3463).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<String>,
}

/// Whose mail does not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "whom", rename_all = "snake_case")]
pub enum Affected {
    /// Everybody's.
    Everyone,
    /// Of those whose mailbox is at this domain.
    Domain {
        /// The part after the @.
        domain: String,
    },
    /// Somebody of a newer version.
    #[serde(other)]
    Unknown,
}
