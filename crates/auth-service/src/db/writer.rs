//! One task writes; it commits what is waiting in one go (RULES V1).
//!
//! Every operation has a savepoint of its own, so a failing one takes nothing
//! with it. Answers leave only after COMMIT. What fails before COMMIT, or for want of
//! room on the disk, is undone and answered as not done; a COMMIT that fails otherwise
//! ends the process: what the disk holds then is unknown, and only a fresh start knows.

use std::any::Any;
use std::fs::File;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use latchkey_protocol::{Position, UnixMillis};
use sqlx::Connection;
use sqlx::error::DatabaseError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Tx, Unavailable};
use crate::clock::{Clock, NotBehind};
use crate::epoch::Marker;
use crate::event::Head;

/// How many operations wait before callers do.
const WAITING: usize = 1_024;
/// How many share one COMMIT.
const BATCH: usize = 64;
/// How soon events of another process (the command line) are noticed.
const TAIL: Duration = Duration::from_millis(250);

/// A future that is boxed, so that it may borrow the transaction.
pub type Operation<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;
/// Sends the result to whoever waits; called after COMMIT.
type Answer = Box<dyn FnOnce() + Send>;
/// Runs one operation: whether to keep its changes, and how to answer.
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> Operation<'t, (bool, Answer)> + Send>;
/// What to do when the database cannot be trusted any more.
pub type OnFatal = Arc<dyn Fn(&str) + Send + Sync>;

/// The way to the writer task; clones share it.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    position: watch::Receiver<Position>,
    clock: Arc<dyn Clock>,
    #[cfg(any(test, feature = "testing"))]
    steps: crate::testing::Steps,
}

impl Writer {
    pub(super) fn start(
        tx: Tx,
        clock: Arc<NotBehind>,
        held: Held,
        on_fatal: OnFatal,
    ) -> (Self, JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (announce, position) = watch::channel(tx.head.position);
        let task = Task {
            committed: tx.head,
            tx,
            clock: clock.clone(),
            held,
            announce,
            on_fatal,
            #[cfg(any(test, feature = "testing"))]
            steps: crate::testing::Steps::default(),
        };
        #[cfg(any(test, feature = "testing"))]
        let steps = task.steps.clone();
        let running = tokio::spawn(task.run(waiting));
        let writer = Self {
            jobs,
            position,
            clock,
            #[cfg(any(test, feature = "testing"))]
            steps,
        };
        (writer, running)
    }

    /// Runs `op` in the next batch. An `Err` undoes just this operation.
    pub async fn run<T, E, F>(&self, op: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unavailable> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Operation<'t, Result<T, E>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                let result = op(tx).await;
                let keep = result.is_ok();
                let answer: Answer = Box::new(move || {
                    // Whoever asked may have hung up; the change stands all the same.
                    let _ = sender.send(result);
                });
                (keep, answer)
            })
        });
        if self.jobs.send(job).await.is_err() {
            return Err(Unavailable.into());
        }
        receiver.await.unwrap_or_else(|_| Err(E::from(Unavailable)))
    }

    /// The position of the newest committed event, as it moves.
    #[must_use]
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.clone()
    }

    /// The clock that operations see.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Its steps, for tests that kill it between two of them.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn steps(&self) -> &crate::testing::Steps {
        &self.steps
    }
}

/// Why a batch was not written.
enum Failed {
    /// Nothing of it is on the disk.
    Undone(sqlx::Error),
    /// What the disk holds is unknown.
    Unknown(sqlx::Error),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Unknown(error)
    }
}

/// SQLite's `SQLITE_FULL`: the disk, or what may be used of it.
fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some("13")
}

/// What the writer has for as long as it writes.
pub(super) struct Held {
    /// The file beside the keys that remembers how far the log had come.
    pub marker: Marker,
    /// While this is open, nobody restores.
    pub lock: File,
}

struct Task {
    tx: Tx,
    /// The end of the log as the disk has it.
    committed: Head,
    clock: Arc<NotBehind>,
    held: Held,
    announce: watch::Sender<Position>,
    on_fatal: OnFatal,
    #[cfg(any(test, feature = "testing"))]
    steps: crate::testing::Steps,
}

