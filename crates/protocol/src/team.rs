//! Several staff at one practice: who has which request, and who is there.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{CoverId, RequestId, Role, StaffId, UnixMillis};

/// Who has a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Assigned {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub at: UnixMillis,
}

/// Body of `POST /api/v1/requests/{id}/assign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Whose it is from now on; nobody's, where `null`. Never left out.
    #[serde(deserialize_with = "Option::deserialize")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub to: Option<StaffId>,
    /// Whose it was as the caller saw it, `null` for nobody's: a colleague who took it
    /// meanwhile keeps it. Left out, only what is nobody's or the caller's own is given.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Option<StaffId>>,
}

/// What is there is given, `null` too.
#[allow(
    clippy::option_option,
    reason = "left out and `null` say different things"
)]
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<StaffId>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Body of `POST /api/v1/me/session`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InSession {
    /// Until when; `null` ends it. Never left out.
    #[serde(deserialize_with = "Option::deserialize")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub until: Option<UnixMillis>,
}

/// Body of `POST /api/v1/covers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetCover {
    /// Who is away; the caller, where left out. Anybody else's is an admin's to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub away: Option<StaffId>,
    /// Who answers for their clients meanwhile.
    pub covered_by: StaffId,
    /// From when on; at once, where left out or past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<UnixMillis>,
    /// Until when: within a year.
    pub until: UnixMillis,
}

/// Body of `POST /api/v1/covers/cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelCover {
    /// Which.
    pub cover: CoverId,
}

/// While somebody is away, a colleague answers for their clients, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cover {
    /// Names the period.
    pub id: CoverId,
    /// Who is away.
    pub away: StaffId,
    /// Their name.
    pub away_name: String,
    /// Who answers for their clients.
    pub covered_by: StaffId,
    /// Their name.
    pub covered_by_name: String,
    /// From when on.
    pub from: UnixMillis,
    /// Until when.
    pub until: UnixMillis,
    /// It has begun.
    pub running: bool,
}

/// Body of `POST /api/v1/requests/{id}/looking`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The desktop does not show the request any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
}

/// A colleague looks at a request now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Looking {
    /// At which.
    pub request: RequestId,
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
}

/// Answer of `GET /api/v1/staff`: everybody who may act, by name, the caller too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Colleagues {
    /// Them.
    pub colleagues: Vec<Colleague>,
    /// Who covers for whom, now and in time to come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<Cover>>", optional))]
    pub covers: Vec<Cover>,
}

/// A staff member as the others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Colleague {
    /// Id.
    pub id: StaffId,
    /// Name.
    pub name: String,
    /// What they may see and do.
    pub role: Role,
    /// A desktop of theirs is connected now.
    pub connected: bool,
    /// In a session until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub in_session_until: Option<UnixMillis>,
}
