//! The keychain on a thread of its own: its calls block, and on a locked collection
//! they can hang.

use std::{sync::Arc, sync::mpsc, time::Duration};

use latchkey_view::Keychain;
use tokio::sync::oneshot;

use super::{KeychainError, Os};
use crate::{random::Random, secret::RootKey};

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What the keychain gave.
pub struct Kept {
    /// The key that everything on disk is sealed under; where the keychain keeps
    /// nothing there is none, and nothing is written to disk.
    pub key: Option<Arc<RootKey>>,
    /// The key is a new one: what was sealed before cannot be opened any more.
    pub fresh: bool,
    /// How the keychain does, for the window.
    pub state: Keychain,
}

impl Kept {
    fn without(error: KeychainError) -> Self {
        Self {
            key: None,
            fresh: false,
            state: match error {
                KeychainError::Absent => Keychain::Absent,
                KeychainError::Locked => Keychain::Locked,
                KeychainError::Failing => Keychain::Failing,
            },
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The thread.
#[derive(Clone)]
pub struct KeychainThread {
    jobs: mpsc::Sender<Job>,
    os: Arc<dyn Os>,
    random: Arc<dyn Random>,
    name: String,
}

impl KeychainThread {
    /// Starts it. `name` belongs to the data folder (RULES D8).
    #[must_use]
    pub fn start(os: Arc<dyn Os>, random: Arc<dyn Random>, name: String) -> Self {
        let (jobs, todo) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for job in todo {
                job();
            }
        });
        Self {
            jobs,
            os,
            random,
            name,
        }
    }

    /// Reads the key, or makes one where an unlocked keychain has none, and proves
    /// that the keychain keeps what it is given (RULES D2).
    pub async fn open(&self) -> Kept {
        let (os, random, name) = (self.os.clone(), self.random.clone(), self.name.clone());
        self.run(move || match os.keychain_read(&name)? {
            Some(kept) => RootKey::from_kept(&kept)
                .map(|key| (key, false))
                .ok_or(KeychainError::Failing),
            None => make(&*os, &*random, &name).map(|key| (key, true)),
        })
        .await
    }

    async fn run(
        &self,
        ask: impl FnOnce() -> Result<(RootKey, bool), KeychainError> + Send + 'static,
    ) -> Kept {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            let _ = answer.send(ask());
        });
        if self.jobs.send(job).is_err() {
            return Kept::without(KeychainError::Failing);
        }
        match tokio::time::timeout(LIMIT, answered).await {
            Ok(Ok(Ok((key, fresh)))) => Kept {
                key: Some(Arc::new(key)),
                fresh,
                state: Keychain::Works,
            },
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "the session is kept for this run only");
                Kept::without(error)
            }
            Ok(Err(_)) => Kept::without(KeychainError::Failing),
            Err(_) => {
                // A prompt that nobody answers looks like this.
                tracing::warn!("the keychain was too slow");
                Kept::without(KeychainError::Failing)
            }
        }
    }
}

fn make(os: &dyn Os, random: &dyn Random, name: &str) -> Result<RootKey, KeychainError> {
    let key = RootKey::draw(random);
    os.keychain_keep(name, &key.to_keep())?;
    let kept = os.keychain_read(name)?;
    match kept {
        Some(kept) if kept[..] == key.to_keep()[..] => Ok(key),
        _ => Err(KeychainError::Failing),
    }
}
