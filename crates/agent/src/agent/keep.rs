//! Keychain, cache and session as they are read at the start, and once more during a
//! session that began without a keychain. Each in a task of its own that reports back.

use std::sync::{Arc, OnceLock};

use latchkey_protocol::RequestId;
use latchkey_view::{Keychain, NoteId, Places, StorageTrouble};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use super::{Agent, Ground};
use crate::{
    desk::{Asked, ConnectionId, Input, Started},
    lock::{LockMark, PassphraseHash},
    os::{KeychainThread, Os, Thread},
    quiet::QuietMark,
    random,
    secret::RootKey,
    session::{KeptSession, TokenParts, Tokens, keep_in},
    settings::Settings,
    store::{Loaded, Note, OnDisk, OnLost, Place, Store},
};

/// What was found at the start.
pub(super) struct Ready {
    pub(super) store: Store,
    pub(super) key: Option<Arc<RootKey>>,
    pub(super) started: Started,
    pub(super) tokens: Option<Arc<Tokens>>,
}

/// What the keychain said during a session.
pub(super) struct Asking {
    keychain: Keychain,
    opened: Option<Opened>,
}

struct Opened {
    key: Arc<RootKey>,
    store: Store,
    loaded: Loaded,
}

/// Reads keychain and cache: a window that comes meanwhile sees that the agent is
/// starting.
pub(super) fn begin(
    ground: &Ground,
    keychain: KeychainThread,
    results: &mpsc::Sender<Input>,
) -> oneshot::Receiver<Ready> {
    let (answer, answered) = oneshot::channel();
    let opening = Opening::on(ground, results);
    let (places, thread) = (ground.places.clone(), ground.os.thread());
    let asks_to_start = ground.os.asks_to_start();
    tokio::spawn(async move {
        let kept = keychain.open().await;
        let (store, loaded) = match &kept.key {
            Some(key) => opening.store(key.clone(), kept.fresh).await,
            None => (Store::nowhere(), Loaded::default()),
        };
        let mut small = Small::read(places, kept.key.clone(), &thread).await;
        if !asks_to_start {
            small.settings.ask_nothing_of_start();
        }
        let session = loaded
            .session
            .as_deref()
            .and_then(|kept| KeptSession::read(kept));
        let (session, tokens) = match session {
            Some((session, key, refresh)) => {
                let cell = Arc::new(OnceLock::from(session.clone()));
                let parts = opening.parts(&session, key, keep_in(store.clone(), cell));
                (Some(session), Some(Arc::new(Tokens::kept(parts, refresh))))
            }
            None => (None, None),
        };
        let started = Started {
            keychain: Some(kept.state),
            session,
            requests: loaded.requests,
            documents: loaded.documents,
            own: loaded.own,
            position: loaded.position,
            settings: small.settings,
            lock: small.lock,
            passphrase: small.passphrase,
            quiet: small.quiet,
        };
        let _ = answer.send(Ready {
            store,
            key: kept.key,
            started,
            tokens,
        });
    });
    answered
}

/// What lies in small files.
#[derive(Default)]
struct Small {
    settings: Settings,
    lock: Option<LockMark>,
    passphrase: Option<Arc<PassphraseHash>>,
    quiet: QuietMark,
}

impl Small {
    async fn read(places: Places, key: Option<Arc<RootKey>>, thread: &Thread) -> Self {
        let (answer, read) = oneshot::channel();
        thread.run(move || {
            let _ = answer.send(Self {
                settings: Settings::read(&places.config),
                lock: LockMark::read(&places.runtime),
                quiet: QuietMark::read(&places.state),
                passphrase: key.and_then(|key| PassphraseHash::read(&places.data, &key)),
            });
        });
        read.await.unwrap_or_default()
    }
}

/// What it takes to open what is on disk.
struct Opening {
    ground: GroundParts,
    results: mpsc::Sender<Input>,
}

struct GroundParts {
    folder: std::path::PathBuf,
    clock: Arc<dyn crate::clock::Clock>,
    random: Arc<dyn random::Random>,
    http: Arc<crate::practice::Http>,
    os: Arc<dyn Os>,
}

/// Tells the loop something from a thread of its own, which waits until it is heard;
/// where the loop itself does the thread's jobs, nobody must wait.
pub(super) fn telling(results: &mpsc::Sender<Input>) -> impl Fn(Input) + Send + Sync + 'static {
    let results = results.clone();
    move |input| match Handle::try_current() {
        Ok(here) => {
            let results = results.clone();
            here.spawn(async move { results.send(input).await });
        }
        Err(_) => drop(results.blocking_send(input)),
    }
}

