//! What the event stream at `/api/v1/feed` carries (HTML's event-stream format).
//!
//! Each event's `id` is a [`Position`](crate::Position). `request` carries a whole
//! [`HelpRequest`](crate::HelpRequest); a reader never merges. A comment line
//! comes every 15 s, so silence of 45 s means a dead connection.

use serde::{Deserialize, Serialize};

use crate::RequestId;

/// SSE event name: data is a `HelpRequest` as it now stands.
pub const FEED_EVENT_REQUEST: &str = "request";
/// SSE event name: data is a [`Gone`].
pub const FEED_EVENT_GONE: &str = "gone";
/// SSE event name: drop everything, what follows is the whole state. No data.
pub const FEED_EVENT_RESET: &str = "reset";
/// SSE event name: data is every [`MailOutage`](crate::MailOutage) there is now, a list.
/// It has no `id`: it is how things stand, not a change, and comes when a stream opens
/// while there is one, and at each change.
pub const FEED_EVENT_OUTAGES: &str = "outages";

/// SSE event name: data is every [`Looking`](crate::Looking) of colleagues there is now, a list,
/// of requests in this reader's view. Like `outages` it has no `id`, and comes when a stream
/// opens while somebody looks, and at each change.
pub const FEED_EVENT_PRESENCE: &str = "presence";

/// SSE event name: data is every [`Cover`](crate::Cover) that runs or is to come and that this
/// reader has part in, a list. Like `outages` it has no `id`, and comes when a stream opens while
/// there is one, and at each change.
pub const FEED_EVENT_COVERS: &str = "covers";

/// A document left this reader's view: erase it from cache and index (RULES V2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gone {
    /// What to erase.
    pub request: RequestId,
    /// Why.
    pub reason: GoneReason,
}

/// Why a document left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GoneReason {
    /// Not on this caseload any more.
    NotYours,
    /// Its time of keeping is over.
    Retention,
    /// A reason from a newer version.
    #[serde(other)]
    Unknown,
}
