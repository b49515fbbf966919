//! The help request, whole, as it stands: what the feed carries.

use serde::{Deserialize, Serialize};

use crate::{
    Assigned, Cause, ClientId, Diagnosis, PinId, Position, RequestId, SignInMethod, StaffId,
    TimelineEntry, UnixMillis,
};

/// A help request as it now stands. Applying the same document twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HelpRequest {
    /// Its id.
    pub id: RequestId,
    /// The position of the last event that changed it.
    pub position: Position,
    /// Where it stands.
    pub state: RequestState,
    /// When the client asked for help, or the service did.
    pub created_at: UnixMillis,
    /// Who asked.
    #[serde(default)]
    pub raised_by: RaisedBy,
    /// Who it is from.
    pub who: Who,
    /// What they wrote, controls and bidi stripped: a stranger's text (RULES A5).
    pub message: Option<String>,
    /// The two words on the client's waiting page: staff say the first, the
    /// client answers with the second. They name the browser, never the person.
    pub match_words: [String; 2],
    /// The browser that waits.
    pub browser: Browser,
    /// The person who opened it first.
    pub seen: Option<Seen>,
    /// Whose it is, by opening it or by a colleague's act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub assigned: Option<Assigned>,
    /// Whose desktops ring for it, while nobody has opened it; others only list it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub rings: Option<Vec<StaffId>>,
    /// Since when it has waited for too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub escalated_at: Option<UnixMillis>,
    /// Since when it waits for the practice, whatever its state: the client has written,
    /// or it was frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub waits_since: Option<UnixMillis>,
    /// The client has signed in: free text can be written to them, and they answer (RULES P5).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
    pub can_write: bool,
    /// The client's next session at the practice, or the one that runs, where the practice has
    /// imported its calendar and the request is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub session: Option<ClientSession>,
    /// Who said that this is not their client, and when: nothing more is done with the request,
    /// and its browser gets nowhere, until an admin lifts that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub frozen: Option<Seen>,
    /// The number on file, and whom to ask for.
    pub call_back: Option<CallBack>,
    /// How a PIN may be issued.
    pub tier: Tier,
    /// A new mail address that waits to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub new_address: Option<NewAddress>,
    /// The most likely cause and what to do.
    pub diagnosis: Diagnosis,
    /// What kept the client out before a sign-in ended it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cause_before: Option<Cause>,
    /// The newest mail with a sign-in link to this client.
    pub mail: Option<MailStatus>,
    /// The newest PIN.
    pub pin: Option<PinStatus>,
    /// The fixed phrases sent so far, oldest first.
    pub replies: Vec<ReplySent>,
    /// How it ended.
    pub solved: Option<Solved>,
    /// What the service saw, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// When a client is with the clinician.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientSession {
    /// From when.
    pub from: UnixMillis,
    /// Until when.
    pub until: UnixMillis,
}

/// Where a request stands; the state is shared by all staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody has opened it.
    New,
    /// Somebody has.
    Looking,
    /// Staff acted; the client is next.
    WaitingForClient,
    /// The client is in, or staff closed it.
    Solved,
    /// A state from a newer version.
    #[serde(other)]
    Unknown,
}

/// Who raised a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RaisedBy {
    /// The client, in the browser that waits.
    #[default]
    Client,
    /// The service: the client asked for links and is not in. No browser waits.
    Service,
    /// A word from a newer version.
    #[serde(other)]
    Unknown,
}

/// Who a request is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Who {
    /// The client on file whom the typed address belongs to, where there is exactly one.
    pub client: Option<ClientId>,
    /// The name on file to list it under.
    pub name: Option<String>,
    /// The name to use in a sentence (preferred or first name).
    pub first_name: Option<String>,
    /// The clinician who answers for the client.
    pub clinician: Option<String>,
    /// What was typed into "who you are": unproven, a stranger's text (RULES A5).
    pub typed: String,
    /// True where several people use the address.
    pub shared_address: bool,
}

/// The browser that waits, without anything that names a place or a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Browser {
    /// The waiting page was open within the last 30 s of `as_of`.
    pub waiting: bool,
    /// When the waiting page last asked.
    pub last_seen_at: UnixMillis,
    /// Signed in from this browser before.
    pub known: bool,
    /// Which of our pages it opened last, where a person has opened the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub page: Option<PageSeen>,
}

/// A page that a browser opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PageSeen {
    /// Which.
    pub page: ClientPage,
    /// When.
    pub at: UnixMillis,
}

/// The pages of clients, as staff call them on the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ClientPage {
    /// The field for the mail address.
    SignIn,
    /// "Look in your mail."
    LinkSent,
    /// What a link opens: the button, or that it no longer works.
    LinkOpened,
    /// "I can't sign in."
    Help,
    /// The two words, and the PIN field.
    Waiting,
    /// The same for somebody on the phone: address first.
    Pin,
    /// Several people share the mailbox: the name.
    Who,
    /// Signed in.
    SignedIn,
    /// Left by the quick exit.
    Left,
    /// A page from a newer version.
    #[serde(other)]
    Unknown,
}

/// A person opened the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Seen {
    /// Who.
    pub by: String,
    /// When.
    pub at: UnixMillis,
}

