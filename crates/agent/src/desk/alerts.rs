//! When the bell rings, and when it is taken back.

use std::collections::BTreeMap;

use latchkey_protocol::{RequestId, UnixMillis};
use latchkey_view::{NotificationText, NotificationTrouble};

use super::{Desk, Effect, quiet::Hush};
use crate::{
    clock::later,
    os::{Alert, AlertId, AlertText},
};

/// No more notifications of ours are on the screen.
const AT_ONCE: usize = 3;
/// What arrives so soon after a notification is told in one (RULES A4); the first is told at
/// once.
const GATHER: i64 = 250;
/// A request that nobody has opened for so long rings for somebody on call.
const UNSEEN: i64 = 10 * 60 * 1000;

/// The notifications that may be on the screen, with what each stands for.
#[derive(Default)]
pub(super) struct Alerts {
    pub(super) shown: BTreeMap<AlertId, Shown>,
    /// Links that were asked for on a notification and go in a moment.
    pub(super) sending: BTreeMap<AlertId, RequestId>,
    /// Requests whose link was asked for there: whoever pressed is told there, too.
    pub(super) asked_there: Vec<RequestId>,
    /// What an earlier run told of went off the screen unread, and is told anew.
    lost: bool,
    /// What is wrong with the computer's notifications.
    pub(super) trouble: Option<NotificationTrouble>,
    last: u64,
    rang_at: Option<UnixMillis>,
    due: Option<UnixMillis>,
}

/// A notification that may be on the screen.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) requests: Vec<RequestId>,
    pub(super) names: bool,
    pub(super) resend: bool,
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
    pub(super) fn take(&mut self, alert: AlertId) -> Shown {
        self.sending.remove(&alert);
        self.shown.remove(&alert).unwrap_or_default()
    }

    /// Not right behind another one.
    fn next_ring(&self, now: UnixMillis) -> UnixMillis {
        // The clock may have been set back since.
        let rang_at = self.rang_at.filter(|rang_at| *rang_at <= now);
        rang_at.map_or(now, |rang_at| later(rang_at, GATHER).max(now))
    }

    pub(super) fn take_all(&mut self) -> Vec<AlertId> {
        self.due = None;
        self.asked_there.clear();
        let sending = std::mem::take(&mut self.sending).into_keys();
        let shown = std::mem::take(&mut self.shown).into_keys();
        sending.chain(shown).collect()
    }

    pub(super) const fn new_id(&mut self) -> AlertId {
        self.last += 1;
        AlertId(self.last)
    }
}

impl Desk {
    /// It waits for this person, also because they put it off until now.
    fn asks_for_me(&self, id: &RequestId) -> bool {
        let woken = self.inbox.mark(id).woken;
        self.inbox
            .get(id)
            .is_some_and(|request| self.concerns_me(request) || (woken && request.is_open()))
    }

    /// One that waits for this person, that they have not read and that no notification told
    /// of yet.
    fn is_news(&self, id: &RequestId) -> bool {
        let mark = self.inbox.mark(id);
        mark.shown_at.is_none()
            && mark.read_at.is_none()
            && mark.snoozed.is_none()
            && self.asks_for_me(id)
    }

    /// The run before this one took its notifications with it.
    pub(super) fn tell_anew(&mut self) {
        self.alerts.lost = true;
        self.alerts.ring_by(self.settle_at.unwrap_or(self.now));
    }

    fn count_lost_as_news(&mut self) {
        // Whose they were is not known before.
        if !self.is_signed_in() || !std::mem::take(&mut self.alerts.lost) {
            return;
        }
        let unread: Vec<RequestId> = self
            .inbox
            .iter()
            .map(|(id, _)| id)
            .filter(|id| self.still_waits(id))
            .cloned()
            .collect();
        for id in unread {
            let mut mark = self.inbox.mark(&id);
            mark.shown_at = None;
            self.set_mark(&id, mark);
        }
    }

    pub(super) fn consider_ringing(&mut self, id: &RequestId) {
        if self.is_news(id) {
            // While everything is still arriving, it is told in one.
            let at = self
                .settle_at
                .unwrap_or_else(|| self.alerts.next_ring(self.now));
            self.alerts.ring_by(at);
        }
    }

