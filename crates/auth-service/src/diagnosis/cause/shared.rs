//! Several people on one address: the link proves the mailbox only.

use latchkey_protocol::{Action, Cause, Diagnosis, Happening, NameFit, Opener, UnixMillis};

use super::{Filled as _, Sentence as _};
use crate::diagnosis::timeline::{Found, Timeline};

/// Whoever came as far as a name needs a PIN. Before that, their mail explains more.
pub(super) fn address(timeline: &Timeline) -> Option<Diagnosis> {
    let asked = newest(timeline, |what| matches!(what, Happening::AskedForLink));
    let later = |found: &Found<()>| asked.is_some_and(|asked| asked.after(found));
    let opened = newest(
        timeline,
        |what| matches!(what, Happening::LinkOpened { opener, .. } if *opener != Opener::Scanner),
    );
    if let Some((typed, fits)) = name(timeline)
        && !later(&typed)
    {
        let (cause, action) = match fits {
            NameFit::Nobody => (Cause::SharedNameUnknown, Action::CheckAddress),
            NameFit::Other => (Cause::SharedOtherPerson, Action::CallAndIssuePin),
            NameFit::One | NameFit::Unknown => (Cause::SharedAddress, Action::CallAndIssuePin),
        };
        let mut evidence = vec![typed.place];
        evidence.extend(opened.map(|opened| opened.place));
        return Some(cause.certain(action).at(typed.at).because(&evidence));
    }
    let opened = opened?;
    let refused = newest(timeline, |what| {
        matches!(what, Happening::LinkRefused { .. })
    });
    if later(&opened) || refused.is_some_and(|refused| refused.after(&opened)) {
        return None;
    }
    Some(
        Cause::SharedAddress
            .certain(Action::CallAndIssuePin)
            .at(opened.at)
            .because(&[opened.place]),
    )
}

fn name(timeline: &Timeline) -> Option<(Found<()>, NameFit)> {
    let found = timeline.newest(UnixMillis(i64::MIN), |what| match what {
        Happening::NameTyped { fits } => Some(*fits),
        _ => None,
    })?;
    let (place, at) = (found.place, found.at);
    let typed = Found {
        place,
        at,
        what: (),
    };
    Some((typed, found.what))
}

fn newest(timeline: &Timeline, fits: impl Fn(&Happening) -> bool) -> Option<Found<()>> {
    timeline.newest(UnixMillis(i64::MIN), |what| fits(what).then_some(()))
}
