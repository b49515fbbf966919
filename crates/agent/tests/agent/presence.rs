//! The real program on a real message bus: what it hears of the computer's lock, of sleep
//! and of when the computer was last used.

use std::process::{Child, Command as Process, Stdio};

use latchkey_view::{Command, ComputerLock, LockedBy, Session, View};
use zbus::{Connection, connection::Builder, interface, zvariant::Value};

use crate::{
    desktop::{Real, here},
    support::{Bus, document, is_locked, is_signed_in, until},
};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/c1";

/// python3-dbusmock's logind, on the test's bus.
pub struct Logind {
    daemon: Child,
    bus: Connection,
}

impl Drop for Logind {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Logind {
    pub async fn start(bus: &Bus) -> Self {
        let daemon = Process::new("/usr/bin/python3")
            .args(["-m", "dbusmock", "--template", "logind"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3-dbusmock is installed");
        let logind = Self {
            daemon,
            bus: bus.connect().await,
        };
        let coming = async {
            while !bus.has(LOGIND).await {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), coming)
            .await
            .expect("logind came up");
        let session = ("c1", "seat0", 1000_u32, "rosa", true);
        logind
            .call(MANAGER, "org.freedesktop.DBus.Mock", "AddSession", &session)
            .await;
        logind
    }

    async fn call<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> zbus::Message
    where
        B: serde::ser::Serialize + zbus::zvariant::DynamicType,
    {
        self.bus
            .call_method(Some(LOGIND), path, Some(interface), method, body)
            .await
            .unwrap()
    }

    async fn hint(&self, locked: bool) {
        let interface = "org.freedesktop.login1.Session";
        self.call(SESSION, interface, "SetLockedHint", &locked)
            .await;
    }

    pub async fn sleep(&self, falls_asleep: bool) {
        let signal = (
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            "b",
            vec![Value::from(falls_asleep)],
        );
        self.call(MANAGER, "org.freedesktop.DBus.Mock", "EmitSignal", &signal)
            .await;
    }

    /// How often the session was asked to lock.
    async fn wishes(&self) -> usize {
        let mock = "org.freedesktop.DBus.Mock";
        let answer = self.call(SESSION, mock, "GetMethodCalls", &"Lock").await;
        let calls: Vec<(u64, Vec<zbus::zvariant::OwnedValue>)> =
            answer.body().deserialize().unwrap();
        calls.len()
    }

    /// How many programs make sleep wait.
    async fn delays(&self) -> usize {
        let manager = "org.freedesktop.login1.Manager";
        let answer = self.call(MANAGER, manager, "ListInhibitors", &()).await;
        let list: Vec<(String, String, String, String, u32, u32)> =
            answer.body().deserialize().unwrap();
        list.len()
    }
}

fn by(view: &View) -> Option<LockedBy> {
    match view.session {
        Session::Locked { by, .. } => Some(by),
        _ => None,
    }
}

fn computer(view: &View) -> Option<ComputerLock> {
    match view.session {
        Session::Locked { computer, .. } => Some(computer),
        _ => None,
    }
}

pub async fn with_session() -> Real {
    let mut real = Real::set_up().await;
    real.environment = vec![
        ("DBUS_SYSTEM_BUS_ADDRESS", real.bus.address.clone()),
        ("XDG_SESSION_ID", "c1".to_owned()),
    ];
    real
}

// RULES D4
#[tokio::test]
async fn logind_tells_of_locking_unlocking_and_sleep() {
    if !here() {
        return;
    }
    let mut real = with_session().await;
    let logind = Logind::start(&real.bus).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    let waits = async {
        while logind.delays().await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waits)
        .await
        .expect("sleep waits for the lock");

    logind.hint(true).await;
    window
        .sees("locked", |view| by(view) == Some(LockedBy::Computer))
        .await;
    logind.hint(false).await;
    window.sees("unlocked", is_signed_in).await;

    logind.sleep(true).await;
    let view = window
        .sees("locked", |view| by(view) == Some(LockedBy::Sleep))
        .await;
    assert_eq!(computer(&view), Some(ComputerLock::Tells), "it was heard");
    let sleeps = async {
        while logind.delays().await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), sleeps)
        .await
        .expect("sleep is let go");
    logind.sleep(false).await;

    // The mock passes the wish on, and nobody locks; then somebody does.
    window.act(Command::LockComputer).await;
    window
        .sees("asked", |view| computer(view) == Some(ComputerLock::Asked))
        .await;
    let wished = async {
        while logind.wishes().await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), wished)
        .await
        .expect("the wish arrives");
    logind.hint(true).await;
    window
        .sees("it locks", |view| {
            computer(view) == Some(ComputerLock::Tells)
        })
        .await;
    logind.hint(false).await;
    window.sees("unlocked", is_signed_in).await;

