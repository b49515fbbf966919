//! What tests stand on: a clock that is told the time, seeded randomness, a practice.
//!
//! Behind the feature `testing`: a release build has no way to set time or
//! randomness (RULES V7).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use latchkey_protocol::UnixMillis;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use tempfile::TempDir;

use crate::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::Keys;
use crate::random::Random;

/// Tuesday, 3 March 2026, 9:00 in New York.
pub const START: UnixMillis = UnixMillis(1_772_546_400_000);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// Stands at `at`.
    #[must_use]
    pub fn at(at: UnixMillis) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves by `millis`; a negative number moves back.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// Randomness that is the same in every run.
#[derive(Debug)]
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// The stream of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, into: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(into);
    }
}

/// A service on a temporary folder, with a clock that the test moves.
pub struct House {
    /// The service.
    pub app: App,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Its folder; gone with the house.
    pub folder: TempDir,
}

impl House {
    /// An empty database, seed 1.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// An empty database; `change` sees the configuration first.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FakeClock::at(START));
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
        let mut config = Config {
            data_dir: folder.path().join("data"),
            keys_dir: folder.path().join("keys"),
            smtp: format!("maildir://{}", folder.path().join("mail").display()),
            ..Config::default()
        };
        change(&mut config);
        let keys = Keys::load_or_create(&config.keys_dir, &*random).unwrap();
        let app = App::open(
            config,
            keys,
            clock.clone(),
            random,
            Arc::new(|words| panic!("{words}")),
        )
        .await
        .unwrap();
        Self { app, clock, folder }
    }
}
