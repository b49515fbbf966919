//! What happened. State and its event are written in one transaction; the log is
//! the timeline, the audit log and the feed, and nothing else keeps book.

mod chain;
mod export;
mod kind;
mod record;
mod sheet;
mod start;
mod verify;

pub(crate) use chain::hex;
pub use chain::{GENESIS, Head};
pub use export::{Export, ExportError, Wanted};
pub use kind::Kind;
pub use record::{Actor, Event};
pub use start::forget;
pub use verify::{Broken, Corrected, corrected, verify};
