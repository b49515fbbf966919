//! A whole desktop session without a screen: X server, window manager, message bus,
//! keychain, notifications; with a home folder of its own that goes when it ends.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    child::{Running, tied, until},
    clock,
    run::{Outcome, make_folder, run, succeeds},
};

/// Patience with each part.
const READY: Duration = Duration::from_secs(20);

/// What of the caller's environment a program in the session may see.
const KEPT: [&str; 20] = [
    "CARGO_HOME",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "CARGO_TERM_COLOR",
    "CI",
    "LANG",
    "LATCHKEY_DRIVER",
    "LATCHKEY_PICTURES",
    "LATCHKEY_PROGRAMS",
    "LATCHKEY_TEST_DESKTOP",
    "NODE_EXTRA_CA_CERTS",
    "NO_COLOR",
    "PATH",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SSL_CERT_FILE",
    "TERM",
    "npm_config_registry",
];

/// A running session; dropping it ends everything in it.
pub struct Session {
    home: PathBuf,
    display: String,
    bus: String,
    /// In order of their start; ended in reverse.
    parts: Vec<Running>,
}

/// Starts one.
pub fn session() -> Outcome<Session> {
    // Short: a socket's path may have 107 bytes.
    let home = env::temp_dir().join(format!("latchkey-{}", clock::unix_millis()));
    make_folder(&home.join("run"))?;
    fs::set_permissions(home.join("run"), fs::Permissions::from_mode(0o700))
        .map_err(|why| why.to_string())?;
    let mut session = Session {
        home,
        display: String::new(),
        bus: String::new(),
        parts: Vec::new(),
    };
    session.start_screen()?;
    session.start_bus()?;
    session.start_keychain()?;
    session.start_windows()?;
    session.start_notifications()?;
    Ok(session)
}

impl Session {
    /// A command inside the session.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = tied(program);
        command.env_clear();
        for name in KEPT {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        // Toolchains lie in the real home unless the environment says otherwise.
        if let Some(real) = env::home_dir() {
            for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if env::var_os(name).is_none() && real.join(folder).exists() {
                    command.env(name, real.join(folder));
                }
            }
        }
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.home.join("run"))
            .env("TZ", "America/New_York")
            .env("XDG_SESSION_TYPE", "x11")
            .env("GDK_BACKEND", "x11")
            .env("GSETTINGS_BACKEND", "memory")
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
        if !self.display.is_empty() {
            command.env("DISPLAY", &self.display);
        }
        if !self.bus.is_empty() {
            command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        }
        command
    }

    /// The folder for sockets.
    pub fn runtime(&self) -> PathBuf {
        self.home.join("run")
    }

    /// The picture on the screen, as PNG.
    pub fn screenshot(&self, to: &Path) -> Outcome {
        run(self
            .command("/usr/bin/import")
            .args(["-window", "root"])
            .arg(to))
    }

    /// Starts a program that stays; what it says goes to a log in the home folder.
    pub fn keep(&mut self, command: &mut Command, log: &str) -> Outcome {
        let file = fs::File::create(self.home.join(log)).map_err(|why| why.to_string())?;
        let again = file.try_clone().map_err(|why| why.to_string())?;
        self.parts
            .push(Running::start(command.stdout(file).stderr(again))?);
        Ok(())
    }

    fn start_screen(&mut self) -> Outcome {
        let mut screen = Running::start(
            self.command("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x860x24"])
                .args(["-nolisten", "tcp", "-ac", "-noreset"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )?;
        self.display = format!(":{}", first_line(&mut screen, "Xvfb")?);
        self.parts.push(screen);
        // Plain paper under the windows, for pictures worth showing.
        succeeds(self.command("xsetroot").args(["-solid", "#d9d2c3"]));
        Ok(())
    }

    fn start_bus(&mut self) -> Outcome {
        let mut bus = Running::start(
            self.command("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )?;
        self.bus = first_line(&mut bus, "dbus-daemon")?;
        self.parts.push(bus);
        Ok(())
    }

    /// Unlocked by an empty password: one that the bus started by itself would stay locked.
    fn start_keychain(&mut self) -> Outcome {
        let mut keychain = Running::start(
            self.command("gnome-keyring-daemon")
                .args(["--foreground", "--unlock", "--components=secrets"])
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        if let Some(mut stdin) = keychain.stdin() {
            stdin.write_all(b"\n").map_err(|why| why.to_string())?;
        }
        self.parts.push(keychain);
        self.wait_for_name("org.freedesktop.secrets")
    }

    fn start_windows(&mut self) -> Outcome {
        let mut openbox = self.command("openbox");
        self.keep(&mut openbox, "openbox.log")
    }

    fn start_notifications(&mut self) -> Outcome {
        let Some(daemon) = notification_daemon() else {
            return Err("xfce4-notifyd is not installed: notifications cannot be shown.".into());
        };
        let mut notifications = self.command(daemon);
        self.keep(&mut notifications, "notifications.log")?;
        self.wait_for_name("org.freedesktop.Notifications")
    }

    /// Waits until somebody on the bus owns a name.
    fn wait_for_name(&mut self, name: &str) -> Outcome {
        let owned = until(READY, || {
            self.command("dbus-send")
                .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
                .args(["/", "org.freedesktop.DBus.NameHasOwner"])
                .arg(format!("string:{name}"))
                .output()
                .is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("true"))
        });
        for part in &mut self.parts {
            part.lives()?;
        }
        if owned {
            Ok(())
        } else {
            Err(format!("Nobody answers as {name} on the session's bus."))
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        while let Some(mut part) = self.parts.pop() {
            part.end();
        }
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The first line that a program prints, which says that it is ready.
fn first_line(program: &mut Running, name: &str) -> Outcome<String> {
    let stdout = program
        .stdout()
        .ok_or_else(|| format!("{name} says nothing."))?;
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .map_err(|why| format!("{name}: {why}"))?;
    match line.trim() {
        "" => Err(format!("{name} ended before it was ready.")),
        word => Ok(word.to_owned()),
    }
}

/// It lies in a folder named after the machine's architecture.
fn notification_daemon() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?;
    folders
        .flatten()
        .map(|folder| folder.path().join("xfce4/notifyd/xfce4-notifyd"))
        .find(|path| path.exists())
}

/// Runs words of the command line inside a session: `cargo xtask desktop COMMAND…`.
pub fn run_inside(mut words: crate::words::Args) -> Outcome {
    let Some(program) = words.next() else {
        return Err("cargo xtask desktop COMMAND…: which command?".to_owned());
    };
    let session = session()?;
    let mut inside = session.command(program);
    while let Some(word) = words.next() {
        inside.arg(word);
    }
    let done = run(&mut inside);
    drop(session);
    done
}