/// The number on file: never the one that called or was typed (RULES P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CallBack {
    /// The number on file as it is written there; none on file is `None`.
    pub phone: Option<String>,
    /// It changed within 7 days: a call to it confirms no new mail address (RULES P1).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
    pub phone_is_new: bool,
    /// What name to ask for.
    pub ask_for: String,
    /// BCP 47 language of the client, where it is on file.
    pub language: Option<String>,
}

/// A mail address that was put on file and that gets nothing until it is confirmed
/// (RULES P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewAddress {
    /// Names the change.
    pub change: String,
    /// The address.
    pub address: String,
    /// Which staff member put it on file: somebody else has to confirm it, or a call, or the
    /// client. None where an import brought it.
    pub by: Option<String>,
    /// When.
    pub at: UnixMillis,
    /// A call to the number on file confirms it, too: it is there for more than 7 days.
    pub by_call: bool,
}

/// How staff know who it is (RULES, "Issuing a PIN").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// "I called the number on file."
    CalledNumberOnFile,
    /// "With me now", in the room or on video.
    WithMe,
    /// The voice word matched (checked by the service, not by the staff member).
    VoiceWord,
    /// A word from a newer version.
    #[serde(other)]
    Unknown,
}

/// What it takes to issue a PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "tier", rename_all = "snake_case")]
pub enum Tier {
    /// One staff member's statement.
    Normal {
        /// The evidence that can be stated here and now.
        evidence: Vec<Evidence>,
    },
    /// A second staff member has to state how they know as well.
    Guarded {
        /// The evidence that can be stated.
        evidence: Vec<Evidence>,
        /// Why it is guarded.
        reason: TierReason,
        /// Who has stated it already (within 10 min); a different person must be next.
        first: Option<Seen>,
    },
    /// No PIN can be issued now.
    Closed {
        /// Why.
        code: crate::ErrorCode,
    },
    /// A tier from a newer version.
    #[serde(other)]
    Unknown,
}

/// Why a PIN is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TierReason {
    /// An address or phone number changed less than 7 days ago.
    ContactChanged,
    /// Staff picked the browser by its words; no address of the client was typed in it.
    BrowserPicked,
    /// A reason from a newer version.
    #[serde(other)]
    Unknown,
}

/// A mail server's answer: reply code, enhanced code (RFC 3463), its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ServerReply {
    /// Three digits, 0 where no server answered.
    pub code: u16,
    /// `4.2.2`, where given.
    pub enhanced: Option<String>,
    /// The server's words, controls stripped, at most 300 characters.
    pub words: String,
}

/// Where the newest mail is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MailStatus {
    /// What became of it.
    pub fate: MailFate,
    /// Since when.
    pub at: UnixMillis,
    /// The next try, while deferred.
    pub next_at: Option<UnixMillis>,
    /// What the server said.
    pub reply: Option<ServerReply>,
}

/// The fate of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MailFate {
    /// In our queue.
    Queued,
    /// Being handed over.
    Sending,
    /// Taken by the mail server.
    Accepted,
    /// To be tried again.
    Deferred,
    /// Refused for good.
    Refused,
    /// Not sent: no mail goes to this mailbox.
    NotSent,
    /// Taken, and come back later: it did not arrive.
    Bounced,
    /// Taken, and waiting at a server on the way.
    Delayed,
    /// It arrived and was marked as junk.
    Complained,
    /// A fate from a newer version.
    #[serde(other)]
    Unknown,
}

/// The newest PIN, without its digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PinStatus {
    /// Its id.
    pub id: PinId,
    /// Live, or how it ended.
    pub state: PinState,
    /// Who issued it.
    pub by: String,
    /// When.
    pub issued_at: UnixMillis,
    /// When it ends by itself (10 min).
    pub expires_at: UnixMillis,
}

/// The life of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// Can be typed.
    Live,
    /// Signed the client in.
    Used,
    /// Revoked by staff, or voided by a newer one.
    Revoked,
    /// Ten minutes are over.
    Expired,
    /// Closed by too many wrong tries.
    Locked,
    /// A state from a newer version.
    #[serde(other)]
    Unknown,
}

/// A phrase on the waiting page: before sign-in staff send only these (RULES P5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "phrase", rename_all = "snake_case")]
pub enum Phrase {
    /// "I'll call within 10 minutes."
    CallWithinTenMinutes,
    /// "I'll call after my session, at about …"
    AfterMySession {
        /// When the session ends.
        at: UnixMillis,
    },
    /// "I sent a new link. Please try it."
    TryTheNewLink,
    /// A phrase from a newer version.
    #[serde(other)]
    Unknown,
}

/// A phrase that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReplySent {
    /// When.
    pub at: UnixMillis,
    /// Who.
    pub by: String,
    /// What.
    pub phrase: Phrase,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Solved {
    /// When.
    pub at: UnixMillis,
    /// How.
    pub how: SolvedHow,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum SolvedHow {
    /// The client is in.
    SignedIn {
        /// By which method.
        method: SignInMethod,
    },
    /// A staff member closed it.
    ByStaff {
        /// Who.
        by: String,
    },
    /// The service had raised it, and the client has asked for help since: a newer request.
    AskedForHelp,
    /// A way from a newer version.
    #[serde(other)]
    Unknown,
}
