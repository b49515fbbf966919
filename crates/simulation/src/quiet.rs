//! Standing still: the runtime says when nothing can go on by itself any more.
//!
//! Time is frozen, and the database's own threads are the only ones that work beside the
//! runtime. Whenever the runtime has no task left to run and none of them works, the
//! world stands still, and the schedule decides what happens next. So what a part sees
//! never depends on how fast a thread was.

use std::{
    future::poll_fn,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Poll, Waker},
};

use tokio::runtime::{Builder, Runtime};

/// Whether something works beside the runtime.
type Busy = Box<dyn Fn() -> bool + Send>;

/// Says when the world stands still; clones share it.
#[derive(Clone, Default)]
pub struct Quiet(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Option<Waker>>,
    reached: AtomicBool,
    busy: Mutex<Option<Busy>>,
}

/// A runtime whose time stands still.
pub struct Still {
    runtime: Option<Runtime>,
    /// While a blocking task runs, frozen time is not moved on by the runtime itself.
    hold: Option<mpsc::Sender<()>>,
}

impl Quiet {
    /// A runtime, and what says when it stands still.
    pub fn runtime() -> io::Result<(Still, Self)> {
        let quiet = Self::default();
        let parked = quiet.clone();
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .on_thread_park(move || parked.parked())
            .build()?;
        let (hold, until) = mpsc::channel();
        runtime.spawn_blocking(move || {
            let _ = until.recv();
        });
        let still = Still {
            runtime: Some(runtime),
            hold: Some(hold),
        };
        Ok((still, quiet))
    }

    /// Asks this whether something works beside the runtime.
    pub fn watch(&self, busy: impl Fn() -> bool + Send + 'static) {
        *lock(&self.0.busy) = Some(Box::new(busy));
    }

    /// Ends when the world stands still.
    pub async fn reached(&self) {
        self.0.reached.store(false, Ordering::SeqCst);
        poll_fn(|context| {
            if self.0.reached.swap(false, Ordering::SeqCst) {
                return Poll::Ready(());
            }
            *lock(&self.0.waiting) = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// The runtime has nothing to run.
    fn parked(&self) {
        let mut waiting = lock(&self.0.waiting);
        if waiting.is_none() || lock(&self.0.busy).as_ref().is_some_and(|busy| busy()) {
            return;
        }
        self.0.reached.store(true, Ordering::SeqCst);
        if let Some(waker) = waiting.take() {
            waker.wake();
        }
    }
}

impl Still {
    /// Runs one schedule.
    pub fn run<T>(&self, schedule: impl Future<Output = T>) -> Option<T> {
        self.runtime
            .as_ref()
            .map(|runtime| runtime.block_on(schedule))
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        self.hold = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
