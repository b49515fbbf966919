//! From a timeline to a cause. What is nearest to the client comes first: a state
//! of the file explains everything after it, then the newest thing that went wrong.

use latchkey_protocol::{
    Action, Cause, Confidence, Diagnosis, Facts, Happening, LinkRefusal, ServerReply, UnixMillis,
};

use super::timeline::{Found, OnFile, Timeline};

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A mail that was accepted is given this long to be read before it counts as lost.
pub const TIME_TO_READ_MS: i64 = 5 * MINUTE_MS;

/// The most likely cause, now.
#[must_use]
pub fn diagnose(timeline: &Timeline, now: UnixMillis) -> Diagnosis {
    signed_in_since(timeline)
        .or_else(|| on_file(timeline))
        .or_else(|| pin_wrong(timeline, now))
        .or_else(|| held(timeline))
        .or_else(|| dead_link(timeline, now))
        .or_else(|| ended(timeline, now))
        .or_else(|| mail(timeline, now))
        .unwrap_or_else(|| nothing_asked(timeline, now))
}

fn signed_in_since(timeline: &Timeline) -> Option<Diagnosis> {
    let entered = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::SignedIn { .. }).then_some(())
    })?;
    let asked = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::AskedForHelp).then_some(())
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
    let (cause, action, evidence) = match timeline.on_file {
        OnFile::Nobody => (Cause::AddressUnknown, Action::CheckAddress, last_ask),
        OnFile::One { disabled: true, .. } => {
            (Cause::AccessDisabled, Action::CheckAddress, last_ask)
        }
        OnFile::One { no_mail: true, .. } | OnFile::Several { no_mail: true } => (
            Cause::NoMail,
            Action::CallAndIssuePin,
            not_sent.or(last_ask),
        ),
        OnFile::One { .. } => return None,
        OnFile::Several { .. } => return shared_address(timeline),
    };
    Some(cause.certain(action).because(evidence.as_slice()))
}

/// Several people on one address: the link proves the mailbox only, so whoever
/// came that far needs a PIN. Before that, their mail explains more.
fn shared_address(timeline: &Timeline) -> Option<Diagnosis> {
    let opened = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::LinkOpened { .. }).then_some(())
    })?;
    let asked = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::AskedForLink).then_some(())
    });
    let dead_later = timeline.newest(UnixMillis(i64::MIN), |what| {
        matches!(what, Happening::LinkRefused { .. }).then_some(())
    });
    let later = |found: Option<Found<()>>| found.is_some_and(|found| found.after(&opened));
    if later(asked) || later(dead_later) {
        return None;
    }
    Some(
        Cause::SharedAddress
            .certain(Action::CallAndIssuePin)
            .at(opened.at)
            .because(&[opened.place]),
    )
}

fn pin_wrong(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let day = UnixMillis(now.0 - DAY_MS);
    let newest = timeline.newest(day, |what| {
        matches!(what, Happening::PinWrong { .. }).then_some(())
    })?;
    let issued = timeline.newest(day, |what| {
        matches!(what, Happening::PinIssued { .. }).then_some(())
    });
    if issued.is_some_and(|issued| issued.after(&newest)) {
        return None;
    }
    let wrong: Vec<u32> = timeline
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.at >= day && matches!(entry.what, Happening::PinWrong { .. }))
        .filter_map(|(index, _)| u32::try_from(index).ok())
        .collect();
    let count = u32::try_from(wrong.len()).unwrap_or(u32::MAX);
    let mut diagnosis = Cause::PinWrong
        .certain(Action::CallAndIssuePin)
        .at(newest.at)
        .because(&wrong);
    diagnosis.facts.count = Some(count);
    Some(diagnosis)
}

/// The newest try at a dead link, unless a newer link has been asked for since.
fn dead_link(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let refused = timeline.newest(UnixMillis(now.0 - 2 * DAY_MS), |what| match what {
        Happening::LinkRefused { sent_at, why } => Some((*sent_at, *why)),
        _ => None,
    })?;
    let asked = queued(timeline, UnixMillis(now.0 - 2 * DAY_MS));
    if asked.is_some_and(|asked| asked.after(&refused)) {
        return None;
    }
    let (sent_at, why) = refused.what;
    let diagnosis = match why {
        LinkRefusal::Replaced => {
            let newer = timeline
                .entries
                .iter()
                .enumerate()
                .find(|(_, entry)| {
                    entry.at > sent_at && matches!(entry.what, Happening::MailQueued)
                })
                .and_then(|(index, entry)| Some((u32::try_from(index).ok()?, entry.at)));
            let mut evidence = vec![refused.place];
            evidence.extend(newer.map(|(place, _)| place));
            evidence.sort_unstable();
            let mut found = Cause::OlderLinkOpened
                .certain(Action::ResendLink)
                .at(sent_at)
                .because(&evidence);
            found.facts.other_at = newer.map(|(_, at)| at);
            found
        }
        LinkRefusal::Used => {
            let used = timeline.newest(sent_at, |what| {
                matches!(what, Happening::SignedIn { .. }).then_some(())
            });
            let mut evidence = vec![refused.place];
            evidence.extend(used.map(|used| used.place));
            evidence.sort_unstable();
            Cause::LinkUsed
                .certain(Action::ResendLink)
                .at(used.map_or(sent_at, |used| used.at))
                .because(&evidence)
        }
        LinkRefusal::TooOld => Cause::LinkTooOld
            .certain(Action::ResendLink)
            .at(sent_at)
            .because(&[refused.place]),
        LinkRefusal::Voided | LinkRefusal::Unknown => Cause::CannotTell
            .sure(Confidence::Possible, Action::ResendLink)
            .because(&[refused.place]),
    };
    Some(diagnosis)
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
    let newest = queued(timeline, UnixMillis(now.0 - DAY_MS))?;
    if newest.at >= restored {
        return None;
    }
    let mut diagnosis = Cause::LinkEnded
        .certain(Action::ResendLink)
        .at(newest.at)
        .because(&[newest.place]);
    diagnosis.facts.other_at = Some(restored);
    Some(diagnosis)
}

