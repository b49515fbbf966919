//! The real program on a real message bus: real keychain, notifications and tray as they
//! cross the bus. Runs where `LATCHKEY_TEST_DESKTOP` is set, as `cargo xtask test` does.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::{Child, Command as Process, Stdio},
    time::Duration,
};

use latchkey_view::{Command, Keychain, NotificationTrouble, Places};
use tempfile::TempDir;
use url::Url;
use zbus::{
    Connection,
    zvariant::{OwnedValue, Structure, Value},
};

use crate::support::{
    Bus, Notifications, Panel, ScriptedPractice, TestWindow, come_back, document, is_connected,
    is_locked, is_signed_in, is_signed_out, solved, until,
};

pub fn here() -> bool {
    let here = std::env::var_os("LATCHKEY_TEST_DESKTOP").is_some();
    if !here {
        println!(
            "skipped: set LATCHKEY_TEST_DESKTOP where dbus-daemon and gnome-keyring are installed"
        );
    }
    here
}

/// The program, on a bus and a home of its own.
pub struct Real {
    pub folder: TempDir,
    pub bus: Bus,
    pub practice: ScriptedPractice,
    pub places: Places,
    pub environment: Vec<(&'static str, String)>,
    running: Option<Child>,
}

impl Drop for Real {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}

impl Real {
    pub async fn set_up() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let folder = tempfile::Builder::new()
            .permissions(private)
            .tempdir()
            .unwrap();
        let bus = Bus::start(folder.path());
        let data = folder.path().join("data");
        let runtime = folder.path().join(latchkey_view::socket_folder_name(&data));
        Self {
            places: Places {
                config: data.join("config"),
                state: data.join("state"),
                data,
                runtime,
            },
            bus,
            practice: ScriptedPractice::open().await,
            folder,
            environment: Vec::new(),
            running: None,
        }
    }

    pub fn program(&self) -> Process {
        let mut program = Process::new(env!("CARGO_BIN_EXE_latchkey-agent"));
        program
            .arg("--data-dir")
            .arg(&self.places.data)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address)
            .env("BROWSER", self.browser())
            .env("LATCHKEY_LOG", "trace")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        program
    }

    pub async fn start(&mut self) {
        self.running = Some(self.program().spawn().unwrap());
        until("the agent answers", || {
            std::os::unix::net::UnixStream::connect(self.places.socket()).is_ok()
        })
        .await;
    }

    /// It has no time to do anything.
    pub fn kill(&mut self) {
        let mut running = self.running.take().unwrap();
        running.kill().unwrap();
        running.wait().unwrap();
        self.practice.cut();
    }

    /// `latchkey-agent quit`, and the end of the program.
    pub async fn quit(&mut self) {
        let program = self.program().arg("quit").status();
        assert!(program.unwrap().success());
        let mut running = self.running.take().unwrap();
        until("the agent ends", || running.try_wait().unwrap().is_some()).await;
        self.practice.cut();
    }

    /// A browser that notes where it was sent.
    fn browser(&self) -> PathBuf {
        let script = self.folder.path().join("browser");
        if !script.exists() {
            let noted = self.noted();
            let text = format!(
                "#!/bin/sh\nprintf %s \"$1\" >'{0}.new' && mv '{0}.new' '{0}'\n",
                noted.display()
            );
            std::fs::write(&script, text).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&script, mode).unwrap();
        }
        script
    }

    pub fn noted(&self) -> PathBuf {
        self.folder.path().join("opened")
    }

    pub async fn window(&self) -> TestWindow {
        TestWindow::open(&self.places, None).await
    }

    pub async fn sign_in(&self, window: &mut TestWindow) {
        window.sees("signed out", is_signed_out).await;
        let practice = self.practice.url();
        window.act(Command::SignIn { practice }).await;
        until("the browser opened", || self.noted().exists()).await;
        let asked = std::fs::read_to_string(self.noted()).unwrap();
        come_back(&self.practice, &Url::parse(&asked).unwrap(), &[]).await;
        window.sees("signed in", is_signed_in).await;
        window.sees("connected", is_connected).await;
    }
}

// RULES D2
#[tokio::test]
async fn a_real_keychain_keeps_the_session_and_a_locked_one_costs_nothing_but_this_run() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    let view = window.sees("known", |view| view.inbox.known).await;
    assert_eq!(view.keychain, Keychain::Works);
    drop(window);
    real.quit().await;

    real.start().await;
    let window = real.window().await;
    window
        .sees("signed in without a browser", is_signed_in)
        .await;
    drop(window);
    real.quit().await;

    real.bus.lock_keychain().await;
    real.start().await;
    let window = real.window().await;
    let view = window.sees("signed out", is_signed_out).await;
    assert_eq!(view.keychain, Keychain::Locked);
    drop(window);
    real.quit().await;

    drop(keychain);
    let _unlocked = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let window = real.window().await;
    window.sees("signed in again", is_signed_in).await;
}

