//! The deterministic simulation: the real actor of the agent and the real rules and store
//! of the service in one process, with seeded time, network, keychain, mail server and
//! crashes. A seed is a schedule; the same seed plays the same schedule again.

mod air;
mod browser;
mod cache;
mod chance;
mod clients;
mod desktop;
mod fate;
mod finish;
mod ledger;
mod network;
mod quiet;
mod schedule;
mod service;
mod snapshot;
mod staff;
mod template;
mod world;

pub use schedule::{Report, Stage};
