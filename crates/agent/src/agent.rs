//! The one task that owns the desk: it takes inputs, does what the desk wants done
//! without waiting for any of it, and sends whole views to the window.

mod aside;
mod call;
mod keep;

use std::{collections::HashMap, sync::Arc, time::Duration};

use keep::{Asking, Ready, begin};
use latchkey_protocol::Position;
use latchkey_view::{Places, ToWindow, View};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    desk::{ConnectionId, Desk, Effect, Input, SignInStep, Tell},
    files::Files,
    os::{KeychainThread, Os, OsEvent, TrayState},
    practice::{Api, Elbow, Feed, FeedEvent, Http},
    random::Random,
    secret::RootKey,
    session::{Attempt, Progress, Tokens},
    socket::{FromSocket, Outbox},
    store::Store,
};

/// How many inputs are taken before the window is told.
const AT_ONCE: usize = 256;
/// How long the practice gets to hear that a session ended, where the agent ends with it.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long the window gets to hear that the agent ends.
const GOODBYE: Duration = Duration::from_millis(500);

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

enum Turn {
    Input(Input),
    Ready(Box<Ready>),
    Asked(Box<Asking>),
    Socket(FromSocket),
    SignIn(Progress),
    Wake,
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

    async fn next_turn(&mut self) -> Turn {
        let deadline = self.desk.deadline();
        // In this order, so that a schedule can be played again: a person's wish before
        // the feed, of which there may be much. Whatever is taken looks at the clock, too.
        tokio::select! {
            biased;
            () = self.ground.stop.cancelled() => Turn::Input(Input::Quit),
            ready = answer_of(&mut self.ready) => {
                self.ready = None;
                Turn::Ready(Box::new(ready))
            }
            asked = answer_of(&mut self.asking) => {
                self.asking = None;
                Turn::Asked(Box::new(asked))
            }
            Some(from) = self.ground.socket.recv() => Turn::Socket(from),
            Some(event) = self.ground.os_events.recv() => Turn::Input(Input::Os(event)),
            Some(progress) = next_of(self.sign_in.as_mut().map(|open| &mut open.progress)) => {
                Turn::SignIn(progress)
            }
            Some(input) = self.inputs.recv() => Turn::Input(input),
            Some(event) = next_of(self.feed.as_mut().map(|feed| &mut feed.events)) => {
                Turn::Input(Input::Feed(event))
            }
            () = self.ground.clock.sleep_until(deadline) => Turn::Wake,
        }
    }

    /// What came meanwhile: a burst is drawn once.
    fn waiting_turn(&mut self) -> Option<Turn> {
        if self.ends.is_some() {
            return None;
        }
        if let Some(feed) = &mut self.feed
            && let Ok(event) = feed.events.try_recv()
        {
            return Some(Turn::Input(Input::Feed(event)));
        }
        if let Ok(input) = self.inputs.try_recv() {
            return Some(Turn::Input(input));
        }
        self.ground.socket.try_recv().ok().map(Turn::Socket)
    }

    fn take(&mut self, turn: Turn) {
        let now = self.ground.clock.now();
        let effects = match turn {
            Turn::Wake => self.desk.wake(now),
            Turn::Input(input) => self.desk.take(input, now),
            Turn::Ready(ready) => {
                self.store = ready.store;
                self.key = ready.key;
                self.tokens = ready.tokens;
                self.desk.take(Input::Started(Box::new(ready.started)), now)
            }
            Turn::Asked(asking) => {
                let asked = self.keychain_answered(*asking);
                self.desk.take(Input::Keychain(Box::new(asked)), now)
            }
            Turn::SignIn(progress) => {
                let step = self.sign_in_step(progress);
                self.desk.take(Input::SignIn(step), now)
            }
            Turn::Socket(FromSocket::Came(connection, outbox)) => {
                self.connections.insert(connection, outbox);
                Vec::new()
            }
            Turn::Socket(FromSocket::Said(connection, frame)) => {
                self.desk.take(Input::Window(connection, frame), now)
            }
            Turn::Socket(FromSocket::Gone(connection)) => {
                self.connections.remove(&connection);
                self.desk.take(Input::WindowGone(connection), now)
            }
        };
        for effect in effects {
            self.perform(effect);
        }
    }

