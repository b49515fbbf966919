//! The life of a help request, in pure code.

use latchkey_protocol::RequestState;

/// What moves a request on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A person opened it.
    Seen,
    /// Staff issued a PIN, sent a link or a phrase: the client is next.
    Answered,
    /// What staff did is void (a PIN revoked or run out): the practice is next.
    AnswerEnded,
    /// The client is in, or staff closed it.
    Solved,
}

/// The state after an act. Nothing happens to a solved request; `None` says so.
#[must_use]
pub const fn after(state: RequestState, act: Act) -> Option<RequestState> {
    match (state, act) {
        (RequestState::Solved | RequestState::Unknown, _) => None,
        (_, Act::Solved) => Some(RequestState::Solved),
        (_, Act::Answered) => Some(RequestState::WaitingForClient),
        (RequestState::WaitingForClient, Act::AnswerEnded) | (RequestState::New, Act::Seen) => {
            Some(RequestState::Looking)
        }
        (same, Act::Seen | Act::AnswerEnded) => Some(same),
    }
}

/// The word in the database.
#[must_use]
pub const fn word(state: RequestState) -> &'static str {
    match state {
        RequestState::New => "new",
        RequestState::Looking => "looking",
        RequestState::WaitingForClient => "waiting_for_client",
        RequestState::Solved | RequestState::Unknown => "solved",
    }
}

/// Reads that word.
#[must_use]
pub fn read(word: &str) -> RequestState {
    match word {
        "new" => RequestState::New,
        "looking" => RequestState::Looking,
        "waiting_for_client" => RequestState::WaitingForClient,
        "solved" => RequestState::Solved,
        _ => RequestState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::Seen),
            Just(Act::Answered),
            Just(Act::AnswerEnded),
            Just(Act::Solved)
        ]
    }

    proptest! {
        // RULES N2
        #[test]
        fn a_request_leaves_new_only_by_a_person_and_never_leaves_solved(
            acts in proptest::collection::vec(act(), 0..30)
        ) {
            let mut state = RequestState::New;
            let mut by_a_person = false;
            let mut solved = false;
            for act in acts {
                by_a_person |= act != Act::AnswerEnded;
                match after(state, act) {
                    Some(next) => { prop_assert!(!solved); state = next; }
                    None => prop_assert!(solved),
                }
                solved |= act == Act::Solved;
                prop_assert_eq!(solved, state == RequestState::Solved);
                prop_assert!(by_a_person || state == RequestState::New);
            }
        }
    }

    #[test]
    fn every_state_is_read_as_it_was_written() {
        for state in [
            RequestState::New,
            RequestState::Looking,
            RequestState::WaitingForClient,
            RequestState::Solved,
        ] {
            assert_eq!(read(word(state)), state);
        }
    }
}
