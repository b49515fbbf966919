//! The agent's end of the local socket (RULES D8). It is also what keeps a second agent
//! from running.

mod connection;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{io, sync::Arc};

use latchkey_view::{ToAgent, ToWindow, View};
use tokio::sync::{mpsc, watch};

use crate::desk::ConnectionId;
#[cfg(unix)]
pub use unix::Seat;
#[cfg(windows)]
pub use windows::Seat;

/// What comes over the socket.
pub enum FromSocket {
    /// Somebody connected and said hello.
    Came(ConnectionId, Outbox),
    /// A frame.
    Said(ConnectionId, ToAgent),
    /// The connection is over.
    Gone(ConnectionId),
}

/// The way to a connection.
pub struct Outbox {
    /// Frames, each of which counts.
    pub frames: mpsc::Sender<ToWindow>,
    /// The view, of which only the newest counts.
    pub view: watch::Sender<Option<Arc<View>>>,
}

/// Why this agent does not get the socket.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another agent has it.
    #[error("Latchkey's agent is already running for this data folder.")]
    AlreadyRunning,
    /// The folder is somebody else's or open to others.
    #[error(
        "Latchkey's socket needs a folder that only you can open, but {0}. Mend its owner and mode (0700), or remove it."
    )]
    NotPrivate(io::Error),
    /// The socket failed.
    #[error("Latchkey's socket could not be made: {0}.")]
    Io(#[from] io::Error),
}
