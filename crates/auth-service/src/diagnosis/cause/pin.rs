//! What a PIN that was issued came to, until the next one.

use latchkey_protocol::{Action, Cause, Diagnosis, Happening, UnixMillis};

use super::{Filled as _, Sentence as _};
use crate::clock::DAY;
use crate::diagnosis::timeline::{Found, Timeline};

/// The newest thing that went wrong with a PIN today.
pub(super) fn typed(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let day = UnixMillis(now.0 - DAY);
    let newest = timeline.newest(day, |what| match what {
        Happening::PinWrong { .. } | Happening::PinInOtherBrowser | Happening::PinExpired => {
            Some(what.clone())
        }
        _ => None,
    })?;
    let issued = timeline.newest(day, |what| {
        matches!(what, Happening::PinIssued { .. }).then_some(())
    });
    if issued.as_ref().is_some_and(|issued| issued.after(&newest)) {
        return None;
    }
    match &newest.what {
        Happening::PinWrong { .. } => Some(wrong(timeline, day, newest.at)),
        Happening::PinInOtherBrowser => Some(
            Cause::PinInOtherBrowser
                .certain(Action::CallAndIssuePin)
                .at(newest.at)
                .because(&[newest.place]),
        ),
        _ => expired(timeline, &newest, issued),
    }
}

fn wrong(timeline: &Timeline, day: UnixMillis, at: UnixMillis) -> Diagnosis {
    let wrong: Vec<u32> = timeline
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.at >= day && matches!(entry.what, Happening::PinWrong { .. }))
        .filter_map(|(index, _)| u32::try_from(index).ok())
        .collect();
    Cause::PinWrong
        .certain(Action::CallAndIssuePin)
        .at(at)
        .count(wrong.len())
        .because(&wrong)
}

/// It ran out unused. Whoever asked for a link since has another trouble.
fn expired(
    timeline: &Timeline,
    ran_out: &Found<Happening>,
    issued: Option<Found<()>>,
) -> Option<Diagnosis> {
    let asked = timeline.newest(ran_out.at, |what| {
        matches!(what, Happening::AskedForLink | Happening::MailQueued).then_some(())
    });
    if asked.is_some_and(|asked| asked.after(ran_out)) {
        return None;
    }
    let mut evidence = vec![ran_out.place];
    evidence.extend(issued.as_ref().map(|issued| issued.place));
    Some(
        Cause::PinExpired
            .certain(Action::CallAndIssuePin)
            .at(issued.map_or(ran_out.at, |issued| issued.at))
            .other_at(Some(ran_out.at))
            .because(&evidence),
    )
}
