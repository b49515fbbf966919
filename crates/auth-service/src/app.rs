//! Everything a handler needs, cheap to clone.

use std::sync::Arc;

use latchkey_protocol::UnixMillis;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{OnFatal, OpenError, Reader, Store, Writer};
use crate::feed::Feed;
use crate::keys::Keys;
use crate::limit::Limits;
use crate::mail::sns::Sns;
use crate::oauth::Replays;
use crate::pages::whereabouts::Whereabouts;
use crate::pin::Hasher;
use crate::random::Random;
use crate::server::Bounds;

/// The running service.
#[derive(Clone)]
pub struct App {
    /// What it was told at the start.
    pub config: Arc<Config>,
    /// The only way to change anything.
    pub writer: Writer,
    /// Read-only connections.
    pub reader: Reader,
    /// Keys from outside the database.
    pub keys: Arc<Keys>,
    /// The clock; never behind the last event.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// What the streams share.
    pub feed: Arc<Feed>,
    /// The threads that hash PINs.
    pub hasher: Hasher,
    /// The counts that hold floods back.
    pub limits: Arc<Limits>,
    /// Which page each browser is on.
    pub whereabouts: Arc<Whereabouts>,
    /// Proofs of possession that were used lately.
    pub replays: Arc<Replays>,
    /// The way to what Amazon signs by.
    pub sns: Arc<Sns>,
    /// How many connections there may be, and how slow.
    pub bounds: Bounds,
    /// Cancelled when the service is to stop: streams end, tasks leave.
    pub stopping: CancellationToken,
}

impl App {
    /// Opens the database and starts the writer.
    pub async fn open(
        config: Config,
        keys: Keys,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        on_fatal: OnFatal,
    ) -> Result<Self, AppError> {
        config.check()?;
        let started = clock.now();
        let keys = Arc::new(keys);
        let store = Store::open(
            &config.database_path()?,
            keys.clone(),
            clock,
            random.clone(),
            on_fatal,
        )
        .await?;
        Ok(Self {
            config: Arc::new(config),
            writer: store.writer,
            reader: store.reader,
            keys,
            clock: store.clock,
            random,
            feed: Arc::default(),
            hasher: Hasher::start().map_err(AppError::Threads)?,
            limits: Arc::new(Limits::default()),
            whereabouts: Arc::default(),
            replays: Arc::new(Replays::since(started)),
            sns: Arc::default(),
            bounds: Bounds::default(),
            stopping: CancellationToken::new(),
        })
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }
}

/// Why the service could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The computer gives no more threads.
    #[error("the threads that hash PINs could not be started: {0}")]
    Threads(#[source] std::io::Error),
}
