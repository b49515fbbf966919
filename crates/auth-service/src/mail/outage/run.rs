//! Failures in a row, from the newest back to the last mail that got through.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use latchkey_protocol::{Affected, Cause, MailOutage, UnixMillis};

use super::tried::{Failure, Tried, Went};
use crate::clock::MINUTE;

/// So many failures in a row are no accident.
const MANY: u32 = 3;
/// Whoever takes our mail for another server may send it back for so long.
const MAY_COME_BACK: i64 = 2 * MINUTE;

/// Which failures count.
pub(super) trait Points {
    /// Whether this failure points there.
    fn there(cause: Option<Cause>) -> bool;
    /// Whether it does so only where it met several people.
    fn with_several(cause: Option<Cause>) -> bool;
}

/// The practice's own side.
pub(super) enum OfEveryone {}

impl Points for OfEveryone {
    fn there(cause: Option<Cause>) -> bool {
        matches!(
            cause,
            Some(Cause::PracticeMailDown | Cause::SenderCheckFailed)
        )
    }

    fn with_several(_: Option<Cause>) -> bool {
        false
    }
}

/// The domain's.
pub(super) enum OfADomain {}

impl Points for OfADomain {
    fn there(cause: Option<Cause>) -> bool {
        Self::with_several(cause)
            || matches!(
                cause,
                Some(
                    Cause::ServerUnreachable
                        | Cause::MailTooFast
                        | Cause::MailUnwanted
                        | Cause::SenderCheckFailed
                )
            )
    }

    /// One address may be written wrong, or refused for a reason of its own.
    fn with_several(cause: Option<Cause>) -> bool {
        matches!(cause, None | Some(Cause::DomainUnknown))
    }
}

/// Failures in a row, without any mail that got through after them.
pub(super) struct Run {
    newest: Failure,
    failures: u32,
    since: UnixMillis,
}

impl Run {
    /// The run that is not over, if it is long enough. `tried` is newest first.
    pub fn of<P: Points>(
        tried: impl IntoIterator<Item = impl Borrow<Tried>>,
        now: UnixMillis,
    ) -> Option<Self> {
        let mut run: Option<Self> = None;
        let mut people = BTreeSet::new();
        // Taken a moment ago: good news about our side, none yet about the other.
        let mut just_taken = false;
        // The server spoke, if only of one mailbox: it is there.
        let mut answered = false;
        for one in tried {
            let one = one.borrow();
            let failure = match &one.went {
                Went::Accepted if now.0 - one.at.0 >= MAY_COME_BACK => break,
                Went::Accepted => {
                    just_taken = true;
                    continue;
                }
                Went::Failed(failure) => failure,
            };
            if !P::there(failure.cause) {
                answered |= !failure.in_a_report;
                continue;
            }
            if just_taken && !failure.in_a_report || answered && is_silence(failure.cause) {
                break;
            }
            people.insert(one.whose.clone());
            let run = run.get_or_insert_with(|| Self {
                newest: failure.clone(),
                failures: 0,
                since: one.written_at,
            });
            run.failures = run.failures.saturating_add(failure.tries);
            run.since = run.since.min(one.written_at);
        }
        run.filter(|run| {
            run.failures >= MANY && (people.len() > 1 || !P::with_several(run.newest.cause))
        })
    }

    pub fn outage(self, whom: Affected) -> MailOutage {
        let generic = if self.newest.is_final() {
            Cause::MailRefused
        } else {
            Cause::MailDeferred
        };
        MailOutage {
            whom,
            cause: self.newest.cause.unwrap_or(generic),
            since: self.since,
            failures: self.failures,
            code: self.newest.code,
            enhanced: self.newest.enhanced,
        }
    }
}

impl Failure {
    fn is_final(&self) -> bool {
        self.code.map_or_else(
            || {
                self.enhanced
                    .as_deref()
                    .is_some_and(|code| code.starts_with('5'))
            },
            |code| code >= 500,
        )
    }
}

/// Nobody answered.
fn is_silence(cause: Option<Cause>) -> bool {
    matches!(
        cause,
        Some(Cause::ServerUnreachable | Cause::PracticeMailDown)
    )
}
