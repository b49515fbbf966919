//! The keychain on a thread of its own: its calls block, and on a locked collection
//! they can hang.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use latchkey_view::Keychain;
use tokio::sync::oneshot;

use super::{KeychainError, Os, Thread};
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

/// As the window is told.
const fn state_of(error: KeychainError) -> Keychain {
    match error {
        KeychainError::Absent => Keychain::Absent,
        KeychainError::Locked => Keychain::Locked,
        KeychainError::Slow => Keychain::Slow,
        KeychainError::Losing => Keychain::Losing,
        KeychainError::Full => Keychain::Full,
        KeychainError::Failing => Keychain::Failing,
    }
}

/// Told when an answer comes that nobody waits for any more.
pub type OnLate = Box<dyn Fn() + Send + Sync>;

/// The thread.
#[derive(Clone)]
pub struct KeychainThread {
    thread: Thread,
    os: Arc<dyn Os>,
    random: Arc<dyn Random>,
    name: String,
    on_late: Arc<OnLate>,
}

impl KeychainThread {
    /// Starts it. `name` belongs to the data folder (RULES D8).
    #[must_use]
    pub fn start(os: Arc<dyn Os>, random: Arc<dyn Random>, name: String, on_late: OnLate) -> Self {
        Self {
            thread: os.thread(),
            os,
            random,
            name,
            on_late: Arc::new(on_late),
        }
    }

    /// Reads the key, or makes one where an unlocked keychain has none, and proves
    /// that the keychain keeps what it is given (RULES D2).
    pub async fn open(&self) -> Kept {
        let random = self.random.clone();
        let opened = self
            .run(move |os, name| {
                if let Some(kept) = os.keychain_read(name)? {
                    let key = RootKey::from_kept(&kept).ok_or(KeychainError::Failing)?;
                    return Ok((key, false));
                }
                let key = RootKey::draw(&*random);
                keep(os, name, &key).map(|()| (key, true))
            })
            .await;
        match opened {
            Ok((key, fresh)) => Kept {
                key: Some(Arc::new(key)),
                fresh,
                state: Keychain::Works,
            },
            Err(error) => {
                tracing::warn!(%error, "the session is kept for this run only");
                Kept {
                    key: None,
                    fresh: false,
                    state: state_of(error),
                }
            }
        }
    }

    /// Whether an unlocked keychain still has the key; with `mend` it is given it once
    /// more. One that is locked or away for now says nothing about that.
    pub async fn check(&self, key: Arc<RootKey>, mend: bool) -> Keychain {
        let checked = self
            .run(move |os, name| {
                let kept = os.keychain_read(name)?;
                if kept.is_some_and(|kept| kept[..] == key.to_keep()[..]) {
                    Ok(())
                } else if mend {
                    keep(os, name, &key)
                } else {
                    Err(KeychainError::Losing)
                }
            })
            .await;
        match checked {
            Err(error @ (KeychainError::Losing | KeychainError::Full)) => {
                tracing::warn!(%error, "the key is in this run's memory only");
                state_of(error)
            }
            Err(error) if mend => state_of(error),
            _ => Keychain::Works,
        }
    }

    /// Makes the keychain forget the key, or says why it did not.
    ///
    /// # Errors
    /// How the keychain does.
    pub async fn forget(&self) -> Result<(), Keychain> {
        self.run(Os::keychain_forget).await.map_err(state_of)
    }

    async fn run<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Os, &str) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (answer, answered) = oneshot::channel();
        let (os, name, on_late) = (self.os.clone(), self.name.clone(), self.on_late.clone());
        let locked = Arc::new(AtomicBool::new(false));
        let is_locked = locked.clone();
        let asks = self.thread.run(move || {
            let asked = os.keychain_is_locked().and_then(|locked| {
                is_locked.store(locked, Ordering::SeqCst);
                ask(&*os, &name)
            });
            let good = asked.is_ok();
            if answer.send(asked).is_err() && good {
                on_late();
            }
        });
        if !asks {
            return Err(KeychainError::Failing);
        }
        match tokio::time::timeout(LIMIT, answered).await {
            Ok(Ok(asked)) => asked,
            Ok(Err(_)) => Err(KeychainError::Failing),
            // It asks the person for a password, and nobody has answered yet.
            Err(_) if locked.load(Ordering::SeqCst) => Err(KeychainError::Locked),
            Err(_) => Err(KeychainError::Slow),
        }
    }
}

/// Gives it the key, and looks whether it is there.
fn keep(os: &dyn Os, name: &str, key: &RootKey) -> Result<(), KeychainError> {
    os.keychain_keep(name, &key.to_keep())?;
    match os.keychain_read(name)? {
        Some(kept) if kept[..] == key.to_keep()[..] => Ok(()),
        _ => Err(KeychainError::Losing),
    }
}
