//! The colleagues: who there is, and what they hand over.

use std::collections::HashSet;

use latchkey_protocol::{Colleagues, ErrorCode, Happening, HelpRequest, RequestId};
use latchkey_view::{Answer, Session};

use super::{
    ConnectionId, Desk, Effect,
    acts::refused,
    inbox::{is_open, is_unanswered},
};
use crate::practice::CallError;

/// The commands that wait for who there is.
#[derive(Default)]
pub(super) struct Team(HashSet<(ConnectionId, u64)>);

impl Team {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        self.0.drain().collect()
    }
}

impl Desk {
    /// Who there is, is asked each time: who is connected changes by the minute.
    pub(super) fn read_colleagues(&mut self, asked: (ConnectionId, u64)) {
        if self.is_connected() {
            self.team.0.insert(asked);
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
        if !self.team.0.remove(&asked) {
            return;
        }
        let answer = match outcome {
            Ok(_) if self.is_locked() => refused(ErrorCode::Locked),
            Ok(colleagues) => Answer::Colleagues(colleagues),
            Err(error) => return self.not_read(asked, error),
        };
        self.answer(Some(asked), answer);
    }

    /// A colleague gave a request to this person, who is told of it as of a new one, even if
    /// it was there before.
    pub(super) fn was_handed(&mut self, before: Option<&HelpRequest>, id: &RequestId) {
        let Some(request) = self.inbox.requests.get(id) else {
            return;
        };
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

    /// It is this person's by a colleague's act, not by opening or taking it.
    fn is_handed_to_me(&self, request: &HelpRequest) -> bool {
        let (Session::SignedIn { staff, .. }, Some(assigned)) = (&self.session, &request.assigned)
        else {
            return false;
        };
        let by_whom = request
            .timeline
            .iter()
            .rev()
            .find_map(|entry| match &entry.what {
                Happening::Assigned { by, .. } => Some(by.as_ref()),
                _ => None,
            });
        is_open(request)
            && assigned.staff == staff.id
            && by_whom.is_some_and(|by| by != Some(&staff.name))
    }

    /// It waits for this person: nobody has opened it and no colleague has it, or a colleague
    /// handed it over.
    pub(super) fn concerns_me(&self, request: &HelpRequest) -> bool {
        self.is_handed_to_me(request) || (is_unanswered(request) && !self.is_a_colleagues(request))
    }

    fn is_a_colleagues(&self, request: &HelpRequest) -> bool {
        match (&self.session, &request.assigned) {
            (Session::SignedIn { staff, .. }, Some(assigned)) => assigned.staff != staff.id,
            _ => false,
        }
    }
}