enum Mail {
    Waiting,
    NotSent,
    Accepted(ServerReply),
    Deferred(ServerReply, UnixMillis),
    Refused(ServerReply),
    Delayed(ServerReply),
    Suppressed,
    Lifted,
}

/// What became of the newest mail of the last day.
fn mail(timeline: &Timeline, now: UnixMillis) -> Option<Diagnosis> {
    let newest = timeline.newest(UnixMillis(now.0 - DAY_MS), |what| match what {
        Happening::MailQueued => Some(Mail::Waiting),
        Happening::MailNotSent => Some(Mail::NotSent),
        Happening::MailAccepted { reply } => Some(Mail::Accepted(reply.clone())),
        Happening::MailDeferred { reply, next_at } => Some(Mail::Deferred(reply.clone(), *next_at)),
        Happening::MailRefused { reply } | Happening::MailBounced { reply } => {
            Some(Mail::Refused(reply.clone()))
        }
        Happening::MailDelayed { reply } => Some(Mail::Delayed(reply.clone())),
        Happening::MailSuppressed | Happening::MailComplained => Some(Mail::Suppressed),
        Happening::SuppressionLifted { .. } => Some(Mail::Lifted),
        _ => None,
    })?;
    let asked = queued(timeline, UnixMillis(now.0 - DAY_MS));
    let mut evidence: Vec<u32> = asked.map(|asked| asked.place).into_iter().collect();
    if !evidence.contains(&newest.place) {
        evidence.push(newest.place);
    }
    let (at, place) = (newest.at, newest.place);
    let mut diagnosis = match newest.what {
        Mail::Waiting => Cause::MailOnItsWay.certain(Action::Wait).at(at),
        Mail::NotSent => Cause::NoMail.certain(Action::CallAndIssuePin),
        Mail::Suppressed => Cause::Suppressed.certain(Action::CallAndIssuePin).at(at),
        // Mail may go there again, and none has since.
        Mail::Lifted => Cause::NothingAsked.certain(Action::ResendLink),
        Mail::Delayed(reply) => {
            let mut found = Cause::MailDeferred.certain(Action::CallAndIssuePin).at(at);
            // A report without a code is not our own server's silence.
            found.facts.reply = Some(reply).filter(|reply| reply.code != 0);
            found
        }
        Mail::Deferred(reply, next_at) => {
            let mut found = Cause::MailDeferred.certain(Action::CallAndIssuePin).at(at);
            found.facts.reply = Some(reply);
            found.facts.until = Some(next_at);
            found
        }
        Mail::Refused(reply) => {
            let mut found = Cause::MailRefused.certain(Action::CallAndIssuePin).at(at);
            found.facts.reply = Some(reply);
            found
        }
        Mail::Accepted(reply) => {
            let mail = Found {
                place,
                at,
                what: reply,
            };
            return Some(accepted(timeline, now, mail, evidence));
        }
    };
    diagnosis.evidence = evidence;
    Some(diagnosis)
}

/// The mail arrived at the client's server: was its link opened?
fn accepted(
    timeline: &Timeline,
    now: UnixMillis,
    mail: Found<ServerReply>,
    mut evidence: Vec<u32>,
) -> Diagnosis {
    let opened = timeline.newest(mail.at, |what| {
        matches!(what, Happening::LinkOpened { .. }).then_some(())
    });
    // A link that was opened in the same millisecond, but earlier, is another mail's.
    if let Some(opened) = opened.filter(|opened| opened.after(&mail)) {
        evidence.push(opened.place);
        return Cause::CannotTell
            .sure(Confidence::Possible, Action::CallAndIssuePin)
            .at(opened.at)
            .because(&evidence);
    }
    let waited = now.0 - mail.at.0 >= TIME_TO_READ_MS;
    let mut diagnosis = Cause::AcceptedNotOpened
        .sure(
            if waited {
                Confidence::Likely
            } else {
                Confidence::Possible
            },
            if waited {
                Action::CallAndIssuePin
            } else {
                Action::Wait
            },
        )
        .at(mail.at)
        .because(&evidence);
    diagnosis.facts.reply = Some(mail.what);
    diagnosis
}

fn nothing_asked(timeline: &Timeline, now: UnixMillis) -> Diagnosis {
    let asked = timeline.newest(UnixMillis(now.0 - DAY_MS), |what| {
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
}

impl Filled for Diagnosis {
    fn at(mut self, at: UnixMillis) -> Diagnosis {
        self.facts.at = Some(at);
        self
    }

    fn because(mut self, evidence: &[u32]) -> Diagnosis {
        self.evidence = evidence.to_vec();
        self
    }
}

#[cfg(test)]
mod tests;
