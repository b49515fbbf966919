//! The agent's program between a scripted practice and a notification daemon that notes
//! when it was called.

use std::{
    path::PathBuf,
    process::{Child, Command as Process, Stdio},
    time::{Duration, Instant},
};

use latchkey_view::{Command, Places};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::support::{
    Bus, Notifications, ScriptedPractice, TestWindow, come_back, document, event, is_connected,
    is_signed_in, is_signed_out, solved, until,
};

/// So often the bell rings.
const RINGS: usize = 300;
/// What comes sooner after another one is told with it.
const APART: Duration = Duration::from_millis(300);
/// So many requests there are, each of which changes again and again.
const REQUESTS: i64 = 1_000;
const EVENTS: i64 = 50_000;
/// What comes at once.
const BURST: i64 = 500;
/// For memory to be given back.
const SETTLED: Duration = Duration::from_secs(10);

pub struct Scene {
    folder: TempDir,
    /// Ends with the scene.
    _keychain: Box<dyn std::any::Any>,
    bus: Bus,
    screen: Notifications,
    practice: ScriptedPractice,
    window: Option<TestWindow>,
    agent: Child,
    position: i64,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.agent.kill();
        let _ = self.agent.wait();
    }
}

impl Scene {
    pub async fn set(program: PathBuf) -> Self {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let folder = tempfile::Builder::new()
            .permissions(private)
            .tempdir()
            .unwrap();
        let bus = Bus::start(folder.path());
        let keychain = Box::new(bus.keychain(folder.path()).await);
        let screen = Notifications::serve(&bus, true).await;
        let practice = ScriptedPractice::open().await;
        let data = folder.path().join("data");
        let browser = folder.path().join("browser");
        let opened = folder.path().join("opened");
        let script = format!(
            "#!/bin/sh\nprintf %s \"$1\" >'{0}.new' && mv '{0}.new' '{0}'\n",
            opened.display()
        );
        std::fs::write(&browser, script).unwrap();
        let runs = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&browser, runs).unwrap();
        let agent = Process::new(program)
            .arg("--data-dir")
            .arg(&data)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("BROWSER", &browser)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let places = Places {
            config: data.join("config"),
            state: data.join("state"),
            runtime: folder.path().join(latchkey_view::socket_folder_name(&data)),
            data,
        };
        until("the agent answers", || {
            std::os::unix::net::UnixStream::connect(places.socket()).is_ok()
        })
        .await;
        let mut window = TestWindow::open(&places, None).await;
        window.sees("signed out", is_signed_out).await;
        let url = practice.url();
        window.act(Command::SignIn { practice: url }).await;
        until("the browser", || opened.exists()).await;
        let asked = Url::parse(&std::fs::read_to_string(&opened).unwrap()).unwrap();
        come_back(&practice, &asked, &[]).await;
        window.sees("signed in", is_signed_in).await;
        window.sees("connected", is_connected).await;
        window.sees("known", |view| view.inbox.known).await;
        Self {
            folder,
            _keychain: keychain,
            bus,
            screen,
            practice,
            window: Some(window),
            agent,
            position: 0,
        }
    }

    fn next(&mut self) -> i64 {
        self.position += 1;
        self.position
    }

    /// Milliseconds from the event to the call, and of a call alone, both at the 99th
    /// percentile.
    pub async fn bell(&mut self) -> (f64, f64) {
        // Nobody looks.
        self.window = None;
        let (mut bells, mut floors) = (Vec::new(), Vec::new());
        let bus = self.bus.connect().await;
        for ring in 1..=RINGS {
            tokio::time::sleep(APART).await;
            let id = format!("b{ring}");
            let asks = document(&id, self.next());
            let watch = Instant::now();
            self.practice.say(&asks);
            let shown = self.screen.shows(ring).await;
            bells.push((shown.at - watch).as_secs_f64() * 1_000.0);
            let is_in = solved(&id, self.next());
            self.practice.say(&is_in);
            self.screen.closes(shown.id).await;

            let watch = Instant::now();
            bus.call_method(
                Some("org.freedesktop.Notifications"),
                "/org/freedesktop/Notifications",
                Some("org.freedesktop.Notifications"),
                "GetCapabilities",
                &(),
            )
            .await
            .unwrap();
            floors.push(watch.elapsed().as_secs_f64() * 1_000.0);
        }
        (percentile(bells), percentile(floors))
    }

    /// Megabytes before and after, with as many requests.
    pub async fn growth(&mut self) -> (f64, f64) {
        self.play(REQUESTS).await;
        self.play(REQUESTS).await;
        let before = self.megabytes().await;
        self.play(EVENTS).await;
        (before, self.megabytes().await)
    }

    /// Somebody asks, tries again, is looked after, and gets in.
    async fn play(&mut self, events: i64) {
        for burst in 0..events / BURST {
            let mut text = String::new();
            for one in 0..BURST {
                let id = format!("r{}", (burst * BURST + one) % REQUESTS);
                let position = self.next();
                text.push_str(&event(&turn(&id, position)));
            }
            self.practice.push(&text);
            // The agent has taken it once what came last is on the screen, and gone.
            let id = format!("m{burst}-{}", self.position);
            let shown = self.screen.screen.lock().unwrap().shown.len();
            let asks = document(&id, self.next());
            self.practice.say(&asks);
            let alert = self.screen.shows(shown + 1).await;
            let gone = json!({"request": id, "reason": "not_yours"});
            self.practice
                .push(&format!("event: gone\ndata: {gone}\n\n"));
            self.screen.closes(alert.id).await;
        }
    }

    async fn megabytes(&self) -> f64 {
        tokio::time::sleep(SETTLED).await;
        let rollup = format!("/proc/{}/smaps_rollup", self.agent.id());
        let rollup = std::fs::read_to_string(rollup).unwrap();
        let line = rollup.lines().find(|line| line.starts_with("Pss:"));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
            .unwrap();
        // The folder lives as long as what is measured.
        assert!(self.folder.path().exists());
        kib * 1_024.0 / 1_000_000.0
    }
}

/// What somebody has opened does not ring.
fn turn(id: &str, position: i64) -> Value {
    let mut document = document(id, position);
    if position % 3 == 0 {
        document = solved(id, position);
    }
    document["seen"] = json!({"by": "Sam Ortiz", "at": 1});
    document["message"] = json!(format!("Nothing came. This is try {position}."));
    document
}

fn percentile(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() * 99 / 100).copied().unwrap_or_default()
}