// RULES D2
#[tokio::test]
async fn without_a_keychain_on_the_bus_the_window_is_told() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    window
        .sees("absent", |view| view.keychain == Keychain::Absent)
        .await;
    let kept: Vec<_> = std::fs::read_dir(&real.places.data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(kept, ["state"], "only the log");
}

// RULES D5
#[tokio::test]
async fn a_notification_crosses_the_bus_is_pressed_and_is_withdrawn() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let notifications = Notifications::serve(&real.bus, true).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    window.sees("known", |view| view.inbox.known).await;

    real.practice.say(&document("r1", 1));
    let first = notifications.shows(1).await;
    assert_eq!(first.summary, "A client needs help to sign in");
    assert!(!first.body.contains("Ada"));
    assert_eq!(first.actions, ["default", "Open", "open", "Open"]);
    // The press is listened for once the bus has taken the wish to hear of it.
    let pressing = async {
        loop {
            notifications.press(first.id, "open").await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        _ = window.sees("the request", |view| view.pane.is_some()) => {}
        () = pressing => {}
    }
    notifications.closes(first.id).await;

    real.practice.say(&document("r2", 2));
    let second = notifications.shows(2).await;
    real.practice.say(&solved("r2", 3));
    notifications.closes(second.id).await;
}

#[tokio::test]
async fn a_daemon_without_buttons_gets_none_and_no_daemon_stops_nothing() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    window.sees("known", |view| view.inbox.known).await;
    real.practice.say(&document("r1", 1));
    window
        .sees("no daemon", |view| {
            view.inbox.rows.len() == 1
                && view.settings.notification_trouble == Some(NotificationTrouble::Absent)
        })
        .await;
    drop(window);
    real.quit().await;

    let notifications = Notifications::serve(&real.bus, false).await;
    real.start().await;
    let mut window = real.window().await;
    let _ = std::fs::remove_file(real.noted());
    real.sign_in(&mut window).await;
    window.sees("known", |view| view.inbox.known).await;
    real.practice.say(&document("r9", 9));
    assert!(notifications.shows(1).await.actions.is_empty());
    window
        .sees("no buttons", |view| {
            view.settings.notification_trouble == Some(NotificationTrouble::NoButtons)
        })
        .await;
}

async fn property(bus: &Connection, item: &str, name: &str) -> OwnedValue {
    let answer = bus
        .call_method(
            Some(item),
            "/StatusNotifierItem",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.kde.StatusNotifierItem", name),
        )
        .await
        .unwrap();
    answer.body().deserialize().unwrap()
}

async fn tool_tip(bus: &Connection, item: &str) -> String {
    let value = property(bus, item, "ToolTip").await;
    let zbus::zvariant::Value::Structure(parts) = &*value else {
        panic!("no tooltip");
    };
    String::try_from(parts.fields()[3].try_clone().unwrap()).unwrap()
}

/// As the menu's protocol has it: its number, what it says, what is below it.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The entries of the tray's menu that say something.
async fn menu(bus: &Connection, item: &str) -> Vec<(i32, String)> {
    let answer = bus
        .call_method(
            Some(item),
            "/MenuBar",
            Some("com.canonical.dbusmenu"),
            "GetLayout",
            &(0_i32, -1_i32, vec!["label"]),
        )
        .await
        .unwrap();
    let (_, (_, _, children)): (u32, Entry) = answer.body().deserialize().unwrap();
    let mut entries = Vec::new();
    for child in children {
        let structure = Structure::try_from(child).unwrap();
        let (id, mut about, _) = Entry::try_from(structure).unwrap();
        if let Some(label) = about.remove("label") {
            let label = String::try_from(label).unwrap();
            if !label.is_empty() {
                entries.push((id, label));
            }
        }
    }
    entries
}

async fn until_async(mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    assert!(in_time.is_ok(), "never happened");
}

/// Presses an entry of the tray's menu.
async fn choose(bus: &Connection, item: &str, id: i32) {
    let event = (id, "clicked", Value::from(0_i32), 0_u32);
    let answer = bus
        .call_method(
            Some(item),
            "/MenuBar",
            Some("com.canonical.dbusmenu"),
            "Event",
            &event,
        )
        .await;
    if let Err(error) = answer {
        // Who is told to quit may be gone before it answers.
        assert!(error.to_string().contains("NoReply"), "{error}");
    }
}

