//! The whole documents that are in memory: those that were touched last. The others lie
//! in the cache alone, where that keeps them.

use std::collections::{BTreeMap, HashMap};

use latchkey_protocol::{HelpRequest, RequestId};

/// So many stay in memory where the cache keeps the others, which are there in a blink.
const IN_MEMORY: usize = 50;

/// By id, and by when they were touched.
#[derive(Default)]
pub(super) struct Documents {
    by_id: HashMap<RequestId, (u64, HelpRequest)>,
    by_touch: BTreeMap<u64, RequestId>,
    touches: u64,
}

impl Documents {
    pub(super) fn get(&self, id: &RequestId) -> Option<&HelpRequest> {
        self.by_id.get(id).map(|(_, request)| request)
    }

    pub(super) fn has(&self, id: &RequestId) -> bool {
        self.by_id.contains_key(id)
    }

    /// All of them, those that were touched last at the end.
    pub(super) fn iter(&self) -> impl Iterator<Item = &HelpRequest> {
        self.by_touch.values().filter_map(|id| self.get(id))
    }

    pub(super) fn insert(&mut self, request: HelpRequest) {
        self.touches += 1;
        let id = request.id.clone();
        let new = (self.touches, request);
        if let Some((before, _)) = self.by_id.insert(id.clone(), new) {
            self.by_touch.remove(&before);
        }
        self.by_touch.insert(self.touches, id);
    }

    pub(super) fn remove(&mut self, id: &RequestId) {
        if let Some((touch, _)) = self.by_id.remove(id) {
            self.by_touch.remove(&touch);
        }
    }

    pub(super) fn touch(&mut self, id: &RequestId) {
        if let Some((touch, _)) = self.by_id.get_mut(id) {
            self.by_touch.remove(touch);
            self.touches += 1;
            *touch = self.touches;
            self.by_touch.insert(self.touches, id.clone());
        }
    }

    pub(super) fn clear(&mut self) {
        self.by_id.clear();
        self.by_touch.clear();
    }

    /// Lets go of those that were touched longest ago, but not of the one that is looked at.
    pub(super) fn trim(&mut self, looked_at: Option<&RequestId>) {
        if let Some(id) = looked_at {
            self.touch(id);
        }
        while self.by_id.len() > IN_MEMORY {
            let Some((_, oldest)) = self.by_touch.pop_first() else {
                return;
            };
            self.by_id.remove(&oldest);
        }
    }
}
