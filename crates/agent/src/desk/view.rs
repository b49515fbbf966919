//! What there is to draw.

use latchkey_protocol::ErrorCode;
use latchkey_view::{Folder, Inbox, Pane, PendingResend, Session, View};

use super::{Desk, pin::PinDesk};
use crate::{os::TrayState, store::DraftOf};

impl Desk {
    /// All of it.
    #[must_use]
    pub fn view(&mut self) -> View {
        if let Some(session) = self.locked_session() {
            return self.covered(session);
        }
        View {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            service_version: self.service_version.clone(),
            session: self.session.clone(),
            connection: self.connection.clone(),
            keychain: self.keychain.state(),
            storage: self.storage.clone(),
            inbox: self.shown_inbox(),
            outages: if self.is_connected() {
                self.outages.now()
            } else {
                Vec::new()
            },
            covers: if self.is_connected() {
                self.covers.now()
            } else {
                Vec::new()
            },
            pane: self.pane(),
            pin: self.pin.as_ref().map(PinDesk::panel).cloned(),
            notice: self.notice.clone(),
            waiting_notes: self.notes.waiting_count(),
            unsent_notes: self.notes.unsent_count(),
            asks_to_sign_out: self.asks_to_sign_out,
            refused_notes: self.notes.refused(),
            settings: self.shown_settings(),
            quiet: self.quiet.state(),
        }
    }

    /// Counts, and nothing else of what the desk knows (RULES D4).
    fn covered(&self, session: Session) -> View {
        View {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            service_version: self.service_version.clone(),
            session,
            connection: self.connection.clone(),
            keychain: self.keychain.state(),
            storage: self.storage.clone(),
            inbox: Inbox {
                folder: Folder::Inbox,
                counts: self.inbox.counts(),
                known: self.inbox.known,
                searched: false,
                list: 0,
                total: 0,
                rows: Vec::new(),
                opened_at: None,
            },
            outages: Vec::new(),
            covers: Vec::new(),
            pane: None,
            pin: None,
            notice: None,
            waiting_notes: self.notes.waiting_count(),
            unsent_notes: self.notes.unsent_count(),
            asks_to_sign_out: self.asks_to_sign_out,
            refused_notes: Vec::new(),
            settings: self.shown_settings(),
            quiet: self.quiet.state(),
        }
    }

    /// What the tray shows.
    #[must_use]
    pub fn tray(&self) -> TrayState {
        TrayState {
            signed_in: self.is_signed_in(),
            locked: self.is_locked(),
            unread: self.inbox.counts().unread,
            quiet: self.quiet.tray(),
        }
    }

    fn pane(&self) -> Option<Pane> {
        let request = self.inbox.documents.get(self.selected.as_ref()?)?;
        Some(Pane {
            request: request.clone(),
            blocked: (!self.is_connected()).then_some(ErrorCode::Offline),
            resend: self
                .resends
                .get(&request.id)
                .map(|goes_at| PendingResend { goes_at: *goes_at }),
            busy: self.is_busy(&request.id),
            looking: self.colleagues_at(&request.id),
            snoozed_until: self
                .inbox
                .mark(&request.id)
                .snoozed
                .map(|snooze| snooze.until),
            draft: self.notes.draft(&request.id, DraftOf::Note),
            message_draft: self.notes.draft(&request.id, DraftOf::Message),
            waiting_notes: self.notes.waiting(&request.id),
        })
    }
}
