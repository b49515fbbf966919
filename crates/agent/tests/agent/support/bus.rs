//! A message bus of the test's own, with nothing on it but what the test puts there.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Instant,
};

use tokio::sync::mpsc;
use zbus::{
    Connection,
    connection::Builder,
    fdo, interface,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use super::until;

/// Without folders of services: nothing starts by itself.
const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow receive_sender="*"/></policy>
</busconfig>"#;

const SECRETS: &str = "org.freedesktop.secrets";
const SECRETS_PATH: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";
/// The whole line is the password.
const PASSWORD: &str = "\n";

/// A session of the Secret Service in which secrets are sent as they are.
async fn session(bus: &Connection) -> OwnedObjectPath {
    let answer = bus
        .call_method(
            Some(SECRETS),
            SECRETS_PATH,
            Some("org.freedesktop.Secret.Service"),
            "OpenSession",
            &("plain", Value::from("")),
        )
        .await
        .unwrap();
    let (_output, session): (OwnedValue, OwnedObjectPath) = answer.body().deserialize().unwrap();
    session
}

/// Ends its process.
pub struct Part(Child);

impl Part {
    /// `STOP` freezes it, `CONT` lets it go on.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([format!("-{signal}"), self.0.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub struct Bus {
    pub address: String,
    _daemon: Part,
}

impl Bus {
    pub fn start(folder: &Path) -> Self {
        let config = folder.join("bus.conf");
        std::fs::write(&config, CONFIG).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            address: address.trim().to_owned(),
            _daemon: Part(daemon),
        }
    }

    pub async fn connect(&self) -> Connection {
        Builder::address(self.address.as_str())
            .unwrap()
            .build()
            .await
            .unwrap()
    }

    pub async fn has(&self, name: &str) -> bool {
        let bus = fdo::DBusProxy::new(&self.connect().await).await.unwrap();
        bus.name_has_owner(name.try_into().unwrap()).await.unwrap()
    }

    /// The real keychain, unlocked by its password.
    pub async fn keychain(&self, home: &Path) -> Part {
        self.start_keychain(home, &["--unlock"], PASSWORD).await
    }

    /// The real keychain on a computer where none was ever made, and nobody unlocks it.
    pub async fn untouched_keychain(&self, home: &Path) -> Part {
        self.start_keychain(home, &[], "").await
    }

    async fn start_keychain(&self, home: &Path, flags: &[&str], said: &str) -> Part {
        let mut keychain = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(flags)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        let mut stdin = keychain.stdin.take().unwrap();
        stdin.write_all(said.as_bytes()).unwrap();
        drop(stdin);
        let keychain = Part(keychain);
        let asking = async {
            while !self.has("org.freedesktop.secrets").await {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), asking)
            .await
            .expect("the keychain came up");
        keychain
    }

    /// Unlocks it, as the desktop's own dialog does once the password is typed.
    pub async fn unlock_keychain(&self) {
        let bus = self.connect().await;
        let session = session(&bus).await;
        let secret = (
            session,
            Vec::<u8>::new(),
            PASSWORD.as_bytes().to_vec(),
            "text/plain",
        );
        bus.call_method(
            Some(SECRETS),
            SECRETS_PATH,
            Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
            "UnlockWithMasterPassword",
            &(ObjectPath::try_from(COLLECTION).unwrap(), secret),
        )
        .await
        .unwrap();
    }

    /// Deletes everything in it, behind everybody's back.
    pub async fn empty_keychain(&self) {
        let bus = self.connect().await;
        let answer = bus
            .call_method(
                Some(SECRETS),
                COLLECTION,
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &("org.freedesktop.Secret.Collection", "Items"),
            )
            .await
            .unwrap();
        let items: OwnedValue = answer.body().deserialize().unwrap();
        let items: Vec<OwnedObjectPath> = items.try_into().unwrap();
        assert!(!items.is_empty());
        for item in items {
            bus.call_method(
                Some(SECRETS),
                &item,
                Some("org.freedesktop.Secret.Item"),
                "Delete",
                &(),
            )
            .await
            .unwrap();
        }
    }

    /// Locks everything that the keychain has.
    pub async fn lock_keychain(&self) {
        let bus = self.connect().await;
        let path = ObjectPath::try_from(COLLECTION).unwrap();
        let answer = bus
            .call_method(
                Some(SECRETS),
                SECRETS_PATH,
                Some("org.freedesktop.Secret.Service"),
                "Lock",
                &(vec![path]),
            )
            .await
            .unwrap();
        let (locked, _prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            answer.body().deserialize().unwrap();
        assert_eq!(locked.len(), 1, "the keychain is locked");
    }
}

/// A notification as the daemon was asked to show it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: u32,
    pub summary: String,
    pub body: String,
    pub actions: Vec<String>,
    pub heard: bool,
    /// When it came.
    #[allow(dead_code, reason = "the bench reads it")]
    pub at: Instant,
}

