//! A Unix socket in a folder that only this user can open.

use std::{io, os::unix::fs::MetadataExt, path::Path};

use tokio::net::{
    UnixStream,
    unix::{OwnedReadHalf, OwnedWriteHalf},
};

use super::ConnectError;
use crate::Places;

pub(super) type ReadHalf = OwnedReadHalf;
pub(super) type WriteHalf = OwnedWriteHalf;

pub(super) async fn connect(places: &Places) -> Result<(ReadHalf, WriteHalf), ConnectError> {
    match check_folder(&places.runtime) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ConnectError::NotRunning);
        }
        other => other.map_err(|error| ConnectError::NotPrivate(error.to_string()))?,
    }
    let stream = UnixStream::connect(places.socket())
        .await
        .map_err(|error| match error.kind() {
            // Refused: the socket of an agent that is gone.
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ConnectError::NotRunning,
            _ => ConnectError::Io(error),
        })?;
    check_peer(&stream).map_err(|error| ConnectError::NotPrivate(error.to_string()))?;
    Ok(stream.into_split())
}

/// Fails unless the folder is a folder of this user's that nobody else can open.
///
/// # Errors
/// Says what is wrong with it; `NotFound` where there is none.
pub fn check_folder(folder: &Path) -> io::Result<()> {
    // Of the name itself: a link to elsewhere is somebody's trick.
    let about = std::fs::symlink_metadata(folder)?;
    let wrong = if !about.is_dir() {
        "is not a folder"
    } else if about.uid() != rustix::process::geteuid().as_raw() {
        "belongs to another user"
    } else if about.mode() & 0o077 != 0 {
        "can be opened by others"
    } else {
        return Ok(());
    };
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} {wrong}", folder.display()),
    ))
}

/// Fails unless the other end is a process of this user's (`SO_PEERCRED`).
///
/// # Errors
/// `PermissionDenied` for anybody else.
pub fn check_peer(stream: &UnixStream) -> io::Result<()> {
    if stream.peer_cred()?.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the other end belongs to another user",
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    // RULES D8
    #[test]
    fn a_folder_that_others_can_open_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(check_folder(&open).is_err());
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(check_folder(&open).is_ok());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&open, &link).unwrap();
        assert!(check_folder(&link).is_err(), "a link to elsewhere");
    }

    #[tokio::test]
    async fn a_socket_that_nobody_answers_on_means_that_no_agent_runs() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().join("run");
        std::fs::create_dir(&runtime).unwrap();
        std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
        let places = Places {
            data: folder.path().into(),
            config: folder.path().into(),
            state: folder.path().into(),
            runtime,
        };
        assert!(matches!(
            connect(&places).await,
            Err(ConnectError::NotRunning)
        ));
        drop(std::os::unix::net::UnixListener::bind(places.socket()).unwrap());
        assert!(matches!(
            connect(&places).await,
            Err(ConnectError::NotRunning)
        ));
    }
}
