//! Work that blocks, beside the loop that never does.

use std::sync::mpsc;

/// Something that may take its time.
pub type Job = Box<dyn FnOnce() + Send>;

/// Takes jobs, and has them done one after the other.
#[derive(Clone)]
pub struct Thread(mpsc::Sender<Job>);

impl Thread {
    /// A thread of the computer's, which ends with the last handle.
    #[must_use]
    pub fn start() -> Self {
        let (jobs, todo) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for job in todo {
                job();
            }
        });
        Self(jobs)
    }

    /// One whose jobs somebody else does, in this order.
    #[must_use]
    pub const fn done_by(jobs: mpsc::Sender<Job>) -> Self {
        Self(jobs)
    }

    /// Has a job done. False where nobody does any.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) -> bool {
        self.0.send(Box::new(job)).is_ok()
    }
}