    let session = "org.freedesktop.login1.Session";
    logind.call(SESSION, session, "Lock", &()).await;
    window.sees("covered", is_locked).await;
    logind.call(SESSION, session, "Unlock", &()).await;
    real.practice.say(&document("r1", 1));
    let view = window
        .sees("a request", |view| view.inbox.counts.open == 1)
        .await;
    assert!(is_locked(&view), "a wish to unlock proves nothing");
}

pub async fn owns(bus: &Bus, names: &[&str]) -> Connection {
    let mut builder = Builder::address(bus.address.as_str()).unwrap();
    for name in names {
        builder = builder.name(*name).unwrap();
    }
    builder.build().await.unwrap()
}

async fn active_changed(saver: &Connection, interface: &str, active: bool) {
    let path = "/ScreenSaver";
    saver
        .emit_signal(None::<&str>, path, interface, "ActiveChanged", &active)
        .await
        .unwrap();
}

// RULES D4
#[tokio::test]
async fn a_screen_saver_locks_and_its_end_unlocks_nothing_unless_it_is_kdes() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let gnome = owns(&real.bus, &["org.gnome.ScreenSaver"]).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    active_changed(&gnome, "org.gnome.ScreenSaver", true).await;
    let view = window.sees("covered", is_locked).await;
    assert_eq!(computer(&view), Some(ComputerLock::CannotTell), "no logind");
    active_changed(&gnome, "org.gnome.ScreenSaver", false).await;
    real.practice.say(&document("r1", 1));
    let view = window
        .sees("a request", |view| view.inbox.counts.open == 1)
        .await;
    assert!(is_locked(&view), "nobody proved anything");

    let common = "org.freedesktop.ScreenSaver";
    let kde = owns(&real.bus, &["org.kde.screensaver", common]).await;
    window
        .sees("it can tell", |view| {
            computer(view) == Some(ComputerLock::Tells)
        })
        .await;
    active_changed(&kde, common, true).await;
    // Somebody else says that it ended.
    active_changed(&gnome, common, false).await;
    real.practice.say(&document("r2", 2));
    let view = window
        .sees("another", |view| view.inbox.counts.open == 2)
        .await;
    assert!(is_locked(&view));
    active_changed(&kde, common, false).await;
    window.sees("unlocked", is_signed_in).await;
}

/// Plays GNOME's compositor.
struct Mutter(u64);

#[interface(name = "org.gnome.Mutter.IdleMonitor")]
impl Mutter {
    fn get_idletime(&self) -> u64 {
        self.0
    }
}

// RULES D4
#[tokio::test]
async fn the_compositor_tells_how_long_nobody_touched_the_computer() {
    if !here() {
        return;
    }
    let mut real = Real::set_up().await;
    let _keychain = real.bus.keychain(real.folder.path()).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    drop(window);
    real.quit().await;
    let _mutter = Builder::address(real.bus.address.as_str())
        .unwrap()
        .serve_at("/org/gnome/Mutter/IdleMonitor/Core", Mutter(900_000))
        .unwrap()
        .name("org.gnome.Mutter.IdleMonitor")
        .unwrap()
        .build()
        .await
        .unwrap();
    real.start().await;
    let window = real.window().await;
    window
        .sees("locked", |view| by(view) == Some(LockedBy::Idle))
        .await;
}

#[tokio::test]
async fn the_program_deletes_everything_when_it_is_told_to_from_a_terminal() {
    if !here() {
        return;
    }
    for running in [true, false] {
        let mut real = Real::set_up().await;
        let _keychain = real.bus.keychain(real.folder.path()).await;
        real.start().await;
        let mut window = real.window().await;
        real.sign_in(&mut window).await;
        drop(window);
        if !running {
            real.quit().await;
        }
        let mut erase = real.program();
        erase.args(["erase", "--yes"]).stderr(Stdio::piped());
        // Not blocking: the practice answers on this thread.
        let erased = tokio::process::Command::from(erase).output().await.unwrap();
        let said = String::from_utf8_lossy(&erased.stderr);
        assert!(erased.status.success(), "running: {running}: {said}");
        until("the practice was told", || {
            real.practice.script().revoked.len() == 1
        })
        .await;
        for gone in [&real.places.data, &real.places.runtime] {
            assert!(!gone.exists(), "{} with running: {running}", gone.display());
        }
    }
}
