//! The writer's steps, for tests that kill it between any two of them.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tokio::sync::Notify;

/// What the writer is about; clones share it.
#[derive(Clone, Default)]
pub struct Steps(Arc<Inner>);

#[derive(Default)]
struct Inner {
    working: AtomicBool,
    left: AtomicI64,
    dead: AtomicBool,
    death: Notify,
}

impl Steps {
    /// Kills the writer at its `nth` step from now, counted from 1: what it had not
    /// committed is lost, what it had committed is not answered.
    pub fn kill_at(&self, nth: u32) {
        self.0.left.store(i64::from(nth), Ordering::SeqCst);
    }

    /// Lets it live.
    pub fn spare(&self) {
        self.0.left.store(0, Ordering::SeqCst);
    }

    /// Ends when the writer was killed.
    pub async fn killed(&self) {
        while !self.is_dead() {
            self.0.death.notified().await;
        }
    }

    /// Whether it was killed.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.0.dead.load(Ordering::SeqCst)
    }

    /// Whether it is in the middle of a batch.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.0.working.load(Ordering::SeqCst) && !self.is_dead()
    }

    pub(crate) fn work(&self, working: bool) {
        self.0.working.store(working, Ordering::SeqCst);
    }

    /// A step; the last one before a death never ends.
    pub(crate) async fn step(&self) {
        let left = self.0.left.load(Ordering::SeqCst);
        if left == 0 {
            return;
        }
        self.0.left.store(left - 1, Ordering::SeqCst);
        if left == 1 {
            self.0.dead.store(true, Ordering::SeqCst);
            self.0.death.notify_waiters();
            self.0.death.notify_one();
            pending::<()>().await;
        }
    }
}