impl Task {
    async fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            #[cfg(any(test, feature = "testing"))]
            self.steps.work(false);
            let done = match timeout(TAIL, waiting.recv_many(&mut batch, BATCH)).await {
                Ok(0) => return self.leave().await,
                Ok(_) => self.commit(&mut batch).await,
                Err(_) => self.tail().await,
            };
            match done {
                Ok(answers) => {
                    let head = self.tx.head.position;
                    self.announce
                        .send_if_modified(|known| std::mem::replace(known, head) != head);
                    for answer in answers {
                        answer();
                    }
                }
                Err(Failed::Undone(error)) => {
                    // Whoever waited hears that it was not done: nothing answers them.
                    if is_full(&error) {
                        tracing::error!(
                            "the disk is full: nothing is lost and nothing new is taken until there is room"
                        );
                    } else {
                        tracing::error!(%error, "the database failed before writing; nothing was changed");
                    }
                }
                Err(Failed::Unknown(error)) => {
                    tracing::error!(%error, "the database failed while writing; stopping");
                    (self.on_fatal)("the database failed while writing");
                    return;
                }
            }
        }
    }

    /// The database is closed before anybody may put another in its place.
    async fn leave(self) {
        let Held { marker, lock } = self.held;
        drop(marker);
        if let Err(error) = self.tx.into_conn().close().await {
            tracing::warn!(%error, "the database was not closed as it should be");
        }
        drop(lock);
    }

    /// Nothing to write: look whether another process appended.
    async fn tail(&mut self) -> Result<Vec<Answer>, Failed> {
        #[cfg(any(test, feature = "testing"))]
        self.steps.work(true);
        self.look().await?;
        Ok(Vec::new())
    }

    async fn commit(&mut self, batch: &mut Vec<Job>) -> Result<Vec<Answer>, Failed> {
        #[cfg(any(test, feature = "testing"))]
        self.steps.work(true);
        let answers = match self.prepare(batch).await {
            Ok(answers) => answers,
            Err(error) => return Err(self.undo(error).await),
        };
        match self.sql("COMMIT").await {
            Ok(()) => {
                self.remember()?;
                Ok(answers)
            }
            Err(error) if is_full(&error) => Err(self.undo(error).await),
            Err(error) => Err(Failed::Unknown(error)),
        }
    }

    /// Takes back what has not been committed.
    async fn undo(&mut self, why: sqlx::Error) -> Failed {
        // Where the engine has given the transaction up by itself, this has nothing to do.
        let _ = self.sql("ROLLBACK").await;
        match Head::load(&mut self.tx.conn, &self.tx.keys).await {
            Ok(head) if head.position >= self.committed.position => {
                self.tx.head = head;
                Failed::Undone(why)
            }
            _ => Failed::Unknown(why),
        }
    }

    /// Everything up to COMMIT.
    async fn prepare(&mut self, batch: &mut Vec<Job>) -> sqlx::Result<Vec<Answer>> {
        let mut answers = Vec::with_capacity(batch.len());
        self.sql("BEGIN IMMEDIATE").await?;
        self.look().await?;
        let before = self.tx.head;
        for job in batch.drain(..) {
            let kept = self.tx.head;
            // Time never runs behind the last event (RULES V6).
            self.tx.now = UnixMillis(self.clock.now().0.max(kept.at.0));
            self.sql("SAVEPOINT operation").await?;
            let outcome = caught(job(&mut self.tx)).await;
            let keep = matches!(outcome, Ok((true, _)));
            if !keep {
                self.tx.head = kept;
                self.sql("ROLLBACK TO operation").await?;
            }
            self.sql("RELEASE operation").await?;
            if let Ok((_, answer)) = outcome {
                answers.push(answer);
            } else {
                tracing::error!("an operation panicked; its changes were undone");
            }
        }
        if self.tx.head != before {
            let head = self.tx.head;
            let keys = self.tx.keys.clone();
            head.store(&mut self.tx.conn, &keys).await?;
        }
        Ok(answers)
    }

    /// After the COMMIT, so that a crash in between is no restore; before the answers,
    /// so that no restore goes behind what was answered (RULES V6).
    fn remember(&mut self) -> sqlx::Result<()> {
        let head = self.tx.head;
        if head == self.committed {
            return Ok(());
        }
        self.committed = head;
        self.clock.happened(head.at);
        let remembered = self.held.marker.remember(&head);
        remembered.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))
    }

    /// Another process (the command line) may have appended since.
    async fn look(&mut self) -> sqlx::Result<()> {
        let found = Head::load(&mut self.tx.conn, &self.tx.keys).await?;
        if found.position < self.committed.position {
            return Err(sqlx::Error::Protocol(
                "an older copy of the database was put in its place while it was open".into(),
            ));
        }
        self.clock.happened(found.at);
        self.committed = found;
        self.tx.head = found;
        Ok(())
    }

    async fn sql(&mut self, text: &'static str) -> sqlx::Result<()> {
        #[cfg(any(test, feature = "testing"))]
        self.steps.step().await;
        sqlx::raw_sql(text).execute(&mut self.tx.conn).await?;
        #[cfg(any(test, feature = "testing"))]
        self.steps.step().await;
        Ok(())
    }
}

/// Runs a future to its end or to its panic, so that one bad operation does not end the writer.
async fn caught<T>(mut future: Operation<'_, T>) -> Result<T, Box<dyn Any + Send>> {
    poll_fn(
        move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        },
    )
    .await
}
