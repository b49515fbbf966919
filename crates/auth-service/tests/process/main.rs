//! The real program: its command line, its logs, and what a kill leaves behind.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod connected;
mod place;

mod audit;
mod desktop;
mod init;
mod keep;
mod kill;
mod log;
mod mail;
mod people;
mod settings;
