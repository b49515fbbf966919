//! What happened. State and its event are written in one transaction; the log is
//! the timeline, the audit log and the feed, and nothing else keeps book.

mod chain;
mod kind;
mod record;

pub use chain::{Broken, GENESIS, Head, verify};
pub use kind::Kind;
pub use record::{Actor, Event};
