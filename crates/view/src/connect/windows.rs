//! A named pipe of this user's session. Written for Windows, not compiled here.
//!
//! The pipe's default rights let other users read, not write; the agent says nothing to
//! a caller that has not said hello first, so a reader alone learns nothing.

use std::io;

use tokio::{
    io::{ReadHalf as Read, WriteHalf as Write, split},
    net::windows::named_pipe::{ClientOptions, NamedPipeClient},
};

use super::ConnectError;
use crate::Places;

pub(super) type ReadHalf = Read<NamedPipeClient>;
pub(super) type WriteHalf = Write<NamedPipeClient>;

pub(super) async fn connect(places: &Places) -> Result<(ReadHalf, WriteHalf), ConnectError> {
    let pipe = ClientOptions::new()
        .open(places.socket())
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ConnectError::NotRunning,
            _ => ConnectError::Io(error),
        })?;
    Ok(split(pipe))
}
