//! One connection: hello first, then frames both ways.

use std::time::Duration;

use latchkey_view::{
    FrameError, ToAgent, ToWindow, VERSION, connect::HELLO_LIMIT, read_frame, write_frame,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{mpsc, watch},
};

use super::{FromSocket, Outbox};
use crate::desk::ConnectionId;

/// Frames that may wait for a slow window.
const WAITING: usize = 64;
/// A window that takes longer than this for a frame hangs.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Runs until either side ends it.
pub(super) async fn run(
    id: ConnectionId,
    mut reader: impl AsyncRead + Unpin + Send,
    mut writer: impl AsyncWrite + Unpin + Send,
    inputs: mpsc::Sender<FromSocket>,
) {
    let greeting = greet(&mut reader, &mut writer);
    if !matches!(
        tokio::time::timeout(HELLO_LIMIT, greeting).await,
        Ok(Ok(true))
    ) {
        return;
    }
    let (frames, outgoing) = mpsc::channel(WAITING);
    let (view, views) = watch::channel(None);
    let came = FromSocket::Came(id, Outbox { frames, view });
    if inputs.send(came).await.is_err() {
        return;
    }
    tokio::select! {
        end = read(id, &mut reader, &inputs) => {
            // Not the error's words: they may quote what was sent.
            if matches!(end, Err(FrameError::Malformed(_) | FrameError::TooLong(_))) {
                tracing::warn!(connection = id.0, "a connection sent something else than frames");
            }
        }
        _ = write(&mut writer, outgoing, views) => {}
    }
    let _ = inputs.send(FromSocket::Gone(id)).await;
}

/// Whether both speak the same version; the other side is told ours either way.
async fn greet(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
) -> Result<bool, FrameError> {
    let ToAgent::Hello { version } = read_frame(reader).await? else {
        return Ok(false);
    };
    write_frame(writer, &ToWindow::Hello { version: VERSION }).await?;
    Ok(version == VERSION)
}

async fn read(
    id: ConnectionId,
    reader: &mut (impl AsyncRead + Unpin),
    inputs: &mpsc::Sender<FromSocket>,
) -> Result<(), FrameError> {
    loop {
        let frame = read_frame(reader).await?;
        if inputs.send(FromSocket::Said(id, frame)).await.is_err() {
            return Ok(());
        }
    }
}

async fn write(
    writer: &mut (impl AsyncWrite + Unpin),
    mut frames: mpsc::Receiver<ToWindow>,
    mut views: watch::Receiver<Option<std::sync::Arc<latchkey_view::View>>>,
) -> Option<()> {
    loop {
        let frame = tokio::select! {
            biased;
            frame = frames.recv() => frame?,
            changed = views.changed() => {
                changed.ok()?;
                let view = views.borrow_and_update().clone();
                let Some(view) = view else { continue };
                ToWindow::View(Box::new((*view).clone()))
            }
        };
        let written = tokio::time::timeout(WRITE_LIMIT, write_frame(writer, &frame)).await;
        written.ok()?.ok()?;
        if matches!(frame, ToWindow::Bye) {
            return None;
        }
    }
}
