//! What the computer tells of its own lock, of sleep, and of when it was last used.

mod idle;
mod judge;
mod logind;
mod savers;
mod x11;

use std::{sync::Arc, time::Duration};

use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc},
};

use crate::os::OsEvents;
use judge::Judge;

/// Before a bus that is gone is tried again.
const TRY_AGAIN: Duration = Duration::from_mins(1);

/// What is heard on the two buses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    /// Whether logind knows this person's session.
    Session(bool),
    /// Whether the desktop says, through logind, that it is locked.
    Hint(bool),
    /// Somebody asked the desktop to lock.
    LockAsked,
    /// The computer is about to sleep.
    Sleeps,
    /// It woke up.
    Wakes,
    /// Which lockers are on the session's bus.
    Lockers { gnome: bool, kde: bool },
    /// A screen saver came or went.
    Saver { kde: bool, active: bool },
}

type Hears = mpsc::Sender<Heard>;

/// `awake` is told when the agent is awake anyway.
pub(super) fn start(runtime: &Handle, events: &OsEvents, awake: Arc<Notify>) {
    let (to, mut said) = mpsc::channel(16);
    runtime.spawn(logind::run(to.clone()));
    runtime.spawn(savers::run(to));
    runtime.spawn(idle::run(events.clone(), awake));
    let events = events.clone();
    runtime.spawn(async move {
        let mut judge = Judge::default();
        while let Some(heard) = said.recv().await {
            for event in judge.hear(heard) {
                if events.send(event).is_err() {
                    return;
                }
            }
        }
    });
}

/// Asks the desktop to lock, by whichever way it hears.
pub(super) async fn lock_computer() {
    if let Err(error) = logind::lock().await {
        tracing::info!(%error, "logind did not pass the wish to lock on");
        savers::lock().await;
    }
}
