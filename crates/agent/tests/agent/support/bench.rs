use std::{sync::Arc, time::Duration};

use latchkey_agent::{
    agent::{Agent, End, Ground},
    os::OsEvent,
    practice::Http,
    random::SystemRandom,
    socket::Seat,
};
use latchkey_protocol::RequestId;
use latchkey_view::{Command, Places, Session, View};
use tempfile::TempDir;
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{FakeClock, FakeOs, ScriptedPractice, TestWindow, until};

/// A whole agent with everything around it.
pub struct Bench {
    pub clock: Arc<FakeClock>,
    pub os: Arc<FakeOs>,
    pub practice: ScriptedPractice,
    pub places: Places,
    events: Option<mpsc::UnboundedSender<OsEvent>>,
    running: Option<(CancellationToken, JoinHandle<End>)>,
    serving: Option<AbortHandle>,
    _folder: TempDir,
}

impl Bench {
    /// Without an agent yet.
    pub async fn set_up() -> Self {
        // Other tests of this program may have done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // As a runtime folder is: nobody else's.
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let folder = tempfile::Builder::new()
            .permissions(private)
            .tempdir()
            .unwrap();
        let root = folder.path();
        let places = Places {
            data: root.join("data"),
            config: root.join("config"),
            state: root.join("state"),
            runtime: root.join("run"),
        };
        Self {
            clock: Arc::default(),
            os: Arc::default(),
            practice: ScriptedPractice::open().await,
            places,
            events: None,
            running: None,
            serving: None,
            _folder: folder,
        }
    }

    /// With an agent that nobody is signed in to.
    pub async fn started() -> Self {
        let mut bench = Self::set_up().await;
        bench.start();
        bench
    }

    /// Signed in, with a window, and the feed open.
    pub async fn signed_in() -> (Self, TestWindow) {
        let bench = Self::started().await;
        let mut window = bench.window().await;
        bench.sign_in(&mut window).await;
        window.sees("connected", is_connected).await;
        (bench, window)
    }

    pub fn start(&mut self) {
        let (events, os_events) = mpsc::unbounded_channel();
        let (said, socket) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let seat = Seat::claim(&self.places).unwrap();
        let serving = tokio::spawn(seat.serve(said));
        self.serving = Some(serving.abort_handle());
        let agent = Agent::new(Ground {
            os: self.os.clone(),
            os_events,
            clock: self.clock.clone(),
            random: Arc::new(SystemRandom),
            http: Arc::new(Http::new().unwrap()),
            places: self.places.clone(),
            socket,
            stop: stop.clone(),
        });
        let task = tokio::spawn(async move {
            let end = agent.run().await;
            serving.abort();
            let _ = serving.await;
            end
        });
        self.events = Some(events);
        self.running = Some((stop, task));
    }

    pub async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.cancel();
        task.await.unwrap();
        self.practice.cut();
    }

    /// Waits for the end that somebody else brought about.
    pub async fn ended(&mut self) -> End {
        let (_, task) = self.running.take().unwrap();
        task.await.unwrap()
    }

    /// As by `kill -9`: no farewell, nothing more is written.
    pub async fn kill(&mut self) {
        let (_, task) = self.running.take().unwrap();
        task.abort();
        let _ = task.await;
        self.serving.take().unwrap().abort();
        self.practice.cut();
        // A process that is killed takes its threads with it; here they end by themselves.
        until("the files are free", || self.os.threads_are_gone()).await;
        until("the socket is free", || {
            std::os::unix::net::UnixStream::connect(self.places.socket()).is_err()
        })
        .await;
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start();
    }

    /// Lets time pass, half a second at a time, until something has happened.
    pub async fn passing<T>(&self, happens: impl Future<Output = T>) -> T {
        let passing = async {
            loop {
                self.clock.advance(500);
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        };
        tokio::select! {
            happened = happens => happened,
            () = passing => unreachable!("time does not end"),
        }
    }

    /// Lets time pass on a connection that stays alive.
    pub async fn pass(&self, millis: i64) {
        let mut left = millis;
        while left > 0 {
            let step = left.min(30_000);
            let sleeps = self.clock.sleeps();
            self.practice.push(": still here\n\n");
            until("the comment arrived", || self.clock.sleeps() > sleeps).await;
            self.clock.advance(step);
            left -= step;
        }
    }

    pub fn outside(&self, event: OsEvent) {
        self.events.as_ref().unwrap().send(event).unwrap();
    }

    pub async fn window(&self) -> TestWindow {
        TestWindow::open(&self.places, None).await
    }

    pub async fn window_on(&self, request: &str) -> TestWindow {
        TestWindow::open(&self.places, Some(RequestId::from(request))).await
    }

    /// Presses *Sign in*, and plays the browser to its end.
    pub async fn sign_in(&self, window: &mut TestWindow) {
        let asked = self.browser_asked(window).await;
        let answer = self.come_back(&asked, &[]).await;
        assert!(answer.contains("You are signed in"), "{answer}");
        window.sees("signed in", is_signed_in).await;
    }

    /// Presses *Sign in*, and gives the address that the browser was sent to.
    pub async fn browser_asked(&self, window: &mut TestWindow) -> Url {
        let before = self.os.record().browsed.len();
        window.sees("signed out", is_signed_out).await;
        let practice = self.practice.url();
        window.act(Command::SignIn { practice }).await;
        until("the browser opened", || {
            self.os.record().browsed.len() > before
        })
        .await;
        Url::parse(self.os.record().browsed.last().unwrap()).unwrap()
    }

    /// Plays the browser; see [`come_back`].
    pub async fn come_back(&self, asked: &Url, changes: &[(&str, &str)]) -> String {
        come_back(&self.practice, asked, changes).await
    }
}

/// Plays the person who pressed *Connect this computer*: the browser comes back with a
/// code, and with `changes` in place of what it should say. Gives the page it shows.
pub async fn come_back(
    practice: &ScriptedPractice,
    asked: &Url,
    changes: &[(&str, &str)],
) -> String {
    let said = |name: &str| {
        let mut pairs = asked.query_pairs();
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap()
    };
    let challenge = said("code_challenge");
    practice
        .script()
        .codes
        .insert("code-1".to_owned(), challenge);
    let mut answer = vec![
        ("code", "code-1".to_owned()),
        ("state", said("state")),
        ("iss", practice.url()),
    ];
    for (name, value) in changes {
        answer.retain(|(given, _)| given != name);
        answer.push((name, (*value).to_owned()));
    }
    let url = Url::parse_with_params(&said("redirect_uri"), answer).unwrap();
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

pub fn is_connected(view: &View) -> bool {
    view.connection == latchkey_view::Connection::Connected
}

pub fn is_signed_in(view: &View) -> bool {
    matches!(view.session, Session::SignedIn { .. })
}

pub fn is_locked(view: &View) -> bool {
    matches!(view.session, Session::Locked { .. })
}

pub fn is_signed_out(view: &View) -> bool {
    matches!(view.session, Session::SignedOut { .. })
}

pub fn is_offline(view: &View) -> bool {
    matches!(view.connection, latchkey_view::Connection::Offline(_))
}
