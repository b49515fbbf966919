//! A desktop: the real agent on a computer that the schedule plays.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc as disk,
    },
};

use latchkey_agent::{
    agent::{Agent, Ground},
    desk::ConnectionId,
    os::{Alert, AlertId, Job, KeychainError, Os, OsEvent, Start, StartError, Thread, TrayState},
    practice::Http,
    socket::{FromSocket, Outbox},
};
use latchkey_view::{Command, Places, Shortcut, ToAgent, ToWindow, View};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    air::{Parcels, Wire},
    chance::{Seeded, Time, Watch},
    quiet::lock,
};

/// How the keychain does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keychain {
    /// As it should.
    #[default]
    Works,
    /// It is locked.
    Locked,
    /// It fails.
    Fails,
}

#[derive(Default)]
struct Drawer {
    keychain: Keychain,
    secret: Option<Vec<u8>>,
    rung: u32,
    threads: Vec<disk::Receiver<Job>>,
}

/// The operating system of one computer.
#[derive(Default)]
pub struct Computer(Mutex<Drawer>);

impl Computer {
    /// Whose keychain keeps this.
    #[must_use]
    pub fn keeping(secret: Vec<u8>) -> Arc<Self> {
        let computer = Self::default();
        lock(&computer.0).secret = Some(secret);
        Arc::new(computer)
    }

    fn keychain(&self, keychain: Keychain) {
        lock(&self.0).keychain = keychain;
    }

    /// How many requests its notifications have told of.
    #[must_use]
    pub fn rung(&self) -> u32 {
        lock(&self.0).rung
    }

    /// Does at most so many jobs that wait for the disk or the keychain.
    #[must_use]
    pub fn work(&self, most: usize) -> usize {
        for done in 0..most {
            let job = lock(&self.0)
                .threads
                .iter()
                .find_map(|thread| thread.try_recv().ok());
            match job {
                Some(job) => job(),
                None => return done,
            }
        }
        most
    }

    fn keychain_works(&self) -> bool {
        lock(&self.0).keychain == Keychain::Works
    }

    fn forget_jobs(&self) {
        lock(&self.0).threads.clear();
    }
}

impl Os for Computer {
    fn keychain_read(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let drawer = lock(&self.0);
        match drawer.keychain {
            Keychain::Works => Ok(drawer.secret.clone().map(Zeroizing::new)),
            Keychain::Locked => Err(KeychainError::Locked),
            Keychain::Fails => Err(KeychainError::Failing),
        }
    }

    fn keychain_keep(&self, _: &str, secret: &[u8]) -> Result<(), KeychainError> {
        lock(&self.0).secret = Some(secret.to_vec());
        Ok(())
    }

    fn keychain_forget(&self, _: &str) -> Result<(), KeychainError> {
        lock(&self.0).secret = None;
        Ok(())
    }

    fn notify(&self, alert: &Alert) {
        lock(&self.0).rung += alert.count;
    }

    fn withdraw(&self, _: AlertId) {}

    fn tray(&self, _: TrayState) {}

    fn open_browser(&self, _: &str) {}

    fn open_window(&self) {}

    fn lock_computer(&self) {}

    fn take_keys(&self, _: Option<Shortcut>) {}

    fn start_at_log_in(&self, _: Start) -> Result<(), StartError> {
        Ok(())
    }

    fn host_name(&self) -> String {
        "a desk".to_owned()
    }

    fn thread(&self) -> Thread {
        let (jobs, todo) = disk::channel();
        lock(&self.0).threads.push(todo);
        Thread::done_by(jobs)
    }
}

/// A window, as far as the agent sees it.
struct Window {
    id: ConnectionId,
    frames: mpsc::Receiver<ToWindow>,
    views: watch::Receiver<Option<Arc<View>>>,
}

/// From a start of the agent to its end.
struct Life {
    task: JoinHandle<()>,
    alive: Arc<AtomicBool>,
    socket: mpsc::Sender<FromSocket>,
    events: mpsc::UnboundedSender<OsEvent>,
    stop: CancellationToken,
    window: Option<Window>,
    /// The keychain has worked all the time.
    keeps: bool,
}

/// A desktop.
pub struct Desktop {
    /// Its number.
    pub number: usize,
    /// Whose.
    pub staff: &'static str,
    /// Its clock.
    pub clock: Arc<Watch>,
    /// Its computer.
    pub computer: Arc<Computer>,
    /// The data folder.
    pub folder: PathBuf,
    random: Arc<Seeded>,
    life: Option<Life>,
    connections: u64,
    commands: u64,
}

impl Desktop {
    /// Switched off.
    #[must_use]
    pub fn off(
        number: usize,
        staff: &'static str,
        folder: PathBuf,
        computer: Arc<Computer>,
        time: &Arc<Time>,
        seed: u64,
    ) -> Self {
        Self {
            number,
            staff,
            clock: Watch::of(time),
            computer,
            folder,
            random: Arc::new(Seeded::of(seed, 100 + number as u64)),
            life: None,
            connections: 0,
            commands: 0,
        }
    }

