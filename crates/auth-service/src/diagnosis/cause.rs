//! From a timeline to a cause. What is nearest to the client comes first: a state
//! of the file explains everything after it, then the newest thing that went wrong.

mod browser;
mod link;
mod mail;
mod pin;
mod shared;

use latchkey_protocol::{
    Action, Cause, Confidence, Diagnosis, Facts, Happening, ServerReply, UnixMillis,
};

use super::timeline::{Found, OnFile, Timeline};
use crate::clock::DAY;

pub use mail::TIME_TO_READ_MS;
pub(crate) use mail::{said_here, said_in_a_report};

/// The most likely cause, now.
#[must_use]
pub fn diagnose(timeline: &Timeline, now: UnixMillis) -> Diagnosis {
    let found = signed_in_since(timeline)
        .or_else(|| on_file(timeline))
        .or_else(|| browser::no_cookies(timeline, now))
        .or_else(|| pin::typed(timeline, now))
        .or_else(|| held(timeline))
        .or_else(|| browser::damaged(timeline, now))
        .or_else(|| link::dead(timeline, now))
        .or_else(|| ended(timeline, now))
        .or_else(|| link::held_back(timeline, now))
        .or_else(|| mail::fate(timeline, now))
        .unwrap_or_else(|| nothing_asked(timeline, now));
    browser::clock(timeline, &found).unwrap_or(found)
}

/// What kept the client out, where a sign-in ended it: what the service would have said just
/// before.
#[must_use]
pub fn cause_before(timeline: &Timeline, now: &Diagnosis) -> Option<Cause> {
    if now.cause != Cause::SignedInSince {
        return None;
    }
    let mut before = timeline.clone();
    loop {
        let entered = before
            .entries
            .iter()
            .rposition(|entry| matches!(entry.what, Happening::SignedIn { .. }))?;
        let at = before.entries[entered].at;
        before.entries.truncate(entered);
        let cause = diagnose(&before, at).cause;
        if cause != Cause::SignedInSince {
            return Some(cause);
        }
    }
}

fn signed_in_since(timeline: &Timeline) -> Option<Diagnosis> {
    let entered = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::SignedIn { .. }).then_some(())
    })?;
    let asked = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::AskedForHelp | Happening::SeemsStuck { .. }).then_some(())
    });
    if asked.is_some_and(|asked| asked.after(&entered)) {
        return None;
    }
    Some(
        Cause::SignedInSince
            .certain(Action::Nothing)
            .at(entered.at)
            .because(&[entered.place]),
    )
}

fn on_file(timeline: &Timeline) -> Option<Diagnosis> {
    let last_ask = timeline
        .newest(UnixMillis(i64::MIN), |what| {
            matches!(what, Happening::AskedForLink | Happening::AskedForHelp).then_some(())
        })
        .map(|found| found.place);
    let not_sent = timeline
        .newest(UnixMillis(i64::MIN), |what| {
            matches!(what, Happening::MailNotSent).then_some(())
        })
        .map(|found| found.place);
    if let (OnFile::Nobody, Some(near)) = (timeline.on_file, &timeline.near) {
        let mut found = Cause::AddressNearMiss.sure(Confidence::Likely, Action::CheckAddress);
        found.facts.near = Some(near.clone());
        return Some(found.because(last_ask.as_slice()));
    }
    let (cause, action, evidence) = match timeline.on_file {
        OnFile::Nobody => (Cause::AddressUnknown, Action::CheckAddress, last_ask),
        // The admin is asked, whom no button calls.
        OnFile::One { disabled: true, .. } => (Cause::AccessDisabled, Action::Wait, last_ask),
        OnFile::One { no_mail: true, .. } | OnFile::Several { no_mail: true } => (
            Cause::NoMail,
            Action::CallAndIssuePin,
            not_sent.or(last_ask),
        ),
        OnFile::One { .. } => return None,
        OnFile::Several { .. } => return shared::address(timeline),
    };
    Some(cause.certain(action).because(evidence.as_slice()))
}

/// No link can come, whatever was asked for.
fn held(timeline: &Timeline) -> Option<Diagnosis> {
    let since = timeline.held_since?;
    Some(Cause::MailHeld.certain(Action::CallAndIssuePin).at(since))
}

/// The newest mail was queued or sent before the database was restored: its link is dead,
/// wherever it lies.
fn ended(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let restored = timeline.restored_at?;
    let newest = queued(timeline, UnixMillis(now.0 - DAY))?;
    if newest.at >= restored {
        return None;
    }
    let ended = Cause::LinkEnded.certain(Action::ResendLink).at(newest.at);
    Some(ended.other_at(Some(restored)).because(&[newest.place]))
}

fn nothing_asked(timeline: &Timeline, now: UnixMillis) -> Diagnosis {
    let asked = timeline.newest(UnixMillis(now.0 - DAY), |what| {
        matches!(what, Happening::AskedForLink | Happening::AskHeldBack).then_some(())
    });
    match asked {
        Some(asked) => Cause::CannotTell
            .sure(Confidence::Possible, Action::ResendLink)
            .because(&[asked.place]),
        None => Cause::NothingAsked.certain(Action::ResendLink),
    }
}

fn queued(timeline: &Timeline, since: UnixMillis) -> Option<Found<()>> {
    timeline.newest(since, |what| {
        matches!(what, Happening::MailQueued).then_some(())
    })
}

trait Sentence {
    fn sure(self, confidence: Confidence, action: Action) -> Diagnosis;
    fn certain(self, action: Action) -> Diagnosis;
}

impl Sentence for Cause {
    fn sure(self, confidence: Confidence, action: Action) -> Diagnosis {
        Diagnosis {
            cause: self,
            confidence,
            action,
            facts: Facts::default(),
            evidence: Vec::new(),
        }
    }

    fn certain(self, action: Action) -> Diagnosis {
        self.sure(Confidence::Certain, action)
    }
}

trait Filled {
    fn at(self, at: UnixMillis) -> Diagnosis;
    fn because(self, evidence: &[u32]) -> Diagnosis;
    fn other_at(self, at: Option<UnixMillis>) -> Diagnosis;
    fn until(self, at: Option<UnixMillis>) -> Diagnosis;
    fn count(self, count: usize) -> Diagnosis;
    fn reply(self, reply: ServerReply) -> Diagnosis;
}

impl Filled for Diagnosis {
    fn at(mut self, at: UnixMillis) -> Diagnosis {
        self.facts.at = Some(at);
        self
    }

    fn because(mut self, evidence: &[u32]) -> Diagnosis {
        self.evidence = evidence.to_vec();
        self.evidence.sort_unstable();
        self
    }

    fn other_at(mut self, at: Option<UnixMillis>) -> Diagnosis {
        self.facts.other_at = at;
        self
    }

    fn until(mut self, at: Option<UnixMillis>) -> Diagnosis {
        self.facts.until = at;
        self
    }

    fn count(mut self, count: usize) -> Diagnosis {
        self.facts.count = Some(u32::try_from(count).unwrap_or(u32::MAX));
        self
    }

    fn reply(mut self, reply: ServerReply) -> Diagnosis {
        self.facts.reply = Some(reply);
        self
    }
}

#[cfg(test)]
mod tests;
