//! What the client's own browser and device get wrong.

use latchkey_protocol::{
    Action, Cause, Confidence, Diagnosis, Happening, LinkRefusal, Opener, UnixMillis,
};

use super::{Filled as _, Sentence as _, queued};
use crate::clock::DAY;
use crate::diagnosis::timeline::Timeline;

/// The browser keeps no cookies, unless another one has been seen to since.
pub(super) fn no_cookies(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let day = UnixMillis(now.0 - DAY);
    let blocked = timeline.newest(day, |what| match what {
        Happening::CookiesBlocked { on_link } => Some(*on_link),
        _ => None,
    })?;
    let on_link = blocked.what;
    // What takes a cookie to come about at all.
    let kept = timeline.newest(day, |what| {
        let kept = match what {
            Happening::LinkOpened { opener, .. } => *opener != Opener::Scanner,
            Happening::LinkRefused { .. }
            | Happening::PinWrong { .. }
            | Happening::PinInOtherBrowser => true,
            // A form says so itself, right after it. Whose link meets no cookie may well
            // ask again on another device, which says nothing about the first.
            Happening::AskedForLink | Happening::AskHeldBack | Happening::AskedForHelp => !on_link,
            _ => false,
        };
        kept.then_some(())
    });
    if kept.is_some_and(|kept| kept.after(&blocked)) {
        return None;
    }
    Some(
        Cause::CookiesBlocked
            .sure(Confidence::Likely, Action::Call)
            .at(blocked.at)
            .because(&[blocked.place]),
    )
}

/// A mail program changed the newest link that was opened.
pub(super) fn damaged(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let since = UnixMillis(now.0 - 2 * DAY);
    let damaged = timeline.newest(since, |what| {
        matches!(what, Happening::LinkDamaged).then_some(())
    })?;
    let whole = timeline.newest(since, |what| match what {
        Happening::LinkOpened { opener, .. } => (*opener != Opener::Scanner).then_some(()),
        Happening::LinkRefused { why, .. } => (*why != LinkRefusal::Unknown).then_some(()),
        _ => None,
    });
    let newer = queued(timeline, since);
    if [whole, newer]
        .iter()
        .flatten()
        .any(|found| found.after(&damaged))
    {
        return None;
    }
    Some(
        Cause::LinkDamaged
            .certain(Action::CallAndIssuePin)
            .at(damaged.at)
            .because(&[damaged.place]),
    )
}

/// The device's clock explains what nothing explains better: the times in mails and on
/// pages are not those the client looks for.
pub(super) fn clock(timeline: &Timeline, found: &Diagnosis) -> Option<Diagnosis> {
    let unread = found.cause == Cause::AcceptedNotOpened && found.confidence == Confidence::Likely;
    if !unread && found.cause != Cause::CannotTell {
        return None;
    }
    let off = timeline.newest(UnixMillis(i64::MIN), |what| match what {
        Happening::ClockOff { minutes } => Some(*minutes),
        _ => None,
    })?;
    let asked = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(
            what,
            Happening::AskedForLink | Happening::AskHeldBack | Happening::AskedForHelp
        )
        .then_some(())
    });
    // Each form says it right after; one that did not came from a device that is right.
    if asked.is_some_and(|asked| asked.after(&off)) {
        return None;
    }
    let mut evidence = found.evidence.clone();
    evidence.push(off.place);
    let mut diagnosis = Cause::ClockWrong
        .sure(Confidence::Possible, Action::CallAndIssuePin)
        .at(off.at)
        .because(&evidence);
    diagnosis.facts.minutes = Some(off.what);
    Some(diagnosis)
}
