//! The PIN panel: never the digits, which went to the window once (RULES D6).

use latchkey_protocol::{HelpRequest, PinId, PinState, RequestId, UnixMillis};
use latchkey_view::PinPanel;

/// The panel, and which PIN it is about.
pub(super) struct PinDesk {
    id: PinId,
    panel: PinPanel,
}

impl PinDesk {
    pub(super) const fn new(id: PinId, panel: PinPanel) -> Self {
        Self { id, panel }
    }

    pub(super) const fn panel(&self) -> &PinPanel {
        &self.panel
    }

    pub(super) fn is_for(&self, request: &RequestId) -> bool {
        self.panel.request == *request
    }

    /// When it ends by itself, while it lives.
    pub(super) fn ends_at(&self) -> Option<UnixMillis> {
        (self.panel.state == PinState::Live).then_some(self.panel.ends_at)
    }

    pub(super) fn look_at_clock(&mut self, now: UnixMillis) {
        if self.ends_at().is_some_and(|ends_at| ends_at <= now) {
            self.panel.state = PinState::Expired;
        }
    }

    /// The feed says how it ended; what ended stays ended.
    pub(super) fn look_at(&mut self, request: &HelpRequest) {
        if request.id != self.panel.request || self.panel.state != PinState::Live {
            return;
        }
        match &request.pin {
            Some(pin) if pin.id == self.id => self.panel.state = pin.state,
            // A newer PIN voided this one. An older one is what the service knew when
            // it wrote a document that was on its way while the PIN was issued.
            Some(pin) if pin.issued_at > self.panel.issued_at => {
                self.panel.state = PinState::Revoked;
            }
            _ => {}
        }
    }
}
