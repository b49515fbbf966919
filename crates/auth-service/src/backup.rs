//! Copies of the database: made while the service runs, and put back (RULES V6).
//!
//! The keys are in no copy. Without them it opens no PIN and no queued mail, and nobody
//! can write on in its log.

mod check;
mod file;
mod make;
mod restore;

pub use check::{Unfit, check};
pub(crate) use check::{pages, schema};
pub use make::{BackupError, Made, make};
pub use restore::{RestoreError, Restored, restore};
