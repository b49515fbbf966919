//! What staff and a signed-in client write to each other (RULES P5): on the client's own
//! page, for that client's sessions alone. A mail says only that there is something.

mod open;
pub mod page;
mod read;
mod write;

pub use open::{may_write, to_answer};
pub use read::{mark_read, read};
pub use write::{answer, send};