#[derive(Default)]
pub struct Screen {
    pub shown: Vec<Shown>,
    pub closed: Vec<u32>,
}

/// How the notification daemon takes what it is asked to show.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Works,
    Fails,
    Hangs,
}

/// Plays the notification daemon.
#[derive(Clone)]
pub struct Notifications {
    pub screen: Arc<Mutex<Screen>>,
    pub mood: Arc<Mutex<Mood>>,
    actions: bool,
    connection: Option<Connection>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        let mut capabilities = vec!["body".to_owned(), "body-markup".to_owned()];
        if self.actions {
            capabilities.push("actions".to_owned());
        }
        capabilities
    }

    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: std::collections::HashMap<String, OwnedValue>,
        timeout: i32,
    ) -> fdo::Result<u32> {
        #[allow(clippy::disallowed_methods, reason = "a daemon has its own clock")]
        let at = Instant::now();
        // Nothing of this is looked at here.
        drop((app, replaces, icon, timeout));
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Works => {}
            Mood::Fails => return Err(fdo::Error::Failed("no".to_owned())),
            Mood::Hangs => std::future::pending().await,
        }
        let mut screen = self.screen.lock().unwrap();
        let id = u32::try_from(screen.shown.len()).unwrap() + 1;
        screen.shown.push(Shown {
            id,
            summary,
            body,
            actions,
            heard: hints.contains_key("sound-name"),
            at,
        });
        Ok(id)
    }

    fn close_notification(&self, id: u32) {
        self.screen.lock().unwrap().closed.push(id);
    }
}

impl Notifications {
    pub async fn serve(bus: &Bus, actions: bool) -> Self {
        let mut notifications = Self {
            screen: Arc::default(),
            mood: Arc::default(),
            actions,
            connection: None,
        };
        let connection = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", notifications.clone())
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        notifications.connection = Some(connection);
        notifications
    }

    pub async fn shows(&self, many: usize) -> Shown {
        until("the notification", || {
            self.screen.lock().unwrap().shown.len() >= many
        })
        .await;
        self.screen.lock().unwrap().shown[many - 1].clone()
    }

    /// Its program ends.
    pub async fn end(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await.unwrap();
        }
    }

    pub async fn closes(&self, id: u32) {
        until("the notification is withdrawn", || {
            self.screen.lock().unwrap().closed.contains(&id)
        })
        .await;
    }

    pub async fn press(&self, id: u32, action: &str) {
        self.connection
            .as_ref()
            .unwrap()
            .emit_signal(
                None::<&str>,
                "/org/freedesktop/Notifications",
                "org.freedesktop.Notifications",
                "ActionInvoked",
                &(id, action),
            )
            .await
            .unwrap();
    }
}

/// Plays the person's systemd, which has brought the desktop up.
pub struct Systemd;

#[allow(clippy::unused_self, reason = "the shape that the bus interface needs")]
#[interface(name = "org.freedesktop.systemd1.Manager")]
impl Systemd {
    fn get_unit(&self, name: &str) -> fdo::Result<OwnedObjectPath> {
        if name == "graphical-session.target" {
            Ok(ObjectPath::from_static_str_unchecked("/desktop").into())
        } else {
            Err(fdo::Error::Failed("no such unit".to_owned()))
        }
    }

    fn reload(&self) {}
}

struct Desktop;

#[allow(clippy::unused_self, reason = "the shape that the bus interface needs")]
#[interface(name = "org.freedesktop.systemd1.Unit")]
impl Desktop {
    #[zbus(property)]
    fn active_state(&self) -> String {
        "active".to_owned()
    }
}

impl Systemd {
    pub async fn serve(bus: &Bus) -> Connection {
        Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/systemd1", Self)
            .unwrap()
            .serve_at("/desktop", Desktop)
            .unwrap()
            .name("org.freedesktop.systemd1")
            .unwrap()
            .build()
            .await
            .unwrap()
    }
}

/// Plays the panel that shows tray items.
pub struct Panel(mpsc::UnboundedSender<String>);

#[allow(clippy::unused_self, reason = "the shape that the bus interface needs")]
#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Panel {
    fn register_status_notifier_item(&self, item: String) {
        let _ = self.0.send(item);
    }

    fn register_status_notifier_host(&self, host: String) {
        drop(host);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Panel {
    /// Items that register come out at the other end, while the connection is kept.
    pub async fn serve(bus: &Bus) -> (Connection, mpsc::UnboundedReceiver<String>) {
        let (items, registered) = mpsc::unbounded_channel();
        let connection = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", Self(items))
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .build()
            .await
            .unwrap();
        (connection, registered)
    }
}
