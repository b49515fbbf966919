//! The one place of this program that reads the clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long something has taken.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[allow(clippy::disallowed_methods, reason = "this is the clock of the chores")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[allow(clippy::disallowed_methods, reason = "this is the clock of the chores")]
    pub fn read(self) -> Duration {
        self.0.elapsed()
    }
}

/// Milliseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "this is the clock of the chores")]
pub fn unix_millis() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}
