//! Where Latchkey's files and its socket lie.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// The socket's name inside its folder.
pub const SOCKET_FILE: &str = "agent.sock";

/// The lock that the one agent of a data folder holds.
pub const LOCK_FILE: &str = "agent.lock";

/// The window's place on the screen, below the config folder.
pub const WINDOW_FILE: &str = "window.json";

/// The window's log, below the state folder; the one before it ends in `.1`.
pub const WINDOW_LOG_FILE: &str = "latchkey-window.log";

/// The folders of one Latchkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The cache and the sealed session.
    pub data: PathBuf,
    /// Settings.
    pub config: PathBuf,
    /// Logs.
    pub state: PathBuf,
    /// The socket and the lock; the user's own, gone at logout.
    pub runtime: PathBuf,
}

/// Why there is no place for Latchkey's files.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// No home folder.
    #[error(
        "Latchkey found no home folder, so it has no place for its data. Set HOME, or name a folder with --data-dir."
    )]
    NoHome,
    /// No runtime folder; /tmp is shared, so it is no substitute (RULES D8).
    #[error(
        "XDG_RUNTIME_DIR is not set, so Latchkey has no private folder for its socket. Sign in to a desktop session, or set it to a folder that only you can open."
    )]
    NoRuntimeFolder,
    /// `--data-dir` could not be made absolute.
    #[error("the folder given with --data-dir cannot be used: {0}")]
    DataDir(std::io::Error),
}

impl Places {
    /// The platform's folders, or those below `data_dir` where one is given.
    ///
    /// # Errors
    /// [`PlaceError`], in words for the person who started the program.
    pub fn find(data_dir: Option<&Path>) -> Result<Self, PlaceError> {
        let (data, config, state) = if let Some(given) = data_dir {
            let data = absolute(given).map_err(PlaceError::DataDir)?;
            (data.clone(), data.join("config"), data.join("state"))
        } else {
            let folders = directories::ProjectDirs::from("org", "Latchkey", "latchkey")
                .ok_or(PlaceError::NoHome)?;
            let data = folders.data_local_dir().to_owned();
            let state = folders
                .state_dir()
                .map_or_else(|| data.join("state"), Path::to_owned);
            (data, folders.config_dir().to_owned(), state)
        };
        let runtime = runtime_root(&data)?.join(socket_folder_name(&data));
        Ok(Self {
            data,
            config,
            state,
            runtime,
        })
    }

    /// The socket (on Windows, the name of the pipe).
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        if cfg!(windows) {
            PathBuf::from(format!(r"\\.\pipe\{}", self.name()))
        } else {
            self.runtime.join(SOCKET_FILE)
        }
    }

    /// The lock file.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.runtime.join(LOCK_FILE)
    }

    /// Where the window's web engine keeps what it must.
    #[must_use]
    pub fn web_engine(&self) -> PathBuf {
        self.data.join("window")
    }

    /// The folders that hold nothing but what the window makes.
    #[must_use]
    pub fn window_folders(&self) -> Vec<PathBuf> {
        vec![self.web_engine()]
    }

    /// The window's toolkit makes this folder whatever it is told, and leaves it empty.
    #[must_use]
    pub fn toolkit_folder() -> Option<PathBuf> {
        let folders = directories::BaseDirs::new()?;
        Some(folders.config_dir().join("org.latchkey.desktop"))
    }

    /// The name that socket, lock and keychain entries of this data folder share.
    #[must_use]
    pub fn name(&self) -> String {
        socket_folder_name(&self.data)
    }
}

/// The data folder may not be there yet: the part that is there is resolved, so that the
/// folder has the same name before and after it is made.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for there in path.ancestors() {
        if let Ok(resolved) = there.canonicalize() {
            let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
            return Ok(resolved.components().chain(rest.components()).collect());
        }
    }
    Ok(path)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn runtime_root(_data: &Path) -> Result<PathBuf, PlaceError> {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .ok_or(PlaceError::NoRuntimeFolder)
}

// These have no runtime folder; the user's own local data is as private.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[allow(clippy::unnecessary_wraps, reason = "one signature for all platforms")]
fn runtime_root(data: &Path) -> Result<PathBuf, PlaceError> {
    Ok(data.join("run"))
}

/// Name of the folder, below the user's runtime folder, that belongs to a data
/// folder: two data folders never share an agent. The path is taken as given;
/// callers make it absolute first.
#[must_use]
pub fn socket_folder_name(data_dir: &Path) -> String {
    let digest = Sha256::digest(data_dir.as_os_str().as_encoded_bytes());
    digest
        .iter()
        .take(8)
        .fold("latchkey-".to_owned(), |mut name, byte| {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
            name
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D8
    #[test]
    fn two_data_folders_never_share_a_socket() {
        let one = socket_folder_name(Path::new("/home/rosa/.local/share/latchkey"));
        let other = socket_folder_name(Path::new("/home/rosa/elsewhere"));
        assert_ne!(one, other);
        assert_eq!(one.len(), "latchkey-".len() + 16);
    }

    #[test]
    fn a_data_folder_has_one_name_before_and_after_it_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        let target = folder.path().join("target");
        std::fs::create_dir(&target).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&target, &link).unwrap();
        #[cfg(not(unix))]
        std::fs::create_dir(&link).unwrap();
        let before = absolute(&link.join("latchkey")).unwrap();
        std::fs::create_dir(link.join("latchkey")).unwrap();
        assert_eq!(absolute(&link.join("latchkey")).unwrap(), before);
    }

    #[test]
    fn a_data_folder_that_is_given_holds_settings_and_logs_too() {
        let folder = tempfile::tempdir().unwrap();
        let Ok(places) = Places::find(Some(folder.path())) else {
            // No runtime folder on this machine: said in words, tested with the programs.
            return;
        };
        let data = std::fs::canonicalize(folder.path()).unwrap();
        assert_eq!(places.data, data);
        assert!(places.state.starts_with(&data) && places.config.starts_with(&data));
        assert_eq!(places.runtime.file_name().unwrap(), places.name().as_str());
    }
}
