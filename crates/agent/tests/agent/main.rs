//! The whole agent, with a scripted practice, a fake operating system and a fake clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]
#![allow(missing_docs, reason = "tests are sentences")]

mod acting;
mod activity;
mod announcement;
mod cache;
mod clients;
mod covers;
mod crash;
#[cfg(target_os = "linux")]
mod desktop;
mod dialogue;
mod disk;
mod feed;
mod hostile;
mod inbox;
#[cfg(target_os = "linux")]
mod keychain;
mod leaving;
mod list;
mod lock;
#[cfg(target_os = "linux")]
mod messages;
mod network;
mod notes;
mod notifications;
#[cfg(target_os = "linux")]
mod notifier;
mod outages;
mod outbox;
mod parting;
mod passphrase;
mod pin;
#[cfg(target_os = "linux")]
mod presence;
mod quiet;
mod reconnecting;
mod repeats;
mod session;
mod shortcut;
mod socket;
mod start;
mod support;
mod taken_away;
mod team;
mod telling;
