//! The one place that asks the system what time it is.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

/// A wait that can be boxed.
pub type Wait<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time, and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> UnixMillis;

    /// Ends when that time has come, and no later than it looked at the beginning.
    fn sleep_until(&self, at: UnixMillis) -> Wait<'_>;

    /// Where this computer is, as far as its clock shows it.
    fn zone(&self) -> TimeZone;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// A sleeping computer stops the monotonic clock, so the wall clock is asked again
/// at least this often: after waking up a deadline is at most this late. A little longer
/// than the practice's signs of life, at each of which it is asked anyway.
const LOOK_AGAIN: i64 = 20_000;

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
        Box::pin(wait(|| self.now(), at))
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }
}

/// Waits by what the clock says. Somebody may set it back meanwhile: no wait is longer
/// than it looked at its beginning.
async fn wait(now: impl Fn() -> UnixMillis, at: UnixMillis) {
    let mut longest = at.0.saturating_sub(now().0);
    loop {
        let part = at.0.saturating_sub(now().0).min(longest).min(LOOK_AGAIN);
        match u64::try_from(part) {
            Ok(millis) if millis > 0 => tokio::time::sleep(Duration::from_millis(millis)).await,
            _ => return,
        }
        longest -= part;
    }
}

/// `at` and so many milliseconds.
#[must_use]
pub fn later(at: UnixMillis, millis: i64) -> UnixMillis {
    UnixMillis(at.0.saturating_add(millis))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_clock_that_is_set_back_makes_no_wait_longer() {
        let looks = Cell::new(0);
        let set_back = || {
            looks.set(looks.get() + 1);
            UnixMillis(if looks.get() == 1 { 7_200_000 } else { 0 })
        };
        let waited = wait(set_back, UnixMillis(7_200_020));
        let waited = tokio::time::timeout(Duration::from_secs(5), waited).await;
        assert!(waited.is_ok());
    }
}
