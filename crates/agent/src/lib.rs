//! The part of Latchkey that runs all day: session, feed, cache, notifications, tray.
//!
//! One actor ([`desk`] is its state, [`agent`] its loop) owns everything the window
//! draws. The operating system stands behind [`os::Os`], time behind [`clock::Clock`].

pub mod clock;
pub mod os;
pub mod practice;
pub mod random;
pub mod secret;
pub mod session;
pub mod store;
pub mod words;
