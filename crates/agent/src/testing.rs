//! What tests stand on. Behind the feature `testing`, which no build that ships has.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

pub mod hostile;
