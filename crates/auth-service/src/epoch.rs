//! Epochs: an older copy of the database is never taken for the database (RULES V6).
//!
//! A small file beside the keys remembers how far the event log had come. It is written
//! after each COMMIT and before the answers leave, so the database is never behind it,
//! whenever the process ends. One that is behind, or whose log is another one, is a copy
//! of the past: in it used links are live again and revoked PINs are good. A new epoch
//! ends all of that at once, and holds back the mail to clients until a person has looked
//! whose mailbox must get none.

mod begin;
mod hold;
mod judge;
mod lost;
mod mark;
mod open;

pub use hold::{Held, confirm, held};
pub use lost::{Change, Plans, plans};
pub use mark::{FILE as MARK_FILE, Mark, MarkError, Marker, Remembered, remembered};
pub(crate) use open::settle;
pub use open::{EpochError, Found, begin_restored, found, reaches};
