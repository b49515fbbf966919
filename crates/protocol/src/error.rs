//! Stable error codes and the problem document that carries them (RFC 9457).

use serde::{Deserialize, Serialize};

use crate::UnixMillis;

/// Why something was refused. Codes are stable; words live in the catalogues.
/// Add a code only when a consumer acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body, a field or a parameter is not what the endpoint takes.
    BadRequest,
    /// No, or no longer, a valid access token; sign in again.
    NotSignedIn,
    /// Signed in, but this is not theirs to see or do.
    NotAllowed,
    /// Nothing of that id, or nothing this staff member may see.
    NotFound,
    /// The same idempotency key came with a different body.
    KeyReused,
    /// A colleague issued a PIN or link for this client within 60 s (RULES P4).
    JustIssued,
    /// The PIN of this very call got no answer, and staff have revoked it since; a new call
    /// issues another.
    PinRevoked,
    /// A colleague has the request, and had not when the caller looked.
    Taken,
    /// There is no such colleague, or not any more.
    ColleagueGone,
    /// Somebody covers for them in that time already.
    CoverOverlaps,
    /// The colleague is away in that time, and covered themselves.
    ColleagueAway,
    /// Guarded: a second staff member has to state how they know, too (RULES P1).
    SecondPersonNeeded,
    /// Three PINs within 24 h (RULES S4).
    TooManyPins,
    /// Five wrong tries within 24 h: PINs are closed for this client (RULES S4).
    TriesUsedUp,
    /// The request is not matched to a client on file.
    NoClient,
    /// The client's access is disabled.
    ClientDisabled,
    /// No mail goes to this client's mailbox.
    NoMail,
    /// Nothing is sent to this mailbox since a bounce or a complaint, until staff lift it.
    Suppressed,
    /// Mail to clients is held back until an admin has confirmed the contact plans.
    MailHeld,
    /// No address on file to send to.
    NoAddress,
    /// A link was sent less than two minutes ago (RULES S1).
    HeldBack,
    /// What was typed is no mail address.
    AddressMalformed,
    /// It is the client's address on file already.
    AddressSame,
    /// It is on file for somebody else.
    AddressTaken,
    /// The client has several addresses, and which one goes is not said.
    AddressSeveral,
    /// Neither a second person nor a call to a number that is long enough on file.
    AddressUnproven,
    /// That change of an address is not waiting any more.
    AddressNotWaiting,
    /// The guide was sent to this mailbox within the last day.
    GuideSentToday,
    /// The client is in already.
    AlreadySolved,
    /// No browser that could be this client's waits under that match word.
    NobodyWaiting,
    /// More than one browser shows that match word: both words tell them apart.
    SeveralWaiting,
    /// The note is longer than it may be; nothing of it was kept.
    TooLong,
    /// This request has as many notes as it may have.
    TooManyNotes,
    /// Staff said that this is not their client; an admin can lift that.
    Frozen,
    /// The client has not signed in since: only fixed phrases can be sent (RULES P5).
    ClientNotIn,
    /// This conversation has as many messages as it may have.
    ConversationFull,
    /// Too many calls; try again after the time given.
    TooMany,
    /// The service could not do it now; nothing was changed.
    Unavailable,
    /// No network, or the service does not answer (said by the agent).
    Offline,
    /// This computer could not keep it: its disk is full or failing (said by the agent).
    NotKept,
    /// Latchkey is locked on that desktop (said by the agent).
    Locked,
    /// The call went out and no answer came: whether it was done is not known (said by
    /// the agent). Repeated soon, it is the same act.
    NoAnswer,
    /// A code from a newer version.
    #[serde(other)]
    Unknown,
}

/// RFC 9457 problem details. `type` is `about:blank`; `code` is what programs read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// One English sentence for a developer.
    pub title: String,
    /// Which field or line, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The name of the staff member it concerns (`just_issued`, `pin_revoked`, `taken`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When that was (`taken`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixMillis>,
    /// When it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<UnixMillis>,
}
