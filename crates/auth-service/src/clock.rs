//! The one place where this program reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use latchkey_protocol::UnixMillis;

/// Tells the time. A parameter everywhere, so that a test can say "24 hours later".
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> UnixMillis;
}

/// The computer's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the program's one named place that reads the clock"
    )]
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that was set back stands still until it has caught up with what has happened
/// already: time never runs behind the last event (RULES V6).
pub struct NotBehind {
    clock: Arc<dyn Clock>,
    last: AtomicI64,
}

impl NotBehind {
    /// This clock, but not before `last`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, last: UnixMillis) -> Self {
        Self {
            clock,
            last: AtomicI64::new(last.0),
        }
    }

    /// Something happened then.
    pub fn happened(&self, at: UnixMillis) {
        self.last.fetch_max(at.0, Ordering::Relaxed);
    }
}

impl Clock for NotBehind {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.now().0.max(self.last.load(Ordering::Relaxed)))
    }
}

/// One second in the unit of [`UnixMillis`].
pub const SECOND: i64 = 1_000;
/// One minute.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour.
pub const HOUR: i64 = 60 * MINUTE;
/// One day of 24 hours.
pub const DAY: i64 = 24 * HOUR;
