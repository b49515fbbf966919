//! The most likely cause of a failed sign-in, as a code with its facts.

use serde::{Deserialize, Serialize};

use crate::{ServerReply, UnixMillis};

/// Why the client is not in. The words for it live in the window's catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// What they typed is no address on file.
    AddressUnknown,
    /// What they typed is no address on file, but one slip away from one client's: `near`
    /// says whose, masked (RULES A2).
    AddressNearMiss,
    /// No link was asked for with this address in the last day.
    NothingAsked,
    /// Their mail server refused the mail for good, for a reason that is none of those
    /// below; its words are in `reply`, here as in each cause about a mail.
    MailRefused,
    /// Their mail server asked to try again later, likewise. `until` is the next try, here
    /// as in each cause below that has one.
    MailDeferred,
    /// Their mail server says that there is no such mailbox.
    MailboxUnknown,
    /// The part of their address after the @ does not exist, or takes no mail.
    DomainUnknown,
    /// Their address is not written as an address is.
    AddressMalformed,
    /// Their mailbox has no room.
    MailboxFull,
    /// Their mailbox is there, but closed.
    MailboxDisabled,
    /// Their mail server takes a first mail on the second try only.
    Greylisted,
    /// Their mail server does not answer, or cannot take mail just now.
    ServerUnreachable,
    /// Their mail server says that mail comes too fast.
    MailTooFast,
    /// Their mail server took the mail for unwanted mail.
    MailUnwanted,
    /// Their mail server could not make sure that the mail is the practice's (SPF, DKIM,
    /// DMARC): concerns every client.
    SenderCheckFailed,
    /// The practice's own mail server does not answer, or passes nothing on: concerns
    /// every client.
    PracticeMailDown,
    /// The mail has not left yet.
    MailOnItsWay,
    /// Accepted by their mail server at `at`, but the link was never opened.
    AcceptedNotOpened,
    /// Accepted, and opened at `at` by a mail scanner alone: the link is still valid.
    ScannerOpened,
    /// The link of `at` was opened after a newer one was sent at `other_at`.
    OlderLinkOpened,
    /// The link was used already, at `at`; where is not known.
    LinkUsed,
    /// The link was used already, at `at`, in the same browser.
    LinkUsedHere,
    /// The link was used already, at `at`, in another browser than the one that tried now.
    LinkUsedElsewhere,
    /// The link was opened at `at`, but not whole: a mail program had changed it.
    LinkDamaged,
    /// The link was older than 24 h when it was opened.
    LinkTooOld,
    /// The link of `at` was ended by staff or by a change of the contact details.
    LinkVoided,
    /// The newest ask, at `at`, was held back by a limit and sent nothing; the mail that
    /// went out before it is the newest. `count` is how many were held back.
    HeldBack,
    /// No mail goes to this client's mailbox, by agreement.
    NoMail,
    /// Nothing is sent to this mailbox since it sent a mail back or marked one as junk, at
    /// `at`, until staff lift it.
    Suppressed,
    /// Staff let mail go to this mailbox again, at `at`, and no link was sent since.
    SuppressionLifted,
    /// The address on file was corrected, at `at`, and no link was sent there since.
    AddressCorrected,
    /// Mail to clients is held back since the database was restored, at `at`, until an
    /// admin has confirmed the contact plans.
    MailHeld,
    /// The link of `at` ended when the database was restored, at `other_at`.
    LinkEnded,
    /// Several people use this mailbox: they must say who they are by PIN.
    SharedAddress,
    /// Several people use this mailbox, and the name typed at `at` fits none of them.
    SharedNameUnknown,
    /// Several people use this mailbox, and the link was sent for another one than the
    /// person whose name was typed at `at`.
    SharedOtherPerson,
    /// The client's access is disabled.
    AccessDisabled,
    /// A PIN was typed wrong; `count` times today.
    PinWrong,
    /// The PIN of `at` ran out before it was typed, at `other_at`.
    PinExpired,
    /// The PIN was typed in another browser than the one it was issued for, at `at`.
    PinInOtherBrowser,
    /// Their browser keeps no cookies, as was seen at `at`: no link and no PIN works there.
    CookiesBlocked,
    /// The clock of their device is `minutes` ahead, or behind where that is negative, so
    /// that times in mails and on pages seem wrong.
    ClockWrong,
    /// They signed in since, at `at`.
    SignedInSince,
    /// The service saw nothing that explains it.
    CannotTell,
    /// A cause from a newer version.
    #[serde(other)]
    Unknown,
}

/// How sure the diagnosis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The service saw it happen.
    Certain,
    /// It fits what was seen, and nothing fits better.
    Likely,
    /// A guess worth asking about.
    Possible,
    /// A word from a newer version.
    #[serde(other)]
    Unknown,
}

/// The one act that is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Call the number on file and issue a PIN.
    CallAndIssuePin,
    /// Call the number on file: something there has to change before a link or a PIN works.
    Call,
    /// Send a new sign-in link.
    ResendLink,
    /// Ask the client which address they use; nothing can be sent.
    CheckAddress,
    /// Let mail go again to a mailbox that a bounce or a complaint has closed.
    LiftSuppression,
    /// Ask the client for the right address, and put it on file.
    CorrectAddress,
    /// Nothing to do now; look again in a few minutes.
    Wait,
    /// Nothing to do.
    Nothing,
    /// An action from a newer version.
    #[serde(other)]
    Unknown,
}

/// What the sentence about the cause is filled with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct Facts {
    /// The moment the cause is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixMillis>,
    /// A second moment to hold against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_at: Option<UnixMillis>,
    /// When something will happen by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMillis>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The remote mail server's own words: a stranger's text (RULES A5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<ServerReply>,
    /// How many minutes a clock is ahead; behind, where negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i32>,
    /// The subject of the mail to look for, in the language it was sent in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whose address was nearly typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<NearMiss>,
}

/// A client whose address on file was nearly typed: nobody is attached by that (RULES A2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct NearMiss {
    /// The name, masked to its initials.
    pub initials: String,
    /// The clinician who answers for the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinician: Option<String>,
}

/// Cause, certainty, facts, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Diagnosis {
    /// Why the client is not in.
    pub cause: Cause,
    /// How sure that is.
    pub confidence: Confidence,
    /// The one recommended act.
    pub action: Action,
    /// Fills the sentence.
    pub facts: Facts,
    /// Indices into the request's timeline that led to the cause.
    pub evidence: Vec<u32>,
}
