//! How a desktop signs in, stays signed in, and is thrown out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../desk/mod.rs"]
mod desk;
mod scene;

mod authorize;
mod bad_input;
mod code;
mod device;
mod discovery;
mod invite;
mod proof;
mod refresh;
