//! What became of the links that were asked for.

use latchkey_protocol::{
    Action, Cause, Confidence, Diagnosis, Happening, LinkRefusal, LinkUse, UnixMillis,
};

use super::{Filled as _, Sentence as _, queued};
use crate::clock::DAY;
use crate::diagnosis::timeline::Timeline;
use crate::link::queue::A_DAY;

/// The newest try at a dead link, unless a newer link has been asked for since.
pub(super) fn dead(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let since = UnixMillis(now.0 - 2 * DAY);
    let refused = timeline.newest(since, |what| match what {
        Happening::LinkRefused { sent_at, why, used } => Some((*sent_at, *why, *used)),
        _ => None,
    })?;
    if queued(timeline, since).is_some_and(|asked| asked.after(&refused)) {
        return None;
    }
    let (sent_at, why, used) = refused.what;
    let mut evidence = vec![refused.place];
    let resend = |cause: Cause| cause.certain(Action::ResendLink);
    Some(match why {
        LinkRefusal::Replaced => {
            let newer = timeline
                .entries
                .iter()
                .enumerate()
                .find(|(_, entry)| {
                    entry.at > sent_at && matches!(entry.what, Happening::MailQueued)
                })
                .and_then(|(index, entry)| Some((u32::try_from(index).ok()?, entry.at)));
            evidence.extend(newer.map(|(place, _)| place));
            resend(Cause::OlderLinkOpened)
                .at(sent_at)
                .other_at(newer.map(|(_, at)| at))
                .because(&evidence)
        }
        LinkRefusal::Used => {
            let entered = timeline.newest(sent_at, |what| {
                matches!(what, Happening::SignedIn { .. }).then_some(())
            });
            let used_at = used.map(|used| used.at);
            evidence.extend(
                entered
                    .filter(|entered| used_at.is_none_or(|at| at == entered.at))
                    .map(|entered| entered.place),
            );
            let at = used_at.or(entered.map(|entered| entered.at));
            match used {
                // Whoever used it there is worth a question before another mail goes out.
                Some(LinkUse { here: false, .. }) => {
                    Cause::LinkUsedElsewhere.sure(Confidence::Likely, Action::CallAndIssuePin)
                }
                Some(LinkUse { here: true, .. }) => resend(Cause::LinkUsedHere),
                None => resend(Cause::LinkUsed),
            }
            .at(at.unwrap_or(sent_at))
            .because(&evidence)
        }
        LinkRefusal::TooOld => resend(Cause::LinkTooOld).at(sent_at).because(&evidence),
        LinkRefusal::Voided => resend(Cause::LinkVoided).at(sent_at).because(&evidence),
        LinkRefusal::Unknown => Cause::CannotTell
            .sure(Confidence::Possible, Action::ResendLink)
            .because(&evidence),
    })
}

/// The newest ask sent nothing, since as many links as a day allows had gone out (RULES S1).
pub(super) fn held_back(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let day = UnixMillis(now.0 - DAY);
    let held = timeline.newest(day, |what| {
        matches!(what, Happening::AskHeldBack).then_some(())
    })?;
    if queued(timeline, day).is_some_and(|queued| queued.after(&held)) {
        return None;
    }
    let asked: Vec<UnixMillis> = timeline
        .entries
        .iter()
        .filter(|entry| {
            entry.at > UnixMillis(held.at.0 - DAY) && matches!(entry.what, Happening::AskedForLink)
        })
        .map(|entry| entry.at)
        .collect();
    let first = asked
        .first()
        .filter(|_| usize::try_from(A_DAY).is_ok_and(|most| asked.len() >= most))?;
    Some(
        Cause::HeldBack
            .certain(Action::CallAndIssuePin)
            .at(held.at)
            .count(asked.len())
            .until(Some(UnixMillis(first.0 + DAY)))
            .because(&[held.place]),
    )
}
