//! The colleagues: who there is, what they hand over, and what they look at.

use std::collections::HashSet;

use latchkey_protocol::{Colleagues, ErrorCode, Looking, RequestId, UnixMillis};
use latchkey_view::{Answer, Notice, Session};

use super::{ConnectionId, Desk, Effect, acts::refused};
use crate::{clock::later, practice::CallError, summary::Summary};

/// The service forgets after 45 s what a desktop shows.
const SHOW_AGAIN: i64 = 20_000;

/// What is known of the colleagues, and told to them.
#[derive(Default)]
pub(super) struct Team {
    /// The commands that wait for who there is.
    asked: HashSet<(ConnectionId, u64)>,
    /// What colleagues look at, as the service told it.
    looking: Vec<Looking>,
    /// On this stream.
    told: bool,
    /// What the service is to be told of a session that this person began or ended here.
    session: Option<Told>,
    /// It is being told.
    telling: bool,
    /// The request that the service was told to be shown here, and when it is told again.
    shown: Option<(RequestId, UnixMillis)>,
}

/// A session lasts until then, or is over.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Told {
    until: Option<UnixMillis>,
}

impl Team {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        let asked = self.asked.drain().collect();
        *self = Self::default();
        asked
    }

    /// The service says what colleagues look at.
    pub(super) fn look(&mut self, looking: Vec<Looking>) {
        self.looking = looking;
        self.told = true;
    }

    /// A stream opened; who looked before may be gone.
    pub(super) const fn ask_anew(&mut self) {
        self.told = false;
    }

    /// Everything that the stream began with has arrived.
    pub(super) fn settle(&mut self) {
        if !self.told {
            self.looking.clear();
        }
    }

    /// When the service is told again what is shown here.
    pub(super) fn due(&self) -> Option<UnixMillis> {
        self.shown.as_ref().map(|(_, again)| *again)
    }
}

impl Desk {
    /// Who there is, is asked each time: who is connected changes by the minute.
    pub(super) fn read_colleagues(&mut self, asked: (ConnectionId, u64)) {
        if self.is_connected() {
            self.team.asked.insert(asked);
            return self.say(Effect::AskColleagues { asked });
        }
        self.answer(Some(asked), refused(ErrorCode::Offline));
    }

    pub(super) fn colleagues_came(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<Colleagues, CallError>,
    ) {
        // Another session's: whoever waited has an answer already.
        if !self.team.asked.remove(&asked) {
            return;
        }
        let answer = match outcome {
            Ok(_) if self.is_locked() => refused(ErrorCode::Locked),
            Ok(colleagues) => Answer::Colleagues(colleagues),
            Err(error) => return self.not_read(asked, error),
        };
        self.answer(Some(asked), answer);
    }

    /// The person began or ended a session: colleagues are rung instead, or not any more.
    pub(super) fn owe_session(&mut self, until: Option<UnixMillis>) {
        self.team.session = Some(Told { until });
    }

    /// Tells the service of it, as soon as it can be reached.
    pub(super) fn tell_session(&mut self) {
        if let Some(Told { until }) = self.team.session
            && !self.team.telling
            && self.is_connected()
            && self.is_signed_in()
        {
            self.team.telling = true;
            self.say(Effect::TellSession(until));
        }
    }

    pub(super) fn session_told(
        &mut self,
        until: Option<UnixMillis>,
        outcome: Result<(), CallError>,
    ) {
        // Another session's at this desktop.
        if !std::mem::take(&mut self.team.telling) {
            return;
        }
        match outcome {
            Err(CallError::NotSent | CallError::Unreachable) => return self.doubt_connection(),
            Err(CallError::Refused(refusal)) => {
                self.notice = Some(Notice {
                    refusal,
                    request: None,
                });
            }
            Err(CallError::SessionEnded) => self.session_ended(),
            Ok(()) => {}
        }
        // What was chosen meanwhile is still owed.
        if self.team.session == Some(Told { until }) {
            self.team.session = None;
        }
    }

    /// Colleagues who look at a request now, by name; nobody is known to while offline.
    pub(super) fn colleagues_at(&self, request: &RequestId) -> Vec<String> {
        let at = |looking: &&Looking| looking.request == *request && self.is_connected();
        let looking = self.team.looking.iter().filter(at);
        looking.map(|looking| looking.name.clone()).collect()
    }

