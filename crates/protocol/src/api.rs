//! Bodies of the calls under `/api/v1`.
//!
//! Every write takes an [`IDEMPOTENCY_KEY`] header (a UUID): the same key with the
//! same body is the same act, and is answered as the first was.

use serde::{Deserialize, Serialize};

use crate::{DeviceId, Evidence, Phrase, PinId, RequestId, StaffId, UnixMillis};

/// Header that makes a repeated write the same write.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Answer of `GET /api/v1/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Who is signed in.
    pub staff: Staff,
    /// At which practice.
    pub practice: Practice,
    /// The desktop this session belongs to.
    pub device: DeviceId,
    /// The name the staff member gave it.
    pub device_name: String,
    /// The service's clock, to show its times rightly.
    pub now: UnixMillis,
    /// The service's version, to be told to whoever helps.
    #[serde(default)]
    pub service_version: Option<String>,
}

/// A staff member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Staff {
    /// Id.
    pub id: StaffId,
    /// Name as colleagues know it.
    pub name: String,
    /// What they may see and do.
    pub role: Role,
}

/// What a staff member may see and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sees the own caseload.
    Clinician,
    /// Sees every request.
    FrontDesk,
    /// Sees every request and runs the practice's settings.
    Admin,
    /// A role from a newer version.
    #[serde(other)]
    Unknown,
}

/// The practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Practice {
    /// Its full name.
    pub name: String,
    /// IANA time zone of the practice.
    pub time_zone: String,
}

/// Body of the writes that say everything by their path: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Answer of the writes that have nothing to say but that it is done: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {}

/// Body of `POST /api/v1/requests/{id}/pin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssuePin {
    /// How the staff member knows who it is: the statement and the act in one.
    pub evidence: Evidence,
}

/// Answer to it. The digits cross the wire once, here, and are kept nowhere.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedPin {
    /// The PIN's id.
    pub id: PinId,
    /// Six digits.
    pub digits: String,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// When it ends by itself.
    pub expires_at: UnixMillis,
    /// The request whose browser it is bound to.
    #[serde(default)]
    pub request: Option<RequestId>,
}

/// Body of `POST /api/v1/requests/{id}/link`: nothing to say yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResendLink {}

/// Longest note of staff, in characters.
pub const LONGEST_NOTE: usize = 2_000;

/// Body of `POST /api/v1/requests/{id}/note`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// What to remember of this request; staff alone see it. [`LONGEST_NOTE`] characters
    /// at most.
    pub text: String,
}

/// Longest message to a client, in characters.
pub const LONGEST_MESSAGE: usize = 2_000;

/// Body of `POST /api/v1/requests/{id}/message`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteMessage {
    /// What the signed-in client reads. [`LONGEST_MESSAGE`] characters at most.
    pub text: String,
}

/// Body of `POST /api/v1/requests/{id}/address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectAddress {
    /// The client's new mail address, as staff typed it.
    pub address: String,
    /// "I called the number on file, and the client told me": then it counts at once.
    pub by_call: bool,
}

/// Body of `POST /api/v1/requests/{id}/address/confirm`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddress {
    /// Which change, so that nobody confirms another one than was read.
    pub change: String,
    /// "I called the number on file"; a second staff member needs no call.
    pub by_call: bool,
}

/// Answer of `GET /api/v1/announcement`: what tells clients how to sign in, filled with the
/// practice's name, address and phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Announcement {
    /// The language it is in, BCP 47.
    pub language: String,
    /// The subject of the mail.
    pub mail_subject: String,
    /// The mail, to be sent to all.
    pub mail: String,
    /// The letter, to be printed.
    pub letter: String,
    /// What to say on the phone.
    pub phone_script: String,
    /// The steps, to be handed over.
    pub guide: String,
}

/// Body of `POST /api/v1/requests/{id}/reply`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendReply {
    /// The phrase to show on the waiting page.
    #[serde(flatten)]
    pub phrase: Phrase,
}
