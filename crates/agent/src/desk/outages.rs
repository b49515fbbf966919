//! Outages of mail, as the service told them over the open stream.

use latchkey_protocol::MailOutage;

/// What is out. A service that knows of nothing says nothing when a stream opens.
#[derive(Default)]
pub(super) struct Outages {
    now: Vec<MailOutage>,
    /// On this stream.
    told: bool,
}

impl Outages {
    /// The service says how it stands.
    pub(super) fn told(&mut self, outages: Vec<MailOutage>) {
        self.now = outages;
        self.told = true;
    }

    /// A stream opened; what was out before may be over.
    pub(super) const fn ask_anew(&mut self) {
        self.told = false;
    }

    /// Everything that the stream began with has arrived.
    pub(super) fn settle(&mut self) {
        if !self.told {
            self.now.clear();
        }
    }

    /// Another session knows nothing of it.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(super) fn now(&self) -> Vec<MailOutage> {
        self.now.clone()
    }
}
