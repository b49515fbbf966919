//! Starting with the person's log-in: by their own systemd where it runs this desktop, which
//! also starts an agent again that died; else by the desktop's autostart folder. Never both.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use zbus::{
    Connection,
    zvariant::{OwnedObjectPath, OwnedValue},
};

use crate::{
    files::write_private,
    os::{Start, StartError},
};

const SYSTEMD: &str = "org.freedesktop.systemd1";
const MANAGER: &str = "org.freedesktop.systemd1.Manager";
/// What a desktop that is run by systemd has reached.
const DESKTOP: &str = "graphical-session.target";
const PATIENCE: Duration = Duration::from_secs(3);

/// Where it is said what starts.
pub(super) struct LogIn {
    config: PathBuf,
    /// Of the files: each data folder has its own.
    name: String,
    program: PathBuf,
    data_dir: Option<PathBuf>,
}

impl LogIn {
    /// Nothing where there is no home folder.
    pub(super) fn find(name: &str, data_dir: Option<&Path>) -> Option<Self> {
        let absolute = |name: &str| {
            let folder = PathBuf::from(std::env::var_os(name)?);
            folder.is_absolute().then_some(folder)
        };
        let config =
            absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
        Some(Self {
            config,
            name: name.to_owned(),
            program: std::env::current_exe().ok()?,
            data_dir: data_dir.map(Path::to_owned),
        })
    }

    fn unit(&self) -> PathBuf {
        let file = format!("{}.service", self.name);
        self.config.join("systemd/user").join(file)
    }

    /// What makes the desktop want the unit.
    fn wanted(&self) -> PathBuf {
        let file = format!("{}.service", self.name);
        let folder = format!("systemd/user/{DESKTOP}.wants");
        self.config.join(folder).join(file)
    }

    fn autostart(&self) -> PathBuf {
        let file = format!("{}.desktop", self.name);
        self.config.join("autostart").join(file)
    }

    /// Does it. Blocks.
    pub(super) async fn set(&self, start: Start) -> Result<(), StartError> {
        let bus = Connection::session().await.ok();
        let systemd = match &bus {
            Some(bus) if start == Start::Yes => runs_the_desktop(bus).await,
            _ => false,
        };
        let done = match start {
            Start::Yes if systemd => self.by_systemd(),
            Start::Yes => self.by_the_desktop(),
            Start::No => self.remove(),
            Start::AsBefore => self.refresh(),
        };
        if let Some(bus) = bus
            && (systemd || start != Start::Yes)
        {
            reload(&bus).await;
        }
        done
    }

    fn by_systemd(&self) -> Result<(), StartError> {
        put_away(&self.autostart())?;
        write(&self.unit(), &self.unit_text())?;
        let wanted = self.wanted();
        put_away(&wanted)?;
        let folder = wanted.parent().unwrap_or(&self.config);
        fs::create_dir_all(folder)
            .and_then(|()| std::os::unix::fs::symlink(self.unit(), &wanted))
            .map_err(|_| StartError(wanted))
    }

    fn by_the_desktop(&self) -> Result<(), StartError> {
        put_away(&self.wanted())?;
        put_away(&self.unit())?;
        write(&self.autostart(), &self.autostart_text())
    }

    /// All that this ever wrote, whichever way was taken; the rest is tried where one fails.
    fn remove(&self) -> Result<(), StartError> {
        let files = [self.wanted(), self.unit(), self.autostart()];
        let mut failed = None;
        for file in files {
            failed = put_away(&file).err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    /// The program may lie elsewhere by now. What the person has removed by other means
    /// stays removed.
    fn refresh(&self) -> Result<(), StartError> {
        for (file, text) in [
            (self.unit(), self.unit_text()),
            (self.autostart(), self.autostart_text()),
        ] {
            if fs::read_to_string(&file).is_ok_and(|there| there != text) {
                write(&file, &text)?;
            }
        }
        Ok(())
    }

    fn unit_text(&self) -> String {
        let program = self.arguments(systemd_word);
        format!(
            "[Unit]\n\
             Description=Latchkey: rings when a client cannot sign in\n\
             PartOf={DESKTOP}\n\
             After={DESKTOP}\n\
             StartLimitIntervalSec=60\n\
             StartLimitBurst=5\n\
             \n\
             [Service]\n\
             ExecStart={program}\n\
             # Sooner than an open window would start one that nobody looks after.\n\
             RestartSec=100ms\n\
             Restart=on-failure\n\
             # The window that it opened is no part of it.\n\
             KillMode=process\n\
             \n\
             [Install]\n\
             WantedBy={DESKTOP}\n"
        )
    }

    fn autostart_text(&self) -> String {
        let program = self.arguments(desktop_word);
        format!(
            "[Desktop Entry]\n\
             Type=Application\n\
             Name=Latchkey\n\
             Comment=Rings when a client cannot sign in\n\
             Exec={program}\n\
             Icon=latchkey\n\
             NoDisplay=true\n\
             X-GNOME-Autostart-enabled=true\n"
        )
    }

    fn arguments(&self, word: fn(&str) -> String) -> String {
        let mut all = word(&self.program.to_string_lossy());
        if let Some(data_dir) = &self.data_dir {
            all.push_str(" --data-dir ");
            all.push_str(&word(&data_dir.to_string_lossy()));
        }
        all
    }
}

/// As systemd.service(5) reads a word of a command.
fn systemd_word(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    format!("\"{escaped}\"")
}

/// As the Desktop Entry Specification reads an argument of `Exec`, which is a string first.
fn desktop_word(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '`' | '$' => escaped.extend(['\\', '\\', letter]),
            '\\' => escaped.push_str("\\\\\\\\"),
            '%' => escaped.push_str("%%"),
            _ => escaped.push(letter),
        }
    }
    format!("\"{escaped}\"")
}