    fn sign_in_step(&mut self, progress: Progress) -> SignInStep {
        match progress {
            Progress::OpenBrowser(url) => SignInStep::OpenBrowser(url),
            Progress::Done(session, tokens) => {
                self.sign_in = None;
                self.tokens = Some(tokens);
                SignInStep::Done(session)
            }
            Progress::Failed(why) => {
                self.sign_in = None;
                SignInStep::Failed(why)
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        let ground = &self.ground;
        match effect {
            Effect::Answer(connection, id, answer) => {
                self.send(connection, ToWindow::Answer { id, answer });
            }
            Effect::Tell(connection, tell) => {
                let frame = match tell {
                    Tell::Stay => ToWindow::Stay,
                    Tell::Leave => ToWindow::Leave,
                    Tell::Raise => ToWindow::Raise,
                    Tell::Status(status) => ToWindow::Status(status),
                    Tell::Erased(left) => ToWindow::Erased { left },
                };
                self.send(connection, frame);
            }
            Effect::ReadKeychain => {
                self.ready = Some(begin(ground, self.keychain.clone(), &self.results));
            }
            Effect::AskKeychain { mend } => self.ask_keychain(mend),
            Effect::KeepNote {
                asked,
                request,
                name,
                text,
            } => self.keep_note(asked, request, name, text),
            Effect::StartSignIn(practice) => self.start_sign_in(practice),
            Effect::StopSignIn => {
                if let Some(open) = self.sign_in.take() {
                    open.stop.cancel();
                }
            }
            Effect::OpenBrowser(url) => ground.os.open_browser(&url),
            Effect::StartFeed(since) => self.start_feed(since),
            Effect::Connect(nudge) => {
                if let Some(feed) = &self.feed {
                    feed.elbow.nudge(nudge);
                }
            }
            Effect::AskMe => self.ask_me(),
            Effect::Call(act, call) => self.call(act, call),
            Effect::Write(write) => self.store.write(write),
            Effect::LookAtDisk => self.store.look(),
            Effect::Notify(alert) => ground.os.notify(&alert),
            Effect::Withdraw(alert) => ground.os.withdraw(alert),
            Effect::OpenWindow => ground.os.open_window(),
            Effect::EndSession { revoke } => self.end_session(revoke),
            Effect::Keep(what) => self.files.keep(what),
            Effect::CheckPassphrase {
                passphrase,
                hash,
                locks,
            } => self.check_passphrase(passphrase, hash, locks),
            Effect::HashPassphrase(connection, command, passphrase) => {
                self.hash_passphrase(connection, command, passphrase);
            }
            Effect::KeepPassphrase(hash) => self.keep_passphrase(hash.as_deref()),
            Effect::LockComputer => ground.os.lock_computer(),
            Effect::Erase => self.erase(),
            Effect::Quit => self.ends = Some(End::Quit),
            Effect::Vanish => self.ends = Some(End::Vanish),
        }
    }

    /// A window that does not read is cut off: it can come again.
    fn send(&mut self, connection: ConnectionId, frame: ToWindow) {
        if let Some(outbox) = self.connections.get(&connection)
            && outbox.frames.try_send(frame).is_err()
        {
            self.connections.remove(&connection);
        }
    }

    fn start_sign_in(&mut self, practice: url::Url) {
        let (sender, progress) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let attempt = Attempt {
            practice,
            device_name: self.ground.os.host_name(),
            http: self.ground.http.clone(),
            clock: self.ground.clock.clone(),
            random: self.ground.random.clone(),
            store: self.store.clone(),
            stop: stop.clone(),
            progress: sender,
        };
        tokio::spawn(attempt.run());
        self.sign_in = Some(OpenSignIn { progress, stop });
    }

    fn start_feed(&mut self, since: Option<Position>) {
        let Some(tokens) = &self.tokens else {
            return;
        };
        let (sender, events) = mpsc::channel(64);
        let elbow = Arc::new(Elbow::default());
        let feed = Feed {
            api: Api::new(tokens.clone()),
            clock: self.ground.clock.clone(),
            random: self.ground.random.clone(),
            elbow: elbow.clone(),
            events: sender,
        };
        tokio::spawn(feed.run(since));
        self.feed = Some(OpenFeed { events, elbow });
    }

    fn end_session(&mut self, revoke: bool) {
        self.feed = None;
        let Some(tokens) = self.tokens.take() else {
            return;
        };
        tokens.end();
        self.store.wipe();
        if revoke {
            self.revoke(tokens);
        }
    }

    /// Tells the window and the tray what changed.
    fn publish(&mut self) {
        let tray = self.desk.tray();
        if self.tray != Some(tray) {
            self.tray = Some(tray);
            self.ground.os.tray(tray);
        }
        let Some(outbox) = self
            .desk
            .window()
            .and_then(|window| self.connections.get(&window))
        else {
            return;
        };
        let view = self.desk.view();
        if self.drawn.as_deref() != Some(&view) {
            self.drawn = Some(Arc::new(view));
        }
        outbox.view.send_if_modified(|shown| {
            let same = match (&*shown, &self.drawn) {
                (Some(shown), Some(drawn)) => Arc::ptr_eq(shown, drawn),
                _ => false,
            };
            shown.clone_from(&self.drawn);
            !same
        });
    }

    async fn say_goodbye(self, end: End) {
        for outbox in self.connections.values() {
            let _ = outbox.frames.try_send(match end {
                End::Quit => ToWindow::Bye,
                End::Vanish => ToWindow::Vanish,
            });
        }
        let all: Vec<_> = self
            .connections
            .into_values()
            .map(|outbox| outbox.frames)
            .collect();
        let gone = async {
            for frames in &all {
                frames.closed().await;
            }
        };
        // The writers end with their last frame, or with the window.
        let patience = match end {
            End::Quit => GOODBYE,
            End::Vanish => FAREWELL,
        };
        let _ = tokio::time::timeout(patience, gone).await;
        if let Some(revoking) = self.revoking {
            let _ = tokio::time::timeout(FAREWELL, revoking).await;
        }
        self.store.flush().await;
        self.files.close().await;
    }
}

async fn next_of<T>(from: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match from {
        Some(from) => from.recv().await,
        None => std::future::pending().await,
    }
}

async fn answer_of<T>(from: &mut Option<oneshot::Receiver<T>>) -> T {
    if let Some(from) = from
        && let Ok(answer) = from.await
    {
        return answer;
    }
    std::future::pending().await
}
