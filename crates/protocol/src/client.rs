//! Clients as staff find them without a request, and as they read one.

use serde::{Deserialize, Serialize};

use crate::{
    CallBack, ClientId, Diagnosis, Evidence, PinStatus, RaisedBy, RequestId, Tier, TimelineEntry,
    UnixMillis,
};

/// Answer of `GET /api/v1/clients`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientsFound {
    /// Best first; at most twenty.
    pub clients: Vec<ClientFound>,
    /// There are more than fit: another letter narrows it down.
    #[serde(default)]
    pub more: bool,
}

/// A client in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientFound {
    /// Its id.
    pub id: ClientId,
    /// First and last name.
    pub name: String,
    /// What the client likes to be called, where that is another name.
    pub called: Option<String>,
    /// Whose the addresses are that sign in for this client.
    pub holders: Vec<Holder>,
    /// The clinician who answers for the client.
    pub clinician: Option<String>,
    /// Access is disabled.
    #[serde(default)]
    pub disabled: bool,
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The client's own.
    #[serde(rename = "self")]
    OneSelf,
    /// A parent's.
    Parent,
    /// A guardian's.
    Guardian,
    /// A partner's.
    Partner,
    /// Somebody else's, or a word from a newer version.
    #[serde(other)]
    Other,
}

/// One client, as a staff member reads it who has the client on the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientFile {
    /// Who.
    pub client: ClientFound,
    /// The number on file, and whom to ask for.
    pub call_back: CallBack,
    /// When it was put together.
    pub as_of: UnixMillis,
    /// How many devices are kept signed in.
    #[serde(default)]
    pub devices: u32,
    /// When the client last signed in.
    #[serde(default)]
    pub signed_in_at: Option<UnixMillis>,
    /// What it takes to issue a PIN to a browser that waits with this client's address.
    pub tier: Tier,
    /// The most likely cause, where the client has tried to sign in these days.
    pub diagnosis: Option<Diagnosis>,
    /// The client's open requests, newest first.
    #[serde(default)]
    pub waiting: Vec<OpenRequest>,
    /// The newest PIN of the last day.
    #[serde(default)]
    pub pin: Option<PinStatus>,
    /// What the service saw, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// An open request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpenRequest {
    /// Its id.
    pub id: RequestId,
    /// Who raised it: for one that the service raised no browser waits.
    #[serde(default)]
    pub raised_by: RaisedBy,
    /// The words on the page of its browser.
    pub match_words: [String; 2],
    /// When it was raised.
    pub created_at: UnixMillis,
    /// The page with the words is open now.
    pub here: bool,
}

/// Body of `POST /api/v1/clients/{id}/pin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssueClientPin {
    /// How staff know who it is.
    pub evidence: Evidence,
    /// One of the two words that the client reads out, or both: they name the browser.
    pub match_word: String,
}
