//! What became of the newest mail.

use latchkey_protocol::{
    Action, Cause, Confidence, Diagnosis, Happening, Opener, ServerReply, UnixMillis,
};

use super::{Filled as _, Sentence as _, queued};
use crate::clock::{DAY, MINUTE};
use crate::diagnosis::timeline::{Found, Timeline};
use crate::mail::cause::{self, MailCause};

/// A mail that was accepted is given this long to be read before it counts as lost.
pub const TIME_TO_READ_MS: i64 = 5 * MINUTE;
/// A mail that is tried again within this time is worth waiting for.
const WORTH_WAITING_MS: i64 = 10 * MINUTE;

enum Mail {
    Waiting,
    NotSent,
    Accepted(ServerReply),
    Deferred(ServerReply, UnixMillis),
    Refused(ServerReply),
    Bounced(ServerReply),
    Delayed(ServerReply),
    Suppressed,
    Lifted,
    Corrected,
}

/// The fate of the newest mail of the last day.
pub(super) fn fate(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let newest = timeline.newest(UnixMillis(now.0 - DAY), |what| match what {
        Happening::MailQueued => Some(Mail::Waiting),
        Happening::MailNotSent => Some(Mail::NotSent),
        Happening::MailAccepted { reply } => Some(Mail::Accepted(reply.clone())),
        Happening::MailDeferred { reply, next_at } => Some(Mail::Deferred(reply.clone(), *next_at)),
        Happening::MailRefused { reply } => Some(Mail::Refused(reply.clone())),
        Happening::MailBounced { reply } => Some(Mail::Bounced(reply.clone())),
        Happening::MailDelayed { reply } => Some(Mail::Delayed(reply.clone())),
        Happening::MailSuppressed | Happening::MailComplained => Some(Mail::Suppressed),
        Happening::SuppressionLifted { .. } => Some(Mail::Lifted),
        Happening::AddressCorrected { .. } => Some(Mail::Corrected),
        _ => None,
    })?;
    let asked = queued(timeline, UnixMillis(now.0 - DAY));
    let mut evidence: Vec<u32> = asked.map(|asked| asked.place).into_iter().collect();
    if !evidence.contains(&newest.place) {
        evidence.push(newest.place);
    }
    let Found { place, at, what } = newest;
    let call = |cause: Cause| cause.certain(Action::CallAndIssuePin);
    Some(match what {
        Mail::Waiting => Cause::MailOnItsWay
            .certain(Action::Wait)
            .at(at)
            .because(&evidence),
        Mail::NotSent => call(Cause::NoMail).because(&evidence),
        Mail::Suppressed => Cause::Suppressed
            .certain(Action::LiftSuppression)
            .at(timeline.suppressed_since.unwrap_or(at))
            .because(&evidence),
        Mail::Lifted => Cause::SuppressionLifted
            .certain(Action::ResendLink)
            .at(at)
            .because(&[place]),
        Mail::Corrected => Cause::AddressCorrected
            .certain(Action::ResendLink)
            .at(at)
            .because(&[place]),
        Mail::Deferred(reply, next_at) => {
            let cause = said_here(&reply).unwrap_or(Cause::MailDeferred);
            let soon = cause == Cause::Greylisted && next_at.0 - at.0 <= WORTH_WAITING_MS;
            let action = if soon {
                Action::Wait
            } else {
                Action::CallAndIssuePin
            };
            let found = cause.certain(action).at(at).until(Some(next_at));
            found.reply(reply).because(&evidence)
        }
        Mail::Refused(reply) => {
            let cause = said_here(&reply).unwrap_or(Cause::MailRefused);
            gone(cause).at(at).reply(reply).because(&evidence)
        }
        Mail::Bounced(reply) => {
            let cause = said_in_a_report(&reply).unwrap_or(Cause::MailRefused);
            gone(cause).at(at).reply(reply).because(&evidence)
        }
        Mail::Delayed(reply) => {
            let cause = said_in_a_report(&reply).unwrap_or(Cause::MailDeferred);
            call(cause).at(at).reply(reply).because(&evidence)
        }
        Mail::Accepted(reply) => {
            let mail = Found {
                place,
                at,
                what: reply,
            };
            accepted(timeline, now, mail, evidence)
        }
    })
}

