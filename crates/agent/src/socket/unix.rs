//! A Unix socket in the user's runtime folder, mode 0700, peer checked.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
};

use latchkey_view::{Places, connect, make_private};
use tokio::{net::UnixListener, sync::mpsc};

use super::{ClaimError, FromSocket, connection};
use crate::desk::ConnectionId;

/// The lock and the socket of the one agent of a data folder.
pub struct Seat {
    listener: UnixListener,
    places: Places,
    // Held until this agent ends, however it ends.
    _lock: File,
}

impl Seat {
    /// Takes the lock, then the socket. A socket that a dead agent left is replaced: the
    /// lock says that it is dead.
    ///
    /// # Errors
    /// [`ClaimError`]
    pub fn claim(places: &Places) -> Result<Self, ClaimError> {
        if let Some(root) = places.runtime.parent() {
            if !root.exists() {
                make_private(root)?;
            }
            connect::check_folder(root).map_err(ClaimError::NotPrivate)?;
        }
        match DirBuilder::new().mode(0o700).create(&places.runtime) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => connect::check_folder(&places.runtime).map_err(ClaimError::NotPrivate)?,
        }
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(places.lock())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ClaimError::AlreadyRunning),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        match std::fs::remove_file(places.socket()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        Ok(Self {
            listener: UnixListener::bind(places.socket())?,
            places: places.clone(),
            _lock: lock,
        })
    }

    /// Takes connections until it is dropped.
    pub async fn serve(self, inputs: mpsc::Sender<FromSocket>) {
        let mut last = 0;
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // Too many open files, perhaps: not at full speed.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                continue;
            };
            if let Err(error) = connect::check_peer(&stream) {
                tracing::warn!(%error, "a connection was refused");
                continue;
            }
            last += 1;
            let (reader, writer) = stream.into_split();
            tokio::spawn(connection::run(
                ConnectionId(last),
                reader,
                writer,
                inputs.clone(),
            ));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.places.socket());
    }
}
