//! Whether a database is the one that was left, in pure code.

use super::mark::Remembered;

/// How the log of a database stands to the event that the mark names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Log {
    /// It does not reach that far.
    Shorter,
    /// It has that event, or let it go when its time was over.
    Has,
    /// It has another one there.
    Other,
}

/// Why a new epoch begins. The words are in the event log: never rename one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// `latchkey-auth restore`.
    Restored,
    /// An older copy lies in its place.
    Older,
    /// Another history lies in its place.
    Other,
    /// The file beside the keys is gone, so nobody can tell.
    Unknown,
}

impl Why {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Older => "older",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as it was left.
    Same,
    /// It has no epoch yet: its first one begins, and nothing ends.
    First {
        /// Which one that is.
        number: i64,
    },
    /// A new epoch begins.
    New {
        /// Which one.
        number: i64,
        /// Why.
        why: Why,
    },
}

/// Judges a database by its own epoch (none before the schema had them) and by what is
/// remembered. `log` is asked of the database where a mark is there to compare with.
pub(super) fn judge(own: Option<i64>, remembered: &Remembered, log: Log) -> Verdict {
    match (own, remembered) {
        (None, Remembered::Nothing) => Verdict::First { number: 1 },
        // The mark of the first epoch is written before its row: a crash in between.
        (None, Remembered::Mark(mark)) => match log {
            Log::Has => Verdict::First { number: mark.epoch },
            Log::Shorter => after(mark.epoch, Why::Older),
            Log::Other => after(mark.epoch, Why::Other),
        },
        (own, Remembered::Nothing | Remembered::Unreadable) => {
            after(own.unwrap_or_default(), Why::Unknown)
        }
        // The row of a new epoch is written before its mark: a crash in between.
        (Some(own), Remembered::Mark(mark)) if own > mark.epoch => Verdict::Same,
        (Some(own), Remembered::Mark(mark)) => match log {
            Log::Has if own == mark.epoch => Verdict::Same,
            Log::Other => after(mark.epoch, Why::Other),
            Log::Has | Log::Shorter => after(mark.epoch, Why::Older),
        },
    }
}

const fn after(epoch: i64, why: Why) -> Verdict {
    Verdict::New {
        number: epoch + 1,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epoch::Mark;
    use latchkey_protocol::{Position, UnixMillis};

    fn mark(epoch: i64) -> Remembered {
        Remembered::Mark(Mark {
            epoch,
            position: Position(9),
            at: UnixMillis(0),
            hash: [0; 32],
        })
    }

    // RULES V6
    #[test]
    fn a_crash_between_the_two_writes_is_no_restore() {
        // Before the row of the first epoch, and before the mark of a later one.
        assert_eq!(
            judge(None, &mark(1), Log::Has),
            Verdict::First { number: 1 }
        );
        assert_eq!(judge(Some(3), &mark(2), Log::Shorter), Verdict::Same);
        assert_eq!(judge(Some(2), &mark(2), Log::Has), Verdict::Same);
        assert_eq!(
            judge(None, &Remembered::Nothing, Log::Has),
            Verdict::First { number: 1 }
        );
    }

    // RULES V6
    #[test]
    fn whatever_is_not_as_it_was_left_begins_an_epoch_that_never_was() {
        for (own, remembered, log, number, why) in [
            (Some(2), mark(2), Log::Shorter, 3, Why::Older),
            (Some(2), mark(2), Log::Other, 3, Why::Other),
            (Some(1), mark(4), Log::Has, 5, Why::Older),
            (None, mark(4), Log::Shorter, 5, Why::Older),
            (None, mark(4), Log::Other, 5, Why::Other),
            (Some(2), Remembered::Nothing, Log::Has, 3, Why::Unknown),
            (Some(2), Remembered::Unreadable, Log::Has, 3, Why::Unknown),
            (None, Remembered::Unreadable, Log::Has, 1, Why::Unknown),
        ] {
            assert_eq!(
                judge(own, &remembered, log),
                Verdict::New { number, why },
                "{own:?} {log:?}"
            );
        }
    }
}
