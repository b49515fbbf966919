//! Who is connected on the local socket: at most one window.

use latchkey_protocol::RequestId;
use latchkey_view::{AgentStatus, Session, ToAgent};

use super::{ConnectionId, Desk, Effect, Tell, leaving::Asker};
use crate::clock::later;

/// A window that was asked for needs this long to come up before it is asked for again.
const COMING_UP: i64 = 5_000;

impl Desk {
    pub(super) fn window_says(&mut self, connection: ConnectionId, frame: ToAgent) {
        match frame {
            ToAgent::Hello { .. } | ToAgent::Focus { focused: false } => {}
            ToAgent::Focus { focused: true } => self.looked_at(),
            ToAgent::Launch { practice, request } => self.launched(connection, practice, request),
            ToAgent::Command { id, command } => self.command(connection, id, command),
            ToAgent::Status => {
                let status = Tell::Status(self.status());
                self.say(Effect::Tell(connection, status));
            }
            ToAgent::Quit => self.quit(),
            ToAgent::Erase => self.erase_everything(Asker::Terminal(connection)),
        }
    }

    pub(super) fn window_gone(&mut self, connection: ConnectionId) {
        if self.window == Some(connection) {
            // Its digits went with it (RULES D6); the panel says so to the next one.
            self.window = None;
            self.list.forget();
        }
    }

    fn launched(
        &mut self,
        connection: ConnectionId,
        practice: Option<String>,
        request: Option<RequestId>,
    ) {
        if let Some(request) = request {
            self.point_at(&request);
        }
        if let (
            Some(practice),
            Session::SignedOut {
                practice: offered, ..
            },
        ) = (&practice, &mut self.session)
        {
            *offered = Some(practice.clone());
        }
        if practice.is_some() && !self.is_signed_in() {
            self.practice_url = practice;
        }
        match self.window {
            Some(window) if window != connection => {
                self.say(Effect::Tell(connection, Tell::Leave));
                self.say(Effect::Tell(window, Tell::Raise));
            }
            _ => {
                self.window = Some(connection);
                self.window_asked_at = None;
                self.say(Effect::Tell(connection, Tell::Stay));
                self.somebody_is_here();
                self.looked_at();
            }
        }
    }

    /// An address selects and never acts (RULES D7): nothing is marked as read or seen
    /// because some page or mail had such a link.
    fn point_at(&mut self, request: &RequestId) {
        self.show_folder_of(request);
        self.point(request);
    }

    /// Shows the window, or starts one.
    pub(super) fn raise(&mut self) {
        if let Some(window) = self.window {
            return self.say(Effect::Tell(window, Tell::Raise));
        }
        let coming = self
            .window_asked_at
            .is_some_and(|asked| later(asked, COMING_UP) > self.now);
        if !coming {
            self.window_asked_at = Some(self.now);
            self.say(Effect::OpenWindow);
        }
    }

    /// The connection that is the window.
    #[must_use]
    pub const fn window(&self) -> Option<ConnectionId> {
        self.window
    }

    fn status(&self) -> AgentStatus {
        AgentStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            signed_in: match &self.session {
                Session::SignedIn { staff, .. } => Some(staff.name.clone()),
                _ => None,
            },
            connected_since: self.connected_since,
            unread: self.inbox.counts().unread,
            window: self.window.is_some(),
            locked: self.is_locked(),
        }
    }
}