    /// Tells of everything that is new, in one notification. What is held back stays new,
    /// and is told in one when the quiet ends.
    pub(super) fn ring(&mut self) {
        self.alerts.due = None;
        self.count_lost_as_news();
        let mut news: Vec<RequestId> = self
            .inbox
            .iter()
            .map(|(id, _)| id)
            .filter(|id| self.is_news(id))
            .cloned()
            .collect();
        match self.hush() {
            Some(Hush::All) => return,
            Some(Hush::ButOld) => news.retain(|id| self.is_old(id)),
            None => {}
        }
        if news.is_empty() {
            return;
        }
        news.sort_unstable();
        for id in &news {
            let mut mark = self.inbox.mark(id);
            mark.shown_at = Some(self.now);
            self.set_mark(id, mark);
        }
        // Who does not want any is not told of these later.
        if self.settings.notifications != NotificationText::Off {
            let heard = self.settings.sound && news.iter().any(|id| self.is_matched(id));
            news.extend(self.make_room());
            self.alerts.rang_at = Some(self.now);
            self.tell(news, heard);
        }
    }

    /// Where the screen is full of ours, one is to tell of all of them: what those that are
    /// there stood for, and that still waits.
    fn make_room(&mut self) -> Vec<RequestId> {
        let mut waiting = Vec::new();
        if self.alerts.shown.len() >= AT_ONCE {
            for (alert, shown) in std::mem::take(&mut self.alerts.shown) {
                self.say(Effect::Withdraw(alert));
                waiting.extend(shown.requests);
            }
        }
        waiting.retain(|id| self.still_waits(id));
        waiting
    }

    /// Rings for somebody on call, now or once nobody has opened it for too long. What nobody
    /// has proven to come from a client is never urgent (RULES A4).
    fn is_old(&mut self, id: &RequestId) -> bool {
        let Some(request) = self.inbox.get(id) else {
            return false;
        };
        // The practice may have set a shorter time for everybody.
        let old_at = if request.escalated {
            self.now
        } else {
            later(request.at, UNSEEN)
        };
        let urgent = request.matched && request.is_unanswered();
        if urgent && old_at > self.now {
            self.alerts.ring_by(old_at);
        }
        urgent && old_at <= self.now
    }

    fn is_matched(&self, id: &RequestId) -> bool {
        self.inbox.get(id).is_some_and(|request| request.matched)
    }

    pub(super) fn still_waits(&self, id: &RequestId) -> bool {
        self.asks_for_me(id) && self.inbox.mark(id).read_at.is_none()
    }

    /// Takes back what nobody needs to be told of any more: solved, opened here or by a
    /// colleague, or gone.
    pub(super) fn withdraw_answered(&mut self) {
        let settling = self.settle_at.is_some();
        let answered: Vec<AlertId> = self
            .alerts
            .shown
            .iter()
            .filter(|(_, shown)| {
                !shown
                    .requests
                    .iter()
                    .any(|id| self.still_waits(id) || (settling && !self.inbox.has(id)))
            })
            .map(|(alert, _)| *alert)
            .collect();
        for alert in answered {
            self.alerts.shown.remove(&alert);
            self.say(Effect::Withdraw(alert));
        }
    }

    /// Takes everything off the screen, to be told of when the quiet ends.
    pub(super) fn hold_back(&mut self) {
        for (alert, shown) in std::mem::take(&mut self.alerts.shown) {
            self.say(Effect::Withdraw(alert));
            for id in shown.requests {
                if self.still_waits(&id) {
                    let mut mark = self.inbox.mark(&id);
                    mark.shown_at = None;
                    self.set_mark(&id, mark);
                }
            }
        }
    }

    /// Nobody is named on the screen any more: it was locked, or the person wants it so.
    pub(super) fn cover_alerts(&mut self) {
        let off = self.settings.notifications == NotificationText::Off;
        let named: Vec<AlertId> = self
            .alerts
            .shown
            .iter()
            .filter(|(_, shown)| shown.names || off)
            .map(|(alert, _)| *alert)
            .collect();
        for alert in named {
            let shown = self.alerts.take(alert);
            self.say(Effect::Withdraw(alert));
            let mut waiting = shown.requests;
            waiting.retain(|id| self.still_waits(id));
            if !off && !waiting.is_empty() {
                self.tell(waiting, false);
            }
        }
        for alert in std::mem::take(&mut self.alerts.sending).into_keys() {
            self.say(Effect::Withdraw(alert));
        }
    }

    pub(super) fn notify(&mut self, count: u32, says: AlertText, sound: bool) -> AlertId {
        let id = self.alerts.new_id();
        let alert = Alert {
            id,
            count,
            says,
            sound,
        };
        self.say(Effect::Notify(alert));
        id
    }
}
