//! Frames on the local socket: a 4-byte big-endian length, then JSON.

use latchkey_protocol::RequestId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::{AgentStatus, Answer, Command, Left, View};

/// Largest frame, in bytes: the fullest page and pane there can be, and notes that were
/// refused beside them. A hostile or broken peer cannot make us allocate more.
pub const MAX_FRAME: u32 = 2 * 1024 * 1024;

/// Room for a frame before anything of it came.
const AT_ONCE: u32 = 64 * 1024;

/// Version of the talk on the socket; exchanged first. Both ends ship together,
/// so another version means an update happened while one end was running.
pub const VERSION: u32 = 1;

/// From the window, a second launch, or `latchkey-agent status`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToAgent {
    /// First frame of every connection.
    Hello {
        /// [`VERSION`] of the sender.
        version: u32,
    },
    /// A window came up. It is told to stay or to leave to the one that is there.
    Launch {
        /// `--practice URL`, to offer at sign-in.
        practice: Option<String>,
        /// `latchkey://request/ID`: selects, never acts.
        request: Option<RequestId>,
    },
    /// A command of the window's.
    Command {
        /// Repeated in the answer.
        id: u64,
        /// What to do.
        command: Command,
    },
    /// Whether the window has the focus.
    Focus {
        /// Has it.
        focused: bool,
    },
    /// Ask for an [`AgentStatus`].
    Status,
    /// End agent and window.
    Quit,
    /// Sign out, delete everything on this computer, and end agent and window.
    Erase,
}

/// From the agent.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToWindow {
    /// First frame of every connection.
    Hello {
        /// [`VERSION`] of the sender.
        version: u32,
    },
    /// You are the window.
    Stay,
    /// Another window is there and was raised: end.
    Leave,
    /// Show yourself.
    Raise,
    /// All there is to draw.
    View(Box<View>),
    /// What became of a command.
    Answer {
        /// The command's id.
        id: u64,
        /// What became of it.
        answer: Answer,
    },
    /// Answer to [`ToAgent::Status`].
    Status(AgentStatus),
    /// Answer to [`ToAgent::Erase`], once it is done.
    Erased {
        /// What could not be deleted.
        left: Vec<Left>,
    },
    /// The agent ends: so does the window.
    Bye,
    /// As [`ToWindow::Bye`], and nothing is to be kept on disk.
    Vanish,
}

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The peer is gone, or the socket failed.
    #[error("socket: {0}")]
    Io(#[from] std::io::Error),
    /// Longer than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is too long")]
    TooLong(usize),
    /// Not the JSON that was agreed.
    #[error("not a frame: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Reads one frame.
///
/// # Errors
/// [`FrameError`]; the connection is of no more use after any of them.
pub async fn read_frame<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<T, FrameError> {
    let length = from.read_u32().await?;
    if length > MAX_FRAME {
        return Err(FrameError::TooLong(length as usize));
    }
    // Grows with what comes, not with what was announced. Digits cross in short frames,
    // which are never moved, so that no copy of them is left behind.
    let room = length.min(AT_ONCE) as usize + 64;
    let mut body = zeroize::Zeroizing::new(Vec::with_capacity(room));
    let whole = u64::from(length);
    from.take(whole).read_to_end(&mut body).await?;
    if body.len() < length as usize {
        return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
    }
    Ok(serde_json::from_slice(&body)?)
}

/// Writes one frame.
///
/// # Errors
/// [`FrameError`]; nothing of a frame that is too long is written.
pub async fn write_frame<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    frame: &T,
) -> Result<(), FrameError> {
    let mut body = zeroize::Zeroizing::new(Vec::with_capacity(4096));
    body.extend_from_slice(&[0; 4]);
    serde_json::to_writer(&mut *body, frame)?;
    let length = body.len() - 4;
    match u32::try_from(length) {
        Ok(bounded) if bounded <= MAX_FRAME => body[..4].copy_from_slice(&bounded.to_be_bytes()),
        _ => return Err(FrameError::TooLong(length)),
    }
    to.write_all(&body).await?;
    to.flush().await?;
    Ok(())
}