#[tokio::test]
async fn the_tray_appears_when_a_panel_does_and_counts() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    // The panel comes late.
    let (_panel, mut items) = Panel::serve(&real.bus).await;
    let item = tokio::time::timeout(Duration::from_secs(10), items.recv())
        .await
        .expect("the tray item registers")
        .unwrap();
    let bus = real.bus.connect().await;
    let title = String::try_from(property(&bus, &item, "Title").await).unwrap();
    assert_eq!(title, "Latchkey");
    let says = async |words: &str| {
        let asking = async {
            while tool_tip(&bus, &item).await != words {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), asking).await;
        assert!(in_time.is_ok(), "the tray never said: {words}");
    };
    says("No unread help requests").await;
    real.practice.say(&document("r1", 1));
    real.practice.say(&document("r2", 2));
    says("2 unread help requests").await;
    let labels: Vec<String> = menu(&bus, &item)
        .await
        .into_iter()
        .map(|(_, label)| label)
        .collect();
    assert_eq!(
        labels,
        [
            "2 unread help requests",
            "Open Latchkey",
            "In session (50 min)",
            "Quiet until tomorrow",
            "Lock",
            "Sign out",
            "Quit",
        ]
    );
}

// RULES D5
#[tokio::test]
async fn everything_that_the_tray_must_do_is_in_its_menu() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let (_panel, mut items) = Panel::serve(&real.bus).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    let item = items.recv().await.unwrap();
    let bus = real.bus.connect().await;
    let press = async |beginning: &str| {
        let pressing = async {
            loop {
                let entries = menu(&bus, &item).await;
                let mut found = entries.iter();
                if let Some((id, _)) = found.find(|(_, label)| label.starts_with(beginning)) {
                    return choose(&bus, &item, *id).await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), pressing).await;
        assert!(in_time.is_ok(), "never in the menu: {beginning}");
    };
    press("In session").await;
    window
        .sees("in session", |view| view.quiet.in_session.is_some())
        .await;
    let says = async |beginning: &str| {
        until_async(async || tool_tip(&bus, &item).await.starts_with(beginning)).await;
    };
    says("In session until ").await;
    press("End “In session”").await;
    window
        .sees("over", |view| view.quiet.in_session.is_none())
        .await;
    press("Quiet until tomorrow").await;
    window
        .sees("quiet", |view| view.quiet.by_hand.is_some())
        .await;
    press("End quiet").await;
    window
        .sees("over", |view| view.quiet.by_hand.is_none())
        .await;
    press("Open Latchkey").await;
    window.hears("raise", |heard| heard.raised >= 1).await;
    press("Lock").await;
    window.sees("locked", is_locked).await;
    says("Locked.").await;
    let entries = menu(&bus, &item).await;
    assert!(!entries.iter().any(|(_, label)| label == "Lock"));
    press("Sign out").await;
    window.sees("signed out", is_signed_out).await;
    press("Quit").await;
    window.hears("the end", |heard| heard.ended).await;
}

// RULES S8
#[tokio::test]
async fn the_log_of_a_whole_day_at_trace_holds_no_name_address_word_token_or_pin() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    real.practice.say(&document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    until("seen", || real.practice.script().written.len() == 1).await;
    real.practice.script().answers.push_back((
        200,
        serde_json::json!({"id": "p1", "digits": "482913", "issued_at": 0, "expires_at": 600_000}),
    ));
    window
        .act(Command::IssuePin {
            request: "r1".into(),
            evidence: latchkey_protocol::Evidence::WithMe,
        })
        .await;
    window.sees("the panel", |view| view.pin.is_some()).await;
    let (request, text) = ("r1".into(), "Her sister answers".to_owned());
    window.act(Command::AddNote { request, text }).await;
    until("the note arrived", || {
        real.practice.script().written.len() == 3
    })
    .await;
    window.act(Command::SignOut).await;
    window.sees("signed out", is_signed_out).await;
    drop(window);
    real.quit().await;
    let log = std::fs::read_to_string(real.places.state.join("latchkey-agent.log")).unwrap();
    assert!(log.contains("the agent ends"), "{log}");
    for secret in [
        "482913",
        "Okafor",
        "Ada",
        "ada@",
        "example.org",
        "do not get",
        "sister",
        "555 01",
        "maple",
        "harbor",
        "Rosa",
        "access-1",
        "refresh-1",
        "code-1",
        "mailbox is full",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
