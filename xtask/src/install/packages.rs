//! Debian packages.

use std::{collections::BTreeSet, fs};

use crate::run::{Outcome, command, run, succeeds};

/// The tests start one of their own.
const POSTFIX: &str = "postfix";
/// Where its programs are.
pub const POSTFIX_PROGRAMS: &str = "/usr/lib/postfix/sbin";

/// What packages are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To build the programs.
    Build,
    /// To show a whole desktop without a screen.
    Desktop,
    /// To test.
    Test,
    /// To measure beside.
    Peers,
    /// To make the icons.
    Draw,
}

impl Need {
    /// Names of the packages on Debian 12 and Ubuntu 24.04.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Build => &[
                "build-essential",
                "file",
                "libayatana-appindicator3-dev",
                "libdbus-1-dev",
                "librsvg2-dev",
                "libssl-dev",
                "libwebkit2gtk-4.1-dev",
                "libxdo-dev",
                "pkg-config",
            ],
            Self::Desktop => &[
                "at-spi2-core",
                "dbus",
                "dbus-x11",
                "fonts-dejavu-core",
                "gnome-keyring",
                "imagemagick",
                "libgl1-mesa-dri",
                "libsecret-tools",
                "openbox",
                "x11-utils",
                "x11-xserver-utils",
                "xauth",
                "xdotool",
                "xfce4-notifyd",
                "xvfb",
            ],
            Self::Test => &[
                "chromium",
                "gir1.2-atspi-2.0",
                "libfaketime",
                POSTFIX,
                "python3-dbusmock",
                "python3-gi",
                "python3-venv",
                "webkit2gtk-driver",
            ],
            Self::Peers => &["chromium", "thunderbird"],
            Self::Draw => &["imagemagick", "librsvg2-bin"],
        }
    }
}

/// Those of the packages that are not installed.
pub fn missing(needs: &[Need]) -> Vec<&'static str> {
    let wanted: BTreeSet<_> = needs
        .iter()
        .flat_map(|need| need.names())
        .copied()
        .collect();
    wanted
        .into_iter()
        .filter(|name| !succeeds(command("dpkg").args(["-s", name])))
        .collect()
}

/// Installs them, as root or by sudo.
pub fn install(names: &[&str]) -> Outcome {
    if !succeeds(command("apt-get").arg("--version")) {
        return Err(format!(
            "This system has no apt-get. Install what corresponds to these Debian packages, and try again:\n  {}",
            names.join(" ")
        ));
    }
    if names.contains(&POSTFIX) {
        leave_unconfigured()?;
    }
    // Another mail system is not taken away for the sake of our tests.
    let attempt = || {
        run(apt("install")
            .args(["-y", "--no-install-recommends", "--no-remove"])
            .args(names))
    };
    if lists_are_there() && attempt().is_ok() {
        return Ok(());
    }
    run(&mut apt("update"))?;
    attempt()
}

/// The package would write settings and start a mail system for the machine otherwise.
fn leave_unconfigured() -> Outcome {
    let answer = "echo postfix postfix/main_mailer_type select No configuration \
                  | debconf-set-selections";
    run(&mut as_root(&["sh", "-c", answer]))
}

/// A machine that is new has no package lists yet.
fn lists_are_there() -> bool {
    fs::read_dir("/var/lib/apt/lists").is_ok_and(|lists| {
        lists
            .flatten()
            .any(|list| list.file_name().to_string_lossy().contains("_Packages"))
    })
}

fn apt(verb: &'static str) -> std::process::Command {
    as_root(&["apt-get", "-q", verb])
}

fn as_root(words: &[&'static str]) -> std::process::Command {
    let mut words = words.to_vec();
    let root = std::process::Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout.starts_with(b"0\n"));
    if !root {
        words.insert(0, "DEBIAN_FRONTEND=noninteractive");
        words.insert(0, "sudo");
    }
    let mut program = command(words[0]);
    program
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(std::process::Stdio::inherit());
    program
}
