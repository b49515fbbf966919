//! What window and tray are told.

use std::{sync::Arc, time::Duration};

use latchkey_view::ToWindow;

use super::{Agent, End};
use crate::desk::ConnectionId;

/// How long the practice gets to hear that a session ended, where the agent ends with it.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long the window gets to hear that the agent ends.
const GOODBYE: Duration = Duration::from_millis(500);

impl Agent {
    /// A window that does not read is cut off: it can come again.
    pub(super) fn send(&mut self, connection: ConnectionId, frame: ToWindow) {
        if let Some(outbox) = self.connections.get(&connection)
            && outbox.frames.try_send(frame).is_err()
        {
            self.connections.remove(&connection);
        }
    }

    /// Tells the window and the tray what changed.
    pub(super) fn publish(&mut self) {
        let tray = self.desk.tray();
        if self.tray != Some(tray) {
            self.tray = Some(tray);
            self.ground.os.tray(tray);
        }
        let Some(outbox) = self
            .desk
            .window()
            .and_then(|window| self.connections.get(&window))
        else {
            return;
        };
        let view = self.desk.view();
        if self.drawn.as_deref() != Some(&view) {
            self.drawn = Some(Arc::new(view));
        }
        outbox.view.send_if_modified(|shown| {
            let same = match (&*shown, &self.drawn) {
                (Some(shown), Some(drawn)) => Arc::ptr_eq(shown, drawn),
                _ => false,
            };
            shown.clone_from(&self.drawn);
            !same
        });
    }

    pub(super) async fn say_goodbye(self, end: End) {
        for outbox in self.connections.values() {
            let _ = outbox.frames.try_send(match end {
                End::Quit => ToWindow::Bye,
                End::Vanish => ToWindow::Vanish,
            });
        }
        let all: Vec<_> = self
            .connections
            .into_values()
            .map(|outbox| outbox.frames)
            .collect();
        let gone = async {
            for frames in &all {
                frames.closed().await;
            }
        };
        // The writers end with their last frame, or with the window.
        let patience = match end {
            End::Quit => GOODBYE,
            End::Vanish => FAREWELL,
        };
        let _ = tokio::time::timeout(patience, gone).await;
        if let Some(revoking) = self.revoking {
            let _ = tokio::time::timeout(FAREWELL, revoking).await;
        }
        self.store.flush().await;
        self.files.close().await;
    }
}
