//! The part of Latchkey that runs all day: session, feed, cache, notifications, tray.
//!
//! One actor owns everything the window draws: [`desk`] is its state, [`agent`] its
//! loop. The operating system stands behind [`os::Os`], time behind [`clock::Clock`].

mod activity;
pub mod agent;
pub mod clock;
pub mod desk;
pub mod erase;
pub mod files;
pub mod lock;
pub mod log;
pub mod os;
pub mod practice;
pub mod quiet;
pub mod random;
pub mod secret;
pub mod session;
pub mod settings;
pub mod sheet;
pub mod socket;
pub mod store;
pub mod summary;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod words;
