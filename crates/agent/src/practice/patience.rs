//! How long the feed waits before it is opened again, and what ends the wait.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use latchkey_protocol::UnixMillis;
use tokio::sync::Notify;

use crate::{clock::later, random::Random};

/// Each wait is drawn between this, doubled from try to try, and twice that: a service
/// that starts again does not meet everybody in the same moment.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// It doubles no further: with its jitter, whoever was cut off for however long is back
/// 20 s after the service is.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// A stream that was open this long was a good one: the next waits start small again. One
/// that opened and was cut at once may be a service that falls over what it is asked. It
/// is short, since the end of a stream may be the end of the session, which is to be known
/// within 30 s (RULES S5).
const GOOD: i64 = 5_000;

/// The waits, from one good stream to the next.
pub(super) struct Waits {
    random: Arc<dyn Random>,
    next: ExponentialBackoff,
}

impl Waits {
    pub(super) fn new(random: Arc<dyn Random>) -> Self {
        let next = small(&*random);
        Self { random, next }
    }

    /// They start small again.
    pub(super) fn restart(&mut self) {
        self.next = small(&*self.random);
    }

    /// When to try again, after a stream that opened then, or one that did not open.
    pub(super) fn after(&mut self, opened: Option<UnixMillis>, now: UnixMillis) -> UnixMillis {
        if opened.is_some_and(|opened| later(opened, GOOD) <= now) {
            self.restart();
        }
        self.retry_at(now)
    }

    /// When to try, where that is to be sooner than planned: the network came, or the
    /// computer woke up, as others did in the same moment.
    pub(super) fn sooner(&mut self, planned: UnixMillis, now: UnixMillis) -> Option<UnixMillis> {
        self.restart();
        (later(now, millis(FIRST_WAIT * 2)) < planned).then(|| self.retry_at(now))
    }

    fn retry_at(&mut self, now: UnixMillis) -> UnixMillis {
        let wait = self.next.next().unwrap_or(LONGEST_WAIT);
        later(now, millis(wait))
    }
}

fn small(random: &dyn Random) -> ExponentialBackoff {
    let mut seed = [0; 8];
    random.fill(&mut seed);
    ExponentialBuilder::new()
        .with_min_delay(FIRST_WAIT)
        .with_max_delay(LONGEST_WAIT)
        .without_max_times()
        .with_jitter()
        .with_jitter_seed(u64::from_ne_bytes(seed))
        .build()
}

fn millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}

/// Why not to wait on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// A person looks, or a call got no answer: a stream that is open is opened anew.
    Now,
    /// The network came, or the computer woke up: a stream that missed a sign of life
    /// meanwhile is opened anew.
    Soon,
}

/// Where the feed is nudged.
#[derive(Default)]
pub struct Elbow {
    now: Notify,
    soon: Notify,
}

impl Elbow {
    /// Nudges the feed.
    pub fn nudge(&self, nudge: Nudge) {
        match nudge {
            Nudge::Now => self.now.notify_one(),
            Nudge::Soon => self.soon.notify_one(),
        }
    }

    /// The next one.
    pub(super) async fn nudged(&self) -> Nudge {
        tokio::select! {
            biased;
            () = self.now.notified() => Nudge::Now,
            () = self.soon.notified() => Nudge::Soon,
        }
    }

    /// A stream has just opened: whatever was meant to hurry it is fulfilled.
    pub(super) async fn forget(&self) {
        for _ in 0..2 {
            tokio::select! {
                biased;
                _ = self.nudged() => {}
                () = std::future::ready(()) => return,
            }
        }
    }
}
