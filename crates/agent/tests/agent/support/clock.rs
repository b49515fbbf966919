use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::tz::TimeZone;
use latchkey_agent::clock::{Clock, Wait};
use latchkey_protocol::UnixMillis;
use tokio::sync::watch;

/// Stands still until it is moved.
pub struct FakeClock {
    now: watch::Sender<i64>,
    sleeps: AtomicUsize,
}

pub const MORNING: i64 = 1_700_000_000_000;

impl Default for FakeClock {
    fn default() -> Self {
        Self {
            now: watch::Sender::new(MORNING),
            sleeps: AtomicUsize::new(0),
        }
    }
}

impl FakeClock {
    pub fn advance(&self, millis: i64) {
        self.now.send_modify(|now| *now += millis);
    }
}

impl FakeClock {
    /// How often the feed began to wait for the next sign of life.
    pub fn sleeps(&self) -> usize {
        self.sleeps.load(Ordering::SeqCst)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(*self.now.borrow())
    }

    fn sleep_until(&self, at: UnixMillis) -> Wait<'_> {
        let idle = at.0 - self.now().0 == 45_000;
        self.sleeps.fetch_add(usize::from(idle), Ordering::SeqCst);
        let mut now = self.now.subscribe();
        Box::pin(async move {
            let _ = now.wait_for(|now| *now >= at.0).await;
        })
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}