/// What is refused for good: where the address is at fault, another one is needed.
fn gone(cause: Cause) -> Diagnosis {
    cause.certain(match cause {
        Cause::MailboxUnknown | Cause::DomainUnknown | Cause::AddressMalformed => {
            Action::CorrectAddress
        }
        _ => Action::CallAndIssuePin,
    })
}

/// What our own mail server says of a mail, or its silence. Where it wants another sign-in,
/// or passes nothing on for us, no mail to anybody leaves.
pub(crate) fn said_here(reply: &ServerReply) -> Option<Cause> {
    let silent = reply.code == 0 && reply.enhanced.is_none();
    let wants_sign_in = matches!(reply.code, 530 | 535 | 538);
    let passes_nothing_on = reply.words.to_lowercase().contains("relay");
    if silent || wants_sign_in || passes_nothing_on {
        return Some(Cause::PracticeMailDown);
    }
    said_in_a_report(reply)
}

/// The cause that a server's words stand for, where it is one of its own.
pub(crate) fn said_in_a_report(reply: &ServerReply) -> Option<Cause> {
    let code = (reply.code != 0).then_some(reply.code);
    Some(
        match cause::of(reply.enhanced.as_deref(), code, &reply.words) {
            MailCause::NoMailbox => Cause::MailboxUnknown,
            MailCause::NoDomain => Cause::DomainUnknown,
            MailCause::BadAddress => Cause::AddressMalformed,
            MailCause::MailboxFull => Cause::MailboxFull,
            MailCause::MailboxDisabled => Cause::MailboxDisabled,
            MailCause::Greylisted => Cause::Greylisted,
            MailCause::ServerUnreachable => Cause::ServerUnreachable,
            MailCause::TooFast => Cause::MailTooFast,
            MailCause::SpamOrPolicy => Cause::MailUnwanted,
            MailCause::SenderCheck => Cause::SenderCheckFailed,
            MailCause::TooLarge | MailCause::Complaint | MailCause::CannotTell => return None,
        },
    )
}

/// The mail arrived at the client's server: was its link opened?
fn accepted(
    timeline: &Timeline,
    now: UnixMillis,
    mail: Found<ServerReply>,
    mut evidence: Vec<u32>,
) -> Diagnosis {
    let opened = |by: fn(Opener) -> bool| {
        timeline
            .newest(mail.at, |what| match what {
                Happening::LinkOpened { opener, .. } => by(*opener).then_some(()),
                _ => None,
            })
            // A link opened in the same millisecond, but earlier, is another mail's.
            .filter(|opened| opened.after(&mail))
    };
    if let Some(opened) = opened(|by| by != Opener::Scanner) {
        evidence.push(opened.place);
        return Cause::CannotTell
            .sure(Confidence::Possible, Action::CallAndIssuePin)
            .at(opened.at)
            .because(&evidence);
    }
    let waited = now.0 - mail.at.0 >= TIME_TO_READ_MS;
    let (confidence, action) = if waited {
        (Confidence::Likely, Action::CallAndIssuePin)
    } else {
        (Confidence::Possible, Action::Wait)
    };
    let (cause, at) = match opened(|by| by == Opener::Scanner) {
        Some(scanner) => {
            evidence.push(scanner.place);
            (Cause::ScannerOpened, scanner.at)
        }
        None => (Cause::AcceptedNotOpened, mail.at),
    };
    cause
        .sure(confidence, action)
        .at(at)
        .reply(mail.what)
        .because(&evidence)
}
