//! Starting the other program: by the absolute path beside the running file, with a
//! listed environment, never by PATH (RULES D8).

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Variables that are handed on, by name.
const NAMES: &[&str] = &[
    // Where to draw, whom to talk to.
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    // Who and in what language.
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "TZ",
    // The agent finds the browser opener by it, never our own programs.
    "PATH",
    "BROWSER",
    "DESKTOP_SESSION",
    "KDE_FULL_SESSION",
    "KDE_SESSION_VERSION",
    // A practice with its own certificate authority.
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "TMPDIR",
    "LIBGL_ALWAYS_SOFTWARE",
    "LATCHKEY_LOG",
    // Windows.
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERPROFILE",
];

/// Variables that are handed on, by how their name begins.
const BEGINNINGS: &[&str] = &["LC_", "XDG_", "WEBKIT_", "GTK_", "GDK_"];

fn is_listed(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    NAMES.contains(&name) || BEGINNINGS.iter().any(|begin| name.starts_with(begin))
}

/// The part of this program's environment that the other program is given.
pub fn listed_environment() -> impl Iterator<Item = (OsString, OsString)> {
    std::env::vars_os().filter(|(name, _)| is_listed(name))
}

/// The absolute path of a program beside the running file.
///
/// # Errors
/// When the running file cannot be told, or the program is not beside it.
pub fn beside(program: &str) -> io::Result<PathBuf> {
    let here = std::env::current_exe()?.canonicalize()?;
    let folder = here
        .parent()
        .ok_or_else(|| io::Error::other("the running file has no folder"))?;
    let path = folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        Ok(path)
    } else {
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{program} is not beside the running program"),
        ))
    }
}

/// A command for `program` with the listed environment, the given data folder, no
/// terminal, and a process group of its own, so that Ctrl-C at one does not end the other.
#[must_use]
pub fn command(program: &Path, data_dir: Option<&Path>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(listed_environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(data_dir) = data_dir {
        command.arg("--data-dir").arg(data_dir);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D8
    #[test]
    fn only_listed_variables_reach_the_other_program() {
        for handed_on in [
            "HOME",
            "XDG_RUNTIME_DIR",
            "LC_TIME",
            "WEBKIT_DISABLE_DMABUF_RENDERER",
        ] {
            assert!(is_listed(OsStr::new(handed_on)), "{handed_on}");
        }
        for kept_back in [
            "LD_PRELOAD",
            "TAURI_WEBVIEW_AUTOMATION",
            "AWS_SECRET_ACCESS_KEY",
            "GCONV_PATH",
        ] {
            assert!(!is_listed(OsStr::new(kept_back)), "{kept_back}");
        }
    }

    #[test]
    fn a_program_that_is_not_beside_the_running_file_is_not_looked_for_elsewhere() {
        assert_eq!(beside("sh").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
