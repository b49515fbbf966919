//! What becomes of mails at Debian's Postfix: the real program posts to one, which passes
//! some on to another, and bounces come back through the pipe.
//!
//! Postfix's master runs as root. `cargo xtask test` says where it is and wants this to
//! run; elsewhere it is left out, in words.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../process/connected.rs"]
mod connected;
mod greylist;
mod house;
#[path = "../process/place.rs"]
mod place;
mod server;
mod told;

mod fates;