    /// Starts the agent.
    pub fn start(&mut self, client: &reqwest::Client, air: &Parcels, time: &Arc<Time>) {
        let alive = Arc::new(AtomicBool::new(true));
        let wire = Wire {
            desk: self.number,
            air: air.clone(),
            alive: alive.clone(),
            time: time.clone(),
        };
        let (events, os_events) = mpsc::unbounded_channel();
        let (said, socket) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let agent = Agent::new(Ground {
            os: self.computer.clone(),
            os_events,
            clock: self.clock.clone(),
            random: self.random.clone(),
            http: Arc::new(Http::over(client.clone(), Arc::new(wire))),
            places: places(&self.folder),
            socket,
            stop: stop.clone(),
        });
        self.life = Some(Life {
            task: tokio::spawn(async move {
                let _ = agent.run().await;
            }),
            alive,
            socket: said,
            events,
            stop,
            window: None,
            keeps: self.computer.keychain_works(),
        });
    }

    /// The keychain changes, and says so.
    pub fn keychain(&mut self, keychain: Keychain) {
        self.computer.keychain(keychain);
        if let Some(life) = &mut self.life {
            life.keeps &= keychain == Keychain::Works;
            let _ = life.events.send(OsEvent::KeychainChanged);
        }
    }

    /// Somebody proves who they are to the computer.
    pub fn unlock(&self) {
        if let Some(life) = &self.life {
            for event in [OsEvent::ComputerLocked, OsEvent::ComputerUnlocked] {
                let _ = life.events.send(event);
            }
        }
    }

    /// Whether the agent runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.life
            .as_ref()
            .is_some_and(|life| !life.task.is_finished())
    }

    /// Whether what it says it keeps outlives it.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.life.as_ref().is_some_and(|life| life.keeps)
    }

    /// Kills the agent: what waited for the disk is lost.
    pub fn kill(&mut self, air: &Parcels) {
        if let Some(life) = self.life.take() {
            life.alive.store(false, Ordering::SeqCst);
            life.task.abort();
        }
        self.computer.forget_jobs();
        lock(air).retain(|parcel| parcel.is_copy || parcel.desk != self.number);
    }

    /// Asks the agent to end by itself; the window ends with it.
    pub fn quit(&mut self) {
        if let Some(life) = &mut self.life {
            life.window = None;
            life.stop.cancel();
        }
    }

    /// Opens the window.
    pub fn open_window(&mut self) {
        self.connections += 1;
        let id = ConnectionId(self.connections);
        let Some(life) = &mut self.life else { return };
        let (frames, told) = mpsc::channel(64);
        let (view, views) = watch::channel(None);
        let launch = ToAgent::Launch {
            practice: None,
            request: None,
        };
        let _ = life
            .socket
            .try_send(FromSocket::Came(id, Outbox { frames, view }));
        let _ = life.socket.try_send(FromSocket::Said(id, launch));
        life.window = Some(Window {
            id,
            frames: told,
            views,
        });
    }

    /// The window's process ends.
    pub fn close_window(&mut self) {
        let Some(life) = &mut self.life else { return };
        if let Some(window) = life.window.take() {
            let _ = life.socket.try_send(FromSocket::Gone(window.id));
        }
    }

    /// Whether there is a window.
    #[must_use]
    pub fn has_window(&self) -> bool {
        self.life.as_ref().is_some_and(|life| life.window.is_some())
    }

    /// A person does something at the window. Gives the command's number.
    pub fn command(&mut self, command: Command) -> Option<u64> {
        self.commands += 1;
        let id = self.commands;
        self.say(ToAgent::Command { id, command }).then_some(id)
    }

    /// The window says something.
    pub fn say(&self, frame: ToAgent) -> bool {
        let Some(life) = &self.life else { return false };
        let Some(window) = &life.window else {
            return false;
        };
        life.socket
            .try_send(FromSocket::Said(window.id, frame))
            .is_ok()
    }

    /// What the window was told.
    pub fn told(&mut self) -> Vec<ToWindow> {
        let window = self.life.as_mut().and_then(|life| life.window.as_mut());
        let mut all = Vec::new();
        if let Some(window) = window {
            while let Ok(frame) = window.frames.try_recv() {
                all.push(frame);
            }
        }
        all
    }

    /// What the window draws.
    #[must_use]
    pub fn view(&self) -> Option<Arc<View>> {
        let window = self.life.as_ref()?.window.as_ref()?;
        window.views.borrow().clone()
    }
}

fn places(folder: &Path) -> Places {
    Places {
        data: folder.to_owned(),
        config: folder.join("config"),
        state: folder.join("state"),
        runtime: folder.join("run"),
    }
}
