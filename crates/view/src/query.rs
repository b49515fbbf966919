//! What is looked for in the cache.

use latchkey_protocol::{Cause, RequestState, UnixMillis};
use serde::{Deserialize, Serialize};

/// All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Query {
    /// Each is found somewhere: in a name, what was typed or written, a note.
    pub words: Vec<Term>,
    /// Each is found in the name or in what was typed as one.
    pub from: Vec<String>,
    /// One of these, where there are any.
    pub states: Vec<RequestState>,
    /// One of these, where there are any.
    pub causes: Vec<Cause>,
    /// A PIN was issued.
    pub has_pin: bool,
    /// Open, and not read by this person.
    pub unread: bool,
    /// Asked then or later.
    pub since: Option<UnixMillis>,
    /// Asked earlier than that.
    pub before: Option<UnixMillis>,
}

/// A word, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Term {
    /// It; accents and case do not matter.
    pub text: String,
    /// The causes whose words have it: those are the window's.
    pub causes: Vec<Cause>,
}
