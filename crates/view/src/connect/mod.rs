//! The caller's end of the local socket: find the agent, start it where there is none,
//! check whose it is, agree on the version.

use std::{io, path::Path, time::Duration};

use crate::{FrameError, Places, ToAgent, ToWindow, VERSION, read_frame, start, write_frame};

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(unix)]
pub use unix::{check_folder, check_peer};

/// How long an agent that was just started may take until its socket answers.
const START_LIMIT: Duration = Duration::from_secs(10);

/// How long a peer may take for its first frame.
pub const HELLO_LIMIT: Duration = Duration::from_secs(5);

/// The agent's program, beside the window's.
pub const AGENT_PROGRAM: &str = "latchkey-agent";

/// The window's program, beside the agent's.
pub const WINDOW_PROGRAM: &str = "latchkey";

/// Why there is no connection to the agent.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No agent runs.
    #[error("the agent is not running")]
    NotRunning,
    /// Someone else can reach the folder or answers on the socket.
    #[error("the socket belongs to somebody else or its folder is open to others: {0}")]
    NotPrivate(String),
    /// The agent is of another version; both are to be restarted.
    #[error(
        "the agent speaks version {theirs} and this program version {VERSION}: restart Latchkey"
    )]
    OtherVersion {
        /// The agent's.
        theirs: u32,
    },
    /// The agent could not be started.
    #[error("the agent could not be started: {0}")]
    Start(io::Error),
    /// It did not answer in time.
    #[error("the agent does not answer")]
    Silent,
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
    /// What came was no frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// A connection to the agent, after both said hello.
pub struct Link {
    /// From the agent.
    pub reader: Reader,
    /// To the agent.
    pub writer: Writer,
}

/// The reading half.
pub struct Reader(platform::ReadHalf);

/// The writing half.
pub struct Writer(platform::WriteHalf);

impl Reader {
    /// The next frame. Not to be dropped half way: a frame that was begun is lost then.
    ///
    /// # Errors
    /// [`FrameError`]; the connection is of no more use after any of them.
    pub async fn next(&mut self) -> Result<ToWindow, FrameError> {
        read_frame(&mut self.0).await
    }
}

impl Writer {
    /// Sends a frame.
    ///
    /// # Errors
    /// [`FrameError`].
    pub async fn send(&mut self, frame: &ToAgent) -> Result<(), FrameError> {
        write_frame(&mut self.0, frame).await
    }
}

impl Link {
    /// Connects to the agent that runs for these places.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(places: &Places) -> Result<Self, ConnectError> {
        let (reader, writer) = platform::connect(places).await?;
        let mut link = Self {
            reader: Reader(reader),
            writer: Writer(writer),
        };
        tokio::time::timeout(HELLO_LIMIT, link.greet())
            .await
            .map_err(|_| ConnectError::Silent)??;
        Ok(link)
    }

    /// Connects, and starts the agent beside the running file where none runs.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open_or_start(
        places: &Places,
        data_dir: Option<&Path>,
    ) -> Result<Self, ConnectError> {
        match Self::open(places).await {
            Err(ConnectError::NotRunning) => {}
            other => return other,
        }
        let program = start::beside(AGENT_PROGRAM).map_err(ConnectError::Start)?;
        // Not waited for: it outlives this program. An agent that finds another one
        // running ends by itself.
        start::command(&program, data_dir)
            .spawn()
            .map_err(ConnectError::Start)?;
        let answering = async {
            loop {
                match Self::open(places).await {
                    Err(ConnectError::NotRunning) => {
                        tokio::time::sleep(Duration::from_millis(25)).await;
                    }
                    other => return other,
                }
            }
        };
        tokio::time::timeout(START_LIMIT, answering)
            .await
            .map_err(|_| ConnectError::Silent)?
    }

    async fn greet(&mut self) -> Result<(), ConnectError> {
        self.writer
            .send(&ToAgent::Hello { version: VERSION })
            .await?;
        match self.reader.next().await? {
            ToWindow::Hello { version: VERSION } => Ok(()),
            ToWindow::Hello { version } => Err(ConnectError::OtherVersion { theirs: version }),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no hello").into()),
        }
    }
}
