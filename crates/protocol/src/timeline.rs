//! Everything the service saw about one client's sign-in, in order.

use serde::{Deserialize, Serialize};

use crate::{Evidence, Phrase, ServerReply, UnixMillis};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TimelineEntry {
    /// When.
    pub at: UnixMillis,
    /// What.
    pub what: Happening,
}

/// What can happen on the way in. `by` is a staff member's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// The client asked for a sign-in link.
    AskedForLink,
    /// An ask that was held back: one had just been sent, or ten today (RULES S1).
    AskHeldBack,
    /// A link was put in the mail queue.
    MailQueued,
    /// No mail goes to this mailbox; none was sent.
    MailNotSent,
    /// The client's mail server took the mail.
    MailAccepted {
        /// Its words.
        reply: ServerReply,
    },
    /// The mail server asked to try again.
    MailDeferred {
        /// Its words.
        reply: ServerReply,
        /// The next try.
        next_at: UnixMillis,
    },
    /// The mail server refused for good.
    MailRefused {
        /// Its words.
        reply: ServerReply,
    },
    /// The mail came back: it did not arrive.
    MailBounced {
        /// What the server said that had it last.
        reply: ServerReply,
    },
    /// The mail waits at a server on the way, which keeps trying.
    MailDelayed {
        /// What the next server said.
        reply: ServerReply,
    },
    /// The mail was marked as junk where it arrived.
    MailComplained,
    /// No mail was sent: a bounce or a complaint has closed this mailbox.
    MailSuppressed,
    /// Staff let mail go to this mailbox again.
    SuppressionLifted {
        /// Who.
        by: String,
    },
    /// A sign-in link was opened (which never consumes it, RULES S2).
    LinkOpened {
        /// When that link was sent.
        sent_at: UnixMillis,
        /// In the browser that asked for it.
        same_browser: bool,
        /// Who it was, as far as can be told.
        #[serde(default)]
        opener: Opener,
    },
    /// Somebody tried to continue with a link that no longer works.
    LinkRefused {
        /// When that link was sent.
        sent_at: UnixMillis,
        /// Which rule hit.
        why: LinkRefusal,
        /// When and where it was used, where that is the rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        used: Option<LinkUse>,
    },
    /// A sign-in link was opened that was not whole: a mail program had changed it.
    LinkDamaged,
    /// The browser keeps no cookies.
    CookiesBlocked {
        /// Seen as a link was opened; otherwise as a form was sent.
        on_link: bool,
    },
    /// The clock of the device is wrong.
    ClockOff {
        /// How many minutes it is ahead; behind, where negative.
        minutes: i32,
    },
    /// Somebody at a mailbox that several people share typed a name.
    NameTyped {
        /// Whom it fits.
        fits: NameFit,
    },
    /// Signed in.
    SignedIn {
        /// How.
        method: SignInMethod,
    },
    /// Asked for help.
    AskedForHelp,
    /// The service raised a request: links were asked for, and nobody signed in.
    SeemsStuck {
        /// How often a link was asked for.
        asks: u32,
    },
    /// A person at the practice opened the request.
    Seen {
        /// Who.
        by: String,
    },
    /// It became somebody's, or nobody's.
    Assigned {
        /// Who did it; nobody, where the service or its operator did.
        by: Option<String>,
        /// Whose it is.
        to: Option<String>,
    },
    /// Staff said by the match words that this browser is the client's.
    BrowserPicked {
        /// Who.
        by: String,
    },
    /// Nobody had reacted for too long: front desk and admins were rung.
    Escalated,
    /// Staff stated how they know who it is; a second person must, too.
    SecondPersonAsked {
        /// Who stated it first.
        by: String,
    },
    /// A PIN was issued.
    PinIssued {
        /// By whom.
        by: String,
        /// On what evidence.
        evidence: Evidence,
    },
    /// A wrong PIN was typed.
    PinWrong {
        /// How many tries are left in these 24 h.
        tries_left: u32,
    },
    /// A PIN was typed in another browser than the one it was issued for.
    PinInOtherBrowser,
    /// The PIN was revoked.
    PinRevoked {
        /// By whom.
        by: String,
    },
    /// The PIN ran out after 10 minutes.
    PinExpired,
    /// Staff sent a new link.
    LinkResent {
        /// Who.
        by: String,
    },
    /// A new mail address was put on file; it gets nothing until it is confirmed.
    AddressProposed {
        /// Which staff member; none where an import brought it.
        by: Option<String>,
    },
    /// The new address counts from now on.
    AddressCorrected {
        /// Who confirmed it, where staff did.
        by: Option<String>,
        /// How.
        how: AddressProof,
    },
    /// Staff sent the steps of how to sign in, by mail.
    GuideSent {
        /// Who.
        by: String,
    },
    /// Staff sent a fixed phrase to the waiting page.
    ReplySent {
        /// Who.
        by: String,
        /// Which.
        phrase: Phrase,
    },
    /// Staff said that this is not their client: the request and its browser are frozen.
    NotMyClient {
        /// Who.
        by: String,
    },
    /// An admin lifted that.
    FreezeLifted {
        /// Who.
        by: String,
    },
    /// Staff wrote to the signed-in client (RULES P5).
    MessageSent {
        /// Who.
        by: String,
        /// What, until it is past its time and erased.
        text: Option<String>,
    },
    /// The client has read everything that staff wrote until now.
    MessageRead,
    /// The signed-in client wrote.
    ClientWrote {
        /// What, until it is past its time and erased.
        text: Option<String>,
    },
    /// Staff wrote a note for each other; the client never sees it.
    NoteAdded {
        /// Who.
        by: String,
        /// What, until it is past its time and erased.
        text: Option<String>,
    },
    /// Staff closed the request.
    ClosedByStaff {
        /// Who.
        by: String,
    },
    /// Something from a newer version.
    #[serde(other)]
    Unknown,
}

/// Who opened a link, read from the request alone. It explains, and decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    /// A person's browser.
    Person,
    /// A mail scanner, or a program that fetches previews.
    Scanner,
    /// Neither can be told, or a word from a newer version.
    #[default]
    #[serde(other)]
    Unclear,
}

/// When and where a link was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LinkUse {
    /// When.
    pub at: UnixMillis,
    /// In the browser that tried it again.
    pub here: bool,
}

/// Whom a name fits that was typed at a shared mailbox (RULES C9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NameFit {
    /// One of the people who share it.
    One,
    /// None of them, or more than one.
    Nobody,
    /// Another one than the person the link was sent for.
    Other,
    /// A word from a newer version.
    #[serde(other)]
    Unknown,
}

/// Which rule a dead link met (RULES S3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LinkRefusal {
    /// Used already.
    Used,
    /// A newer link was sent.
    Replaced,
    /// Older than 24 h.
    TooOld,
    /// Staff or a change of the contact details voided it.
    Voided,
    /// A word from a newer version.
    #[serde(other)]
    Unknown,
}

/// What confirmed a new mail address (RULES P1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AddressProof {
    /// A call to the number on file.
    Call,
    /// Another staff member than the one who put it on file.
    SecondPerson,
    /// The client, signed in.
    Client,
    /// A proof from a newer version.
    #[serde(other)]
    Unknown,
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// By sign-in link.
    Link,
    /// By PIN.
    Pin,
    /// A method from a newer version.
    #[serde(other)]
    Unknown,
}