    /// Tells the service which request a person has before them, while they do.
    pub(super) fn tell_what_is_shown(&mut self) {
        let is_watched = self.is_connected() && !self.is_locked() && self.window.is_some();
        let shown = self
            .selected
            .clone()
            .filter(|request| is_watched && self.is_signed_in() && self.inbox.has(request));
        let (before, again) = match self.team.shown.take() {
            Some((request, again)) => (Some(request), again),
            None => (None, self.now),
        };
        if let Some(request) = before.clone()
            && before != shown
            && self.is_connected()
        {
            let away = true;
            self.say(Effect::Look { request, away });
        }
        if let Some(request) = shown {
            let is_news = before.as_ref() != Some(&request);
            let again = if is_news || again <= self.now {
                let (request, away) = (request.clone(), false);
                self.say(Effect::Look { request, away });
                later(self.now, SHOW_AGAIN)
            } else {
                again
            };
            self.team.shown = Some((request, again));
        }
    }

    /// A colleague gave a request to this person, or nobody reacted to it for too long: this
    /// person is told of it as of a new one, even if it was there before.
    pub(super) fn rings_anew(&mut self, before: Option<&Summary>, id: &RequestId) {
        let Some(request) = self.inbox.get(id) else {
            return;
        };
        let waited = request.escalated && !before.is_some_and(|before| before.escalated);
        if waited && self.concerns_me(request) {
            let mut mark = self.inbox.mark(id);
            mark.shown_at = None;
            return self.set_mark(id, mark);
        }
        let news = self.is_handed_to_me(request)
            // Who has it open sees it happen.
            && self.selected.as_ref() != Some(id)
            && before.is_none_or(|before| before.assigned != request.assigned);
        if news {
            let mut mark = self.inbox.mark(id);
            mark.shown_at = None;
            mark.read_at = None;
            self.set_mark(id, mark);
        }
    }

    /// The client wrote to an old request, or asked for help again: it is unread again. What
    /// they wrote is told of again, too; a repeated cry is one item.
    pub(super) fn is_told_anew(&mut self, id: &RequestId) {
        let Some(request) = self.inbox.get(id) else {
            return;
        };
        let (waits, asked) = (request.waits_since(), request.repeats());
        let news = waits.max(asked.map(|asked| asked.last));
        let mut mark = self.inbox.mark(id);
        if mark.news >= news {
            return;
        }
        let wrote = waits > mark.news;
        mark.news = news;
        // Who has it open sees it happen.
        if self.selected.as_ref() != Some(id) || self.is_locked() {
            mark.read_at = None;
            if wrote {
                mark.shown_at = None;
            }
        }
        self.set_mark(id, mark);
    }

    /// It is this person's by a colleague's act, not by opening or taking it.
    fn is_handed_to_me(&self, request: &Summary) -> bool {
        let (Session::SignedIn { staff, .. }, Some(assigned)) = (&self.session, &request.assigned)
        else {
            return false;
        };
        request.is_open()
            && assigned.staff == staff.id
            && request
                .given_by
                .as_ref()
                .is_some_and(|by| **by != *staff.name)
    }

    /// It waits for this person: nobody has opened it, or the client has written, and no
    /// colleague has it; or a colleague handed it over.
    pub(super) fn concerns_me(&self, request: &Summary) -> bool {
        self.is_handed_to_me(request)
            || ((request.is_unanswered() || request.waits.is_some())
                && !self.is_a_colleagues(request)
                && self.is_to_ring_here(request))
    }

    /// The service names whose desktops ring; an older one does not.
    fn is_to_ring_here(&self, request: &Summary) -> bool {
        match (&self.session, &request.rings) {
            (Session::SignedIn { staff, .. }, Some(rings)) => rings.contains(&staff.id),
            _ => true,
        }
    }

    fn is_a_colleagues(&self, request: &Summary) -> bool {
        match (&self.session, &request.assigned) {
            (Session::SignedIn { staff, .. }, Some(assigned)) => assigned.staff != staff.id,
            _ => false,
        }
    }
}
