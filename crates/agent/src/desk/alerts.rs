//! When the bell rings, and when it is taken back.

use std::collections::BTreeMap;

use latchkey_protocol::{RequestId, UnixMillis};

use super::{Desk, Effect};
use crate::{
    clock::later,
    os::{Alert, AlertId},
};

/// What arrives within this is told in one notification (RULES A4).
const GATHER: i64 = 250;

/// The notifications that may be on the screen, with what each stands for.
#[derive(Default)]
pub(super) struct Alerts {
    shown: BTreeMap<AlertId, Vec<RequestId>>,
    last: u64,
    due: Option<UnixMillis>,
}

impl Alerts {
    pub(super) const fn due(&self) -> Option<UnixMillis> {
        self.due
    }

    /// Rings at that time, or earlier if that was planned.
    pub(super) fn ring_by(&mut self, at: UnixMillis) {
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    /// What a notification stood for; it is off the screen now.
    pub(super) fn take(&mut self, alert: AlertId) -> Vec<RequestId> {
        self.shown.remove(&alert).unwrap_or_default()
    }

    pub(super) fn take_all(&mut self) -> Vec<AlertId> {
        self.due = None;
        std::mem::take(&mut self.shown).into_keys().collect()
    }

    fn add(&mut self, requests: Vec<RequestId>) -> AlertId {
        self.last += 1;
        let id = AlertId(self.last);
        self.shown.insert(id, requests);
        id
    }
}

impl Desk {
    /// A request that nobody has opened or that a colleague handed over, that this person has not read and that no
    /// notification told of yet.
    fn is_news(&self, id: &RequestId) -> bool {
        let mark = self.inbox.mark(id);
        mark.shown_at.is_none()
            && mark.read_at.is_none()
            && self
                .inbox
                .requests
                .get(id)
                .is_some_and(|request| self.concerns_me(request))
    }

    pub(super) fn consider_ringing(&mut self, id: &RequestId) {
        if self.is_news(id) {
            // While everything is still arriving, it is told in one.
            let at = self.settle_at.unwrap_or(later(self.now, GATHER));
            self.alerts.ring_by(at);
        }
    }

    /// Tells of everything that is new, in one notification.
    pub(super) fn ring(&mut self) {
        self.alerts.due = None;
        let mut news: Vec<RequestId> = self
            .inbox
            .requests
            .keys()
            .filter(|id| self.is_news(id))
            .cloned()
            .collect();
        if news.is_empty() {
            return;
        }
        news.sort_unstable();
        for id in &news {
            let mut mark = self.inbox.mark(id);
            mark.shown_at = Some(self.now);
            self.set_mark(id, mark);
        }
        let count = u32::try_from(news.len()).unwrap_or(u32::MAX);
        let id = self.alerts.add(news);
        self.say(Effect::Notify(Alert { id, count }));
    }

    /// Takes back what nobody needs to be told of any more: solved, opened here or by a
    /// colleague, or gone.
    pub(super) fn withdraw_answered(&mut self) {
        let waits = |id: &RequestId| {
            self.inbox
                .requests
                .get(id)
                .is_some_and(|request| self.concerns_me(request))
                && self.inbox.mark(id).read_at.is_none()
        };
        let settling = self.settle_at.is_some();
        let answered: Vec<AlertId> = self
            .alerts
            .shown
            .iter()
            .filter(|(_, requests)| {
                !requests
                    .iter()
                    .any(|id| waits(id) || (settling && !self.inbox.requests.contains_key(id)))
            })
            .map(|(alert, _)| *alert)
            .collect();
        for alert in answered {
            self.alerts.shown.remove(&alert);
            self.say(Effect::Withdraw(alert));
        }
    }
}
