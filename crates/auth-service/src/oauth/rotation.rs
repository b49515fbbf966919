//! The life of a refresh token, in pure code (RULES S5): each is used once, a
//! repeat within 30 s is a lost answer once, any other repeat is a theft.

use latchkey_protocol::UnixMillis;

use crate::clock::{DAY, SECOND};

/// How long a desktop stays signed in without a browser.
pub const FAMILY: i64 = 30 * DAY;
/// How long an answer may have been lost.
pub const REPEAT: i64 = 30 * SECOND;

/// A refresh token as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not used yet.
    Live,
    /// Used, once or (after a lost answer) twice.
    Used {
        /// When first.
        at: UnixMillis,
        /// A repeat was answered already.
        repeated: bool,
    },
    /// Its family ended, or its answer was repeated.
    Revoked,
}

/// What to do with a token that is shown, by the right key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Use it up; give new tokens.
    Rotate,
    /// The answer was lost: what it held is void, give new tokens.
    Repeat,
    /// Somebody else has it, too: end the family.
    Reuse,
    /// It is over; sign in again.
    Over,
}

/// Judges a token. `successor_used`: the token that its first use gave was used itself.
#[must_use]
pub fn judge(
    state: State,
    expires_at: UnixMillis,
    successor_used: bool,
    now: UnixMillis,
) -> Verdict {
    if now >= expires_at {
        return Verdict::Over;
    }
    match state {
        State::Live => Verdict::Rotate,
        State::Used { at, repeated } => {
            if !repeated && !successor_used && now.0 - at.0 <= REPEAT {
                Verdict::Repeat
            } else {
                Verdict::Reuse
            }
        }
        State::Revoked => Verdict::Over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LATER: UnixMillis = UnixMillis(FAMILY);

    // RULES S5
    #[test]
    fn an_answer_may_be_lost_once_within_30_seconds() {
        let used = |repeated| State::Used {
            at: UnixMillis(0),
            repeated,
        };
        let at = |state, successor, now| judge(state, LATER, successor, UnixMillis(now));
        assert_eq!(at(State::Live, false, 0), Verdict::Rotate);
        assert_eq!(at(used(false), false, REPEAT), Verdict::Repeat);
        assert_eq!(at(used(false), false, REPEAT + 1), Verdict::Reuse);
        assert_eq!(at(used(false), true, 1), Verdict::Reuse);
        assert_eq!(at(used(true), false, 1), Verdict::Reuse);
        assert_eq!(at(State::Revoked, false, 0), Verdict::Over);
        assert_eq!(at(State::Live, false, FAMILY), Verdict::Over);
    }

    proptest! {
        // RULES S5
        #[test]
        fn a_token_gives_at_most_two_answers_however_often_it_is_shown(
            waits in proptest::collection::vec(0..60_000_i64, 1..20)
        ) {
            let mut state = State::Live;
            let mut now = UnixMillis(0);
            let mut answers = 0;
            for wait in waits {
                now.0 += wait;
                match (judge(state, LATER, false, now), state) {
                    (Verdict::Rotate, _) => {
                        answers += 1;
                        state = State::Used { at: now, repeated: false };
                    }
                    (Verdict::Repeat, State::Used { at, .. }) => {
                        prop_assert!(now.0 - at.0 <= REPEAT);
                        answers += 1;
                        state = State::Used { at, repeated: true };
                    }
                    (Verdict::Reuse, _) => state = State::Revoked,
                    (_, before) => prop_assert_eq!(before, State::Revoked),
                }
            }
            prop_assert!(answers <= 2);
        }
    }
}