impl Opening {
    fn on(ground: &Ground, results: &mpsc::Sender<Input>) -> Self {
        Self {
            ground: GroundParts {
                folder: ground.places.data.clone(),
                clock: ground.clock.clone(),
                random: ground.random.clone(),
                http: ground.http.clone(),
                os: ground.os.clone(),
            },
            results: results.clone(),
        }
    }

    async fn store(&self, key: Arc<RootKey>, fresh: bool) -> (Store, Loaded) {
        let tell = telling(&self.results);
        let on_lost: OnLost = Box::new(move || tell(Input::CacheLost));
        let (tell, folder) = (telling(&self.results), self.ground.folder.clone());
        let on_disk: OnDisk = Box::new(move |fault| {
            let trouble = fault.map(|fault| StorageTrouble {
                fault,
                folder: folder.display().to_string(),
            });
            tell(Input::Storage(trouble));
        });
        Store::open(Place {
            folder: self.ground.folder.clone(),
            key,
            fresh,
            random: self.ground.random.clone(),
            on_lost,
            on_disk,
            thread: self.ground.os.thread(),
        })
        .await
    }

    /// The keychain once more, and where it works by now everything on disk.
    async fn ask(&self, keychain: &KeychainThread) -> Asking {
        let kept = keychain.open().await;
        let opened = match kept.key {
            Some(key) => {
                let (store, loaded) = self.store(key.clone(), kept.fresh).await;
                Some(Opened { key, store, loaded })
            }
            None => None,
        };
        Asking {
            keychain: kept.state,
            opened,
        }
    }

    fn parts(
        &self,
        session: &KeptSession,
        key: crate::session::DpopKey,
        keep: crate::session::KeepSession,
    ) -> TokenParts {
        TokenParts {
            http: self.ground.http.clone(),
            practice: session.url.clone(),
            endpoints: session.endpoints.clone(),
            key,
            clock: self.ground.clock.clone(),
            random: self.ground.random.clone(),
            keep,
        }
    }
}

impl Agent {
    pub(super) fn ask_keychain(&mut self, mend: bool) {
        let (answer, answered) = oneshot::channel();
        let (keychain, key) = (self.keychain.clone(), self.key.clone());
        let opening = Opening::on(&self.ground, &self.results);
        tokio::spawn(async move {
            let asking = if let Some(key) = key {
                Asking {
                    keychain: keychain.check(key, mend).await,
                    opened: None,
                }
            } else {
                opening.ask(&keychain).await
            };
            let _ = answer.send(asking);
        });
        self.asking = Some(answered);
    }

    /// From now on everything is kept, the running session first of all.
    pub(super) fn keychain_answered(&mut self, asking: Asking) -> Asked {
        let own = asking.opened.map(|opened| {
            self.key = Some(opened.key);
            self.store.becomes(&opened.store);
            if let Some(tokens) = self.tokens.clone() {
                tokio::spawn(async move { tokens.keep().await });
                self.end_older(opened.loaded.session.as_deref());
            }
            opened.loaded.own
        });
        Asked {
            keychain: asking.keychain,
            opened: own,
        }
    }

    /// A session that lay behind the lock is not this computer's any more: two would
    /// stand in the practice's list of computers.
    fn end_older(&self, sealed: Option<&Vec<u8>>) {
        let Some((session, key, refresh)) = sealed.and_then(|sealed| KeptSession::read(sealed))
        else {
            return;
        };
        let keep = Box::new(
            |_: &_, _: &_| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                Box::pin(async {})
            },
        );
        let parts = Opening::on(&self.ground, &self.results).parts(&session, key, keep);
        let older = Tokens::kept(parts, refresh);
        tokio::spawn(async move { older.revoke().await });
    }

    pub(super) fn read_document(&self, id: RequestId) {
        let (store, results) = (self.store.clone(), self.results.clone());
        tokio::spawn(async move {
            let document = store.read(id.clone()).await.map(Box::new);
            let _ = results.send(Input::Document(id, document)).await;
        });
    }

    pub(super) fn keep_note(
        &self,
        asked: (ConnectionId, u64),
        request: RequestId,
        name: Option<String>,
        text: String,
    ) {
        let note = Note {
            id: NoteId(random::act_key(&*self.ground.random).to_string()),
            request,
            name,
            at: self.ground.clock.now(),
            text,
            refused: None,
        };
        let (store, results) = (self.store.clone(), self.results.clone());
        tokio::spawn(async move {
            let kept = store.keep_note(note.clone()).await;
            let _ = results.send(Input::NoteKept { note, asked, kept }).await;
        });
    }
}
