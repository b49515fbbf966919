//! The one task that owns the desk: it takes inputs, does what the desk wants done
//! without waiting for any of it, and sends whole views to the window.

mod aside;
mod call;
mod keep;
mod perform;
mod turn;
mod window;

use std::{collections::HashMap, sync::Arc};

use keep::{Asking, Ready, begin};
use latchkey_view::{Places, View};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    desk::{ConnectionId, Desk, Input},
    files::Files,
    os::{KeychainThread, Os, OsEvent, TrayState},
    practice::{Elbow, FeedEvent, Http},
    random::Random,
    secret::RootKey,
    session::{Progress, Tokens},
    socket::{FromSocket, Outbox},
    store::Store,
};

/// How many inputs are taken before the window is told.
const AT_ONCE: usize = 256;

/// What the agent stands on.
pub struct Ground {
    /// The operating system.
    pub os: Arc<dyn Os>,
    /// What comes from it.
    pub os_events: mpsc::UnboundedReceiver<OsEvent>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The client.
    pub http: Arc<Http>,
    /// The folders.
    pub places: Places,
    /// What comes over the local socket.
    pub socket: mpsc::Receiver<FromSocket>,
    /// Ends the agent.
    pub stop: CancellationToken,
}

/// The task's own things.
pub struct Agent {
    ground: Ground,
    desk: Desk,
    store: Store,
    tokens: Option<Arc<Tokens>>,
    results: mpsc::Sender<Input>,
    inputs: mpsc::Receiver<Input>,
    keychain: KeychainThread,
    ready: Option<oneshot::Receiver<Ready>>,
    /// What everything on disk is sealed under, where the keychain keeps it.
    key: Option<Arc<RootKey>>,
    asking: Option<oneshot::Receiver<Asking>>,
    feed: Option<OpenFeed>,
    sign_in: Option<OpenSignIn>,
    connections: HashMap<ConnectionId, Outbox>,
    unanswered: call::Unanswered,
    drawn: Option<Arc<View>>,
    tray: Option<TrayState>,
    files: Files,
    revoking: Option<JoinHandle<()>>,
    ends: Option<End>,
}

/// How the agent ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// To start again some time.
    Quit,
    /// Everything was deleted, and nothing may be left behind.
    Vanish,
}

/// Dropping it ends the task at its other end.
struct OpenFeed {
    events: mpsc::Receiver<FeedEvent>,
    elbow: Arc<Elbow>,
}

struct OpenSignIn {
    progress: mpsc::Receiver<Progress>,
    stop: CancellationToken,
}

impl Agent {
    /// On its ground.
    #[must_use]
    pub fn new(ground: Ground) -> Self {
        let (results, inputs) = mpsc::channel(64);
        let desk = Desk::new(ground.clock.now());
        let tell = keep::telling(&results);
        let keychain = KeychainThread::start(
            ground.os.clone(),
            ground.random.clone(),
            ground.places.name(),
            // Whoever waited has gone on without it: it is asked again, not believed.
            Box::new(move || tell(Input::Os(OsEvent::KeychainChanged))),
        );
        let ready = begin(&ground, keychain.clone(), &results);
        let files = Files::in_places(ground.places.clone(), ground.os.thread());
        Self {
            ground,
            desk,
            store: Store::nowhere(),
            tokens: None,
            results,
            inputs,
            keychain,
            ready: Some(ready),
            key: None,
            asking: None,
            feed: None,
            sign_in: None,
            connections: HashMap::new(),
            unanswered: call::Unanswered::default(),
            drawn: None,
            tray: None,
            files,
            revoking: None,
            ends: None,
        }
    }

    /// Runs until it is told to quit.
    pub async fn run(mut self) -> End {
        self.publish();
        let end = loop {
            if let Some(end) = self.ends {
                break end;
            }
            let turn = self.next_turn().await;
            self.take(turn);
            for _ in 0..AT_ONCE {
                let Some(turn) = self.waiting_turn() else {
                    break;
                };
                self.take(turn);
            }
            self.publish();
        };
        self.say_goodbye(end).await;
        end
    }
}
