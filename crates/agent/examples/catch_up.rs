//! Measures for `cargo xtask bench feed`: a desktop comes back after 10,000 changes.
//! From the start of the agent, which opens its cache and connects, until the window's
//! view and the sealed cache hold everything; beside the same documents taken from a
//! server that only has bytes, into a database that is not sealed. Prints both, in
//! milliseconds. `catch_up LATCHKEY_AUTH WEEKEND FOLDER`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the bench: it may panic, talks to it, and reads the clock"
)]

#[path = "catch_up/floor.rs"]
mod floor;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/agent/support/os.rs"]
mod os;
#[path = "catch_up/practice.rs"]
mod practice;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/agent/support/window.rs"]
mod window;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use latchkey_agent::{
    agent::{Agent, Ground},
    clock::SystemClock,
    os::Thread,
    practice::Http,
    random::SystemRandom,
    secret::RootKey,
    socket::Seat,
    store::{Place, Store},
};
use latchkey_protocol::{HelpRequest, RequestState};
use latchkey_view::{Command, Connection, Places, Session, View};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use os::FakeOs;
use practice::Practice;
use window::TestWindow;

/// Requests, each of which changes five times.
const REQUESTS: usize = 2_000;

#[tokio::main]
async fn main() {
    let [auth, weekend, folder] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    let folder = Path::new(&folder);
    let places = Places {
        data: folder.join("data"),
        config: folder.join("config"),
        state: folder.join("state"),
        runtime: folder.join("run"),
    };
    let os = Arc::new(FakeOs::default());
    let mut practice = Practice::make(&auth, &weekend, folder, REQUESTS);
    practice.open().await;

    let desktop = Desktop::start(&places, &os);
    let mut window = TestWindow::open(&places, None).await;
    window
        .sees("nobody", |view| {
            matches!(view.session, Session::SignedOut { .. })
        })
        .await;
    window
        .act(Command::SignIn {
            practice: practice.url(),
        })
        .await;
    let asked = browsed(&os, &window).await;
    practice.connect(&asked).await;
    // The first time everything is new: that is not what is measured, and may take long.
    while os.record().tray.unread as usize != REQUESTS {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(window);
    desktop.stop().await;
    practice.close();
    practice.weekend("change");
    practice.open().await;

    let watch = Instant::now();
    let desktop = Desktop::start(&places, &os);
    let window = TestWindow::open(&places, None).await;
    window.sees("everything", caught_up).await;
    let seen = watch.elapsed();
    drop(window);
    desktop.stop().await;
    let kept = watch.elapsed();
    println!("The view held everything after {seen:.0?}, the cache after {kept:.0?}.");

    let requests = in_cache(&places, &os).await;
    assert_eq!(requests.len(), REQUESTS);
    assert!(
        requests
            .iter()
            .all(|one| one.state == RequestState::Looking)
    );
    let floor = floor::measure(&requests, folder).await;
    println!(
        "{} {}",
        kept.as_secs_f64() * 1_000.0,
        floor.as_secs_f64() * 1_000.0
    );
}

/// An agent in this process, on a real clock and a keychain in memory.
struct Desktop {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Desktop {
    fn start(places: &Places, os: &Arc<FakeOs>) -> Self {
        let (said, socket) = mpsc::channel(64);
        // Nobody touches the tray here; the sender lives as long as the agent.
        let (outside, os_events) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(Seat::claim(places).unwrap().serve(said));
        let agent = Agent::new(Ground {
            os: os.clone(),
            os_events,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            http: Arc::new(Http::new().unwrap()),
            places: places.clone(),
            socket,
            stop: stop.clone(),
        });
        let running = tokio::spawn(async move {
            agent.run().await;
            drop(outside);
            serving.abort();
            let _ = serving.await;
        });
        Self { stop, running }
    }

    /// Returns once the cache is on disk.
    async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }
}

async fn browsed(os: &FakeOs, window: &TestWindow) -> String {
    window
        .sees("the browser", |_| !os.record().browsed.is_empty())
        .await;
    os.record().browsed[0].clone()
}

fn caught_up(view: &View) -> bool {
    view.connection == Connection::Connected
        && view.inbox.total as usize == REQUESTS
        && view
            .inbox
            .rows
            .iter()
            .all(|row| row.state == RequestState::Looking)
}

async fn in_cache(places: &Places, os: &FakeOs) -> Vec<HelpRequest> {
    let key = os.record().kept[&places.name()].clone();
    let key = Arc::new(RootKey::from_kept(&key).unwrap());
    let place = Place {
        folder: places.data.clone(),
        key,
        fresh: false,
        random: Arc::new(SystemRandom),
        on_lost: Box::new(|| panic!("the cache failed")),
        on_disk: Box::new(|_| panic!("the disk failed")),
        thread: Thread::start(),
    };
    let (store, loaded) = Store::open(place).await;
    let mut requests = Vec::new();
    for id in loaded.requests.into_keys() {
        requests.push(store.read(id).await.unwrap());
    }
    requests
}
