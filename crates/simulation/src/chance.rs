//! Chance, and the clocks: both follow from the seed alone.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    task::{Poll, Waker},
};

use latchkey_agent::clock::Wait;
use latchkey_auth::{random::Random, testing::SeededRandom};
use latchkey_protocol::UnixMillis;

use crate::quiet::lock;

/// Draws what happens next.
pub struct Dice(SeededRandom);

impl Dice {
    /// Of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// A number below `bound`.
    #[must_use]
    pub fn below(&self, bound: usize) -> usize {
        let random: &dyn Random = &self.0;
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        random.below(bound) as usize
    }

    /// A number from `low` to `high`.
    #[must_use]
    pub fn between(&self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or_default()
    }

    /// True in so many of a hundred cases.
    #[must_use]
    pub fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of them.
    #[must_use]
    pub fn one<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() {
            return None;
        }
        of.get(self.below(of.len()))
    }
}

/// A part's own randomness, for the service and for each desktop.
pub struct Seeded(SeededRandom);

impl Seeded {
    /// Of the schedule's seed and the part's number.
    #[must_use]
    pub fn of(seed: u64, part: u64) -> Self {
        Self(SeededRandom::new(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(part),
        ))
    }
}

impl Random for Seeded {
    fn fill(&self, into: &mut [u8]) {
        self.0.fill(into);
    }
}

impl latchkey_agent::random::Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// The world's time. Who waits for it is woken in the order of waiting, so that a
/// schedule can be played again.
pub struct Time {
    now: AtomicI64,
    waiting: Mutex<Vec<Waker>>,
}

impl Time {
    /// Begins then.
    #[must_use]
    pub fn at(at: UnixMillis) -> Arc<Self> {
        Arc::new(Self {
            now: AtomicI64::new(at.0),
            waiting: Mutex::default(),
        })
    }

    /// What time it really is.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    /// Goes on. The runtime's own timers are told apart from this.
    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// One computer's clock: the world's time, and how far it is off.
pub struct Watch {
    time: Arc<Time>,
    off: AtomicI64,
}

impl Watch {
    /// One that is right.
    #[must_use]
    pub fn of(time: &Arc<Time>) -> Arc<Self> {
        Arc::new(Self {
            time: time.clone(),
            off: AtomicI64::new(0),
        })
    }

    /// Somebody sets it.
    pub fn set_off_by(&self, millis: i64) {
        self.off.store(millis, Ordering::SeqCst);
        self.time.pass(0);
    }

    /// How far it is off.
    #[must_use]
    pub fn off(&self) -> i64 {
        self.off.load(Ordering::SeqCst)
    }

    /// What it says.
    #[must_use]
    pub fn read(&self) -> UnixMillis {
        UnixMillis(self.time.now() + self.off())
    }
}

impl latchkey_auth::clock::Clock for Watch {
    fn now(&self) -> UnixMillis {
        self.read()
    }
}

impl latchkey_agent::clock::Clock for Watch {
    fn now(&self) -> UnixMillis {
        self.read()
    }

    fn sleep_until(&self, at: UnixMillis) -> Wait<'_> {
        // As the computer's own: a clock that is set back makes no wait longer.
        let latest = self.time.now() + at.0.saturating_sub(self.read().0);
        Box::pin(poll_fn(move |context| {
            if self.read() >= at || self.time.now() >= latest {
                return Poll::Ready(());
            }
            let mut waiting = lock(&self.time.waiting);
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        }))
    }

    fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }
}
