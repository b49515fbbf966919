//! What the service tells as it stands over the open stream, each time whole: outages of mail,
//! cover periods.

/// All of it. A service that has nothing to tell says nothing when a stream opens.
pub(super) struct Standing<T> {
    now: Vec<T>,
    /// On this stream.
    told: bool,
}

impl<T> Default for Standing<T> {
    fn default() -> Self {
        Self {
            now: Vec::new(),
            told: false,
        }
    }
}

impl<T: Clone> Standing<T> {
    /// The service says how it stands.
    pub(super) fn told(&mut self, now: Vec<T>) {
        self.now = now;
        self.told = true;
    }

    /// A stream opened; what stood before may be over.
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

    pub(super) fn now(&self) -> Vec<T> {
        self.now.clone()
    }
}