fn write(file: &Path, text: &str) -> Result<(), StartError> {
    write_private(file, text.as_bytes()).map_err(|error| {
        tracing::warn!(kind = ?error.kind(), "the start at log-in could not be kept");
        StartError(file.to_owned())
    })
}

fn put_away(file: &Path) -> Result<(), StartError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StartError(file.to_owned())),
        _ => Ok(()),
    }
}

/// Whether the person's systemd has brought this desktop up: then it will again.
async fn runs_the_desktop(bus: &Connection) -> bool {
    let asking = async {
        let unit = bus
            .call_method(
                Some(SYSTEMD),
                "/org/freedesktop/systemd1",
                Some(MANAGER),
                "GetUnit",
                &DESKTOP,
            )
            .await?;
        let unit: OwnedObjectPath = unit.body().deserialize()?;
        let state = bus
            .call_method(
                Some(SYSTEMD),
                &unit,
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &("org.freedesktop.systemd1.Unit", "ActiveState"),
            )
            .await?;
        let state: OwnedValue = state.body().deserialize()?;
        zbus::Result::Ok(String::try_from(state)? == "active")
    };
    matches!(tokio::time::timeout(PATIENCE, asking).await, Ok(Ok(true)))
}

/// Without it the next log-in reads the files all the same.
async fn reload(bus: &Connection) {
    let asking = bus.call_method(
        Some(SYSTEMD),
        "/org/freedesktop/systemd1",
        Some(MANAGER),
        "Reload",
        &(),
    );
    if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, asking).await {
        tracing::debug!(%error, "systemd was not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_in(config: &Path) -> LogIn {
        LogIn {
            config: config.to_owned(),
            name: "latchkey-agent".to_owned(),
            program: PathBuf::from("/opt/50% off/it's \"$HOME\"\\latchkey-agent"),
            data_dir: Some(PathBuf::from("/home/rosa/my data")),
        }
    }

    fn there(config: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![config.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(config).unwrap();
                    found.push(name.display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn it_starts_by_one_way_and_never_by_both_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let it = log_in(folder.path());
        let autostart = ["autostart/latchkey-agent.desktop"];
        let systemd = [
            "systemd/user/graphical-session.target.wants/latchkey-agent.service",
            "systemd/user/latchkey-agent.service",
        ];
        it.by_the_desktop().unwrap();
        assert_eq!(there(folder.path()), autostart);
        it.by_systemd().unwrap();
        it.by_systemd().unwrap();
        assert_eq!(there(folder.path()), systemd);
        it.by_the_desktop().unwrap();
        assert_eq!(there(folder.path()), autostart);
        it.remove().unwrap();
        it.remove().unwrap();
        assert_eq!(there(folder.path()), [""; 0]);
        it.refresh().unwrap();
        assert_eq!(there(folder.path()), [""; 0], "removed by other means");
    }

    #[test]
    fn a_program_that_lies_elsewhere_by_now_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut it = log_in(folder.path());
        it.by_systemd().unwrap();
        it.program = PathBuf::from("/usr/bin/latchkey-agent");
        it.refresh().unwrap();
        let text = fs::read_to_string(it.unit()).unwrap();
        assert!(text.contains("ExecStart=\"/usr/bin/latchkey-agent\" --data-dir"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("autostart"), "").unwrap();
        let it = log_in(folder.path());
        assert_eq!(it.by_the_desktop(), Err(StartError(it.autostart())));
    }

    #[test]
    fn no_letter_of_a_path_means_anything_to_who_reads_it() {
        let it = log_in(Path::new("/"));
        assert!(it.unit_text().contains(
            r#"ExecStart="/opt/50%% off/it's \"$$HOME\"\\latchkey-agent" --data-dir "/home/rosa/my data""#
        ));
        assert!(it.autostart_text().contains(
            r#"Exec="/opt/50%% off/it's \\"\\$HOME\\"\\\\latchkey-agent" --data-dir "/home/rosa/my data""#
        ));
    }

    #[test]
    fn systemd_itself_finds_nothing_wrong_with_the_unit() {
        let folder = tempfile::tempdir().unwrap();
        let mut it = log_in(folder.path());
        it.program = std::env::current_exe().unwrap();
        it.by_systemd().unwrap();
        let verified = std::process::Command::new("systemd-analyze")
            .args(["--user", "verify"])
            .arg(it.unit())
            .env("XDG_RUNTIME_DIR", folder.path())
            .output();
        // Not on every computer that this is built on.
        let Ok(verified) = verified else { return };
        let said = String::from_utf8_lossy(&verified.stderr).into_owned();
        assert!(verified.status.success() && said.is_empty(), "{said}");
    }
}
