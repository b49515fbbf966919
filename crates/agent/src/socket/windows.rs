//! A named pipe. Written for Windows, not compiled here.
//!
//! The first instance is exclusive, so it is also what keeps a second agent from
//! running; computers elsewhere are refused. Its default rights let another user of this
//! computer read but not write, and nothing is said to a caller before its hello.

use std::{io, time::Duration};

use latchkey_view::Places;
use tokio::{
    net::windows::named_pipe::{NamedPipeServer, ServerOptions},
    sync::mpsc,
};

use super::{ClaimError, FromSocket, connection};
use crate::desk::ConnectionId;

/// The pipe of the one agent of a data folder.
pub struct Seat {
    first: NamedPipeServer,
    places: Places,
}

impl Seat {
    /// Takes the pipe's name.
    ///
    /// # Errors
    /// [`ClaimError`]
    pub fn claim(places: &Places) -> Result<Self, ClaimError> {
        let first = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(places.socket())
            .map_err(|error| match error.kind() {
                io::ErrorKind::PermissionDenied => ClaimError::AlreadyRunning,
                _ => ClaimError::Io(error),
            })?;
        Ok(Self {
            first,
            places: places.clone(),
        })
    }

    /// Takes connections until it is dropped.
    pub async fn serve(self, inputs: mpsc::Sender<FromSocket>) {
        let mut last = 0;
        let mut pipe = self.first;
        loop {
            if pipe.connect().await.is_err() {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
            let next = ServerOptions::new()
                .reject_remote_clients(true)
                .create(self.places.socket());
            let Ok(next) = next else {
                return;
            };
            let connected = std::mem::replace(&mut pipe, next);
            last += 1;
            let (reader, writer) = tokio::io::split(connected);
            tokio::spawn(connection::run(
                ConnectionId(last),
                reader,
                writer,
                inputs.clone(),
            ));
        }
    }
}
