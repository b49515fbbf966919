//! Argon2id on a fixed pool of threads, so that guesses cannot take the machine (RULES S7).

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use super::digits::Pin;
use crate::db::Unavailable;
use crate::random::Random;

/// OWASP's smallest for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const THREADS: usize = 2;
/// Guesses that wait; more wait with their senders.
const WAITING: usize = 64;
const SALT: usize = 16;
const LENGTH: usize = 32;

/// A PIN's salt and hash. Cannot be printed, cloned or serialised.
pub struct Hashed {
    salt: [u8; SALT],
    hash: Zeroizing<[u8; LENGTH]>,
}

impl Hashed {
    /// For sealing.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.salt.as_slice(), self.hash.as_slice()].concat())
    }

    /// What was sealed.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (salt, hash) = bytes.split_at_checked(SALT)?;
        Some(Self {
            salt: salt.try_into().ok()?,
            hash: Zeroizing::new(hash.try_into().ok()?),
        })
    }

    fn same(&self, other: &Self) -> bool {
        self.hash.ct_eq(&*other.hash).into()
    }
}

struct Job {
    pin: Pin,
    salt: [u8; SALT],
    answer: oneshot::Sender<Option<Hashed>>,
}

/// The pool; clones share it. Its threads end with the last clone.
#[derive(Clone)]
pub struct Hasher(mpsc::Sender<Job>);

impl Hasher {
    /// Starts the threads.
    pub fn start() -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..THREADS {
            let waiting = waiting.clone();
            thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || work(&waiting))?;
        }
        Ok(Self(jobs))
    }

    /// One task instead of threads, and next to no cost, for tests that hash thousands of
    /// PINs in an order that can be played again.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn quick() -> Self {
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING);
        tokio::spawn(async move {
            while let Some(job) = waiting.recv().await {
                let params = Params::new(Params::MIN_M_COST, 1, LANES, Some(LENGTH));
                let hashed = params.ok().and_then(|cost| hash(&job.pin, job.salt, cost));
                let _ = job.answer.send(hashed);
            }
        });
        Self(jobs)
    }

    /// Hashes a new PIN.
    pub async fn hash(&self, pin: Pin, random: &dyn Random) -> Result<Hashed, Unavailable> {
        self.run(pin, random.bytes()).await
    }

    /// Whether the typed PIN is the one that was hashed. Where there is none to compare
    /// with, it takes as long and is not.
    pub async fn is_same(&self, typed: Pin, kept: Option<&Hashed>) -> Result<bool, Unavailable> {
        let salt = kept.map_or([0; SALT], |kept| kept.salt);
        let hashed = self.run(typed, salt).await?;
        Ok(kept.is_some_and(|kept| kept.same(&hashed)))
    }

    async fn run(&self, pin: Pin, salt: [u8; SALT]) -> Result<Hashed, Unavailable> {
        let (answer, hashed) = oneshot::channel();
        let job = Job { pin, salt, answer };
        self.0.send(job).await.map_err(|_| Unavailable)?;
        hashed.await.ok().flatten().ok_or(Unavailable)
    }
}

fn work(waiting: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let job = {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.blocking_recv()
        };
        let Some(job) = job else { return };
        // Whoever asked may have hung up.
        let cost = Params::new(MEMORY_KIB, PASSES, LANES, Some(LENGTH)).ok();
        let hashed = cost.and_then(|cost| hash(&job.pin, job.salt, cost));
        let _ = job.answer.send(hashed);
    }
}

fn hash(pin: &Pin, salt: [u8; SALT], cost: Params) -> Option<Hashed> {
    let mut hash = Zeroizing::new([0; LENGTH]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
        .hash_password_into(pin.reveal(), &salt, &mut *hash)
        .ok()?;
    Some(Hashed { salt, hash })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    // RULES S7
    #[test]
    fn a_hashed_pin_cannot_be_printed_copied_or_serialised() {
        static_assertions::assert_not_impl_any!(
            Hashed: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize
        );
    }

    // RULES S4, S7
    #[tokio::test]
    async fn only_the_same_pin_matches_and_nothing_matches_nothing() {
        let pool = Hasher::start().unwrap();
        let random = SeededRandom::new(1);
        let kept = pool
            .hash(Pin::read("482915").unwrap(), &random)
            .await
            .unwrap();
        let again = Hashed::from_bytes(&kept.to_bytes()).unwrap();
        let typed = |digits| Pin::read(digits).unwrap();
        assert!(pool.is_same(typed("482 915"), Some(&again)).await.unwrap());
        assert!(!pool.is_same(typed("482916"), Some(&again)).await.unwrap());
        assert!(!pool.is_same(typed("482915"), None).await.unwrap());
    }

    // RULES S4
    #[tokio::test]
    async fn a_hash_costs_19_mib_and_two_passes() {
        let (pin, salt) = (Pin::read("482915").unwrap(), [7; SALT]);
        let cost = Params::new(19_456, 2, 1, Some(32)).unwrap();
        let expected = hash(&pin, salt, cost).unwrap();
        let hashed = Hasher::start().unwrap().run(pin, salt).await.unwrap();
        assert!(hashed.same(&expected));
    }
}
