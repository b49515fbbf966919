//! The one place that asks the system what time it is.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use latchkey_protocol::UnixMillis;

/// A wait that can be boxed.
pub type Wait<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time, and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> UnixMillis;

    /// Ends when that time has come.
    fn sleep_until(&self, at: UnixMillis) -> Wait<'_>;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// A sleeping computer stops the monotonic clock, so the wall clock is asked again
/// at least this often: after waking up a deadline is at most this late.
const LOOK_AGAIN: i64 = 15_000;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep_until(&self, at: UnixMillis) -> Wait<'_> {
        Box::pin(async move {
            loop {
                let left = at.0.saturating_sub(self.now().0);
                let Ok(left) = u64::try_from(left.min(LOOK_AGAIN)) else {
                    return;
                };
                if left == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(left)).await;
            }
        })
    }
}

/// `at` and so many milliseconds.
#[must_use]
pub fn later(at: UnixMillis, millis: i64) -> UnixMillis {
    UnixMillis(at.0.saturating_add(millis))
}
