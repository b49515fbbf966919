//! Help requests: a client who cannot sign in, and the browser that waits.

pub mod assign;
pub mod copy;
pub mod escalate;
pub mod form;
pub mod freeze;
pub mod near;
pub mod news;
pub mod note;
pub mod pick;
pub mod raise;
pub mod staff;
pub mod state;
pub mod stuck;
pub mod tally;
pub mod waiting;
pub mod words;

pub use assign::assign;
pub use note::add as add_note;
pub use staff::{mark_read, mark_seen, reply, solve, solve_signed_in};
