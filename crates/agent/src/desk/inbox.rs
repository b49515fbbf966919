//! The requests, and what this person did with them.

use std::collections::HashMap;

use latchkey_protocol::{HelpRequest, Position, RequestId, RequestState, UnixMillis};
use latchkey_view::{Counts, Folder, Row, Session};

use super::{Call, Desk, Effect};
use crate::{
    clock::later,
    store::{Mark, Write},
};

/// More than this many are not kept: a broken service must not fill the computer.
const MOST: usize = 2_000;
/// How much of a message a row carries, to be searched.
const ROW_TEXT: usize = 500;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Ended requests stay this long (RULES D3).
const KEEP_SOLVED: i64 = 14 * DAY;
/// Before a cache that failed is filled again.
const BEFORE_REFILL: i64 = 60_000;
/// Marks of requests that are gone stay this long.
const KEEP_MARKS: i64 = 30 * DAY;

/// The requests by id.
#[derive(Default)]
pub(super) struct Inbox {
    pub(super) requests: HashMap<RequestId, HelpRequest>,
    pub(super) marks: HashMap<RequestId, Mark>,
    pub(super) known: bool,
    /// As far as the feed has been read.
    pub(super) position: Option<Position>,
    /// When the cache, which failed, is filled again.
    pub(super) refill_at: Option<UnixMillis>,
}

pub(super) const fn is_open(request: &HelpRequest) -> bool {
    !matches!(request.state, RequestState::Solved)
}

/// Nobody at the practice has opened it.
pub(super) const fn is_unanswered(request: &HelpRequest) -> bool {
    matches!(request.state, RequestState::New) && request.seen.is_none()
}

impl Inbox {
    /// The cache failed; the disk may have room again in a minute.
    pub(super) fn lost(&mut self, now: UnixMillis) {
        self.refill_at = Some(later(now, BEFORE_REFILL));
    }

    pub(super) fn mark(&self, request: &RequestId) -> Mark {
        self.marks.get(request).copied().unwrap_or_default()
    }

    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for request in self.requests.values() {
            if is_open(request) {
                counts.open += 1;
                counts.unread += u32::from(self.is_unread(request));
            } else {
                counts.solved += 1;
            }
        }
        counts
    }

    pub(super) fn rows(&self, folder: Folder) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .requests
            .values()
            .filter(|request| is_open(request) == (folder == Folder::Inbox))
            .map(|request| self.row(request))
            .collect();
        rows.sort_unstable_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
        rows
    }

    fn row(&self, request: &HelpRequest) -> Row {
        Row {
            id: request.id.clone(),
            name: request.who.name.clone(),
            typed: request.who.typed.clone(),
            at: request.created_at,
            state: request.state,
            assigned: request.assigned.clone(),
            looking: Vec::new(),
            unread: is_open(request) && self.is_unread(request),
            diagnosis: request.diagnosis.clone(),
            solved: request.solved.clone(),
            message: request
                .message
                .as_ref()
                .map(|message| message.chars().take(ROW_TEXT).collect()),
        }
    }

    fn is_unread(&self, request: &HelpRequest) -> bool {
        self.mark(&request.id).read_at.is_none()
    }

    /// The one to give up when there are too many: ended ones first, then the oldest.
    fn surplus(&self) -> Option<RequestId> {
        (self.requests.len() > MOST)
            .then(|| {
                self.requests
                    .values()
                    .min_by_key(|request| (is_open(request), request.created_at))
                    .map(|request| request.id.clone())
            })
            .flatten()
    }
}

impl Desk {
    pub(super) fn arrived(&mut self, request: HelpRequest, position: Position) {
        self.say(Effect::Write(Write::Put(
            Box::new(request.clone()),
            position,
        )));
        if let Some(pin) = &mut self.pin {
            pin.look_at(&request);
        }
        if !is_open(&request) {
            self.resends.remove(&request.id);
        }
        self.inbox.position = Some(position);
        let id = request.id.clone();
        let before = self.inbox.requests.insert(id.clone(), request);
        self.was_handed(before.as_ref(), &id);
        if let Some(surplus) = self.inbox.surplus() {
            self.inbox.requests.remove(&surplus);
            self.say(Effect::Write(Write::Erase(surplus, None)));
        }
        self.consider_ringing(&id);
        self.withdraw_answered();
    }

    pub(super) fn gone(&mut self, request: &RequestId, position: Option<Position>) {
        self.part_with_draft(request);
        self.inbox.position = position.or(self.inbox.position);
        self.inbox.requests.remove(request);
        self.inbox.marks.remove(request);
        self.resends.remove(request);
        self.say(Effect::Write(Write::Erase(request.clone(), position)));
        self.say(Effect::Write(Write::ForgetMark(request.clone())));
        if self.selected.as_ref() == Some(request) {
            self.selected = None;
        }
        if self.pin.as_ref().is_some_and(|pin| pin.is_for(request)) {
            self.pin = None;
        }
        let told = self.notice.as_ref();
        if told.is_some_and(|notice| notice.request.as_ref() == Some(request)) {
            self.notice = None;
        }
        self.withdraw_answered();
    }

    /// What follows is the whole: it is awaited before notifications are taken back.
    pub(super) fn reset(&mut self) {
        self.inbox.requests.clear();
        self.inbox.position = None;
        self.say(Effect::Write(Write::Reset));
        self.settle_at = Some(later(self.now, super::SETTLE));
    }

    pub(super) fn set_mark(&mut self, request: &RequestId, mark: Mark) {
        if self.inbox.mark(request) == mark {
            return;
        }
        self.inbox.marks.insert(request.clone(), mark);
        self.say(Effect::Write(Write::Mark(request.clone(), mark)));
    }

    /// A person looks at a request: it is read here, and *seen* at the service.
    pub(super) fn select(&mut self, request: Option<RequestId>) {
        self.selected = request;
        let Some(id) = self.selected.clone() else {
            return;
        };
        let Some(request) = self.inbox.requests.get(&id) else {
            return;
        };
        let unanswered = is_unanswered(request);
        self.folder = if is_open(request) {
            Folder::Inbox
        } else {
            Folder::Solved
        };
        let mut mark = self.inbox.mark(&id);
        let news = unanswered || (mark.read_at.is_none() && !self.is_seen_by_me(request));
        mark.read_at = mark.read_at.or(Some(self.now));
        // Owed until the service has said that it heard of it.
        mark.seen_owed |= news;
        self.set_mark(&id, mark);
        if news && self.is_connected() {
            self.call(Call::Seen(id), None);
        }
        self.withdraw_answered();
    }

    /// The service knows that this person has read it; that others have is no news of this
    /// one (RULES V5).
    fn is_seen_by_me(&self, request: &HelpRequest) -> bool {
        match (&self.session, &request.seen) {
            (Session::SignedIn { staff, .. }, Some(seen)) => seen.by == staff.name,
            _ => false,
        }
    }

    pub(super) fn mark_unread(&mut self, request: &RequestId) {
        let mut mark = self.inbox.mark(request);
        mark.read_at = None;
        self.set_mark(request, mark);
    }

    pub(super) fn show(&mut self, folder: Folder) {
        self.folder = folder;
        self.selected = None;
    }

    /// What was opened offline is told once the service can be reached (RULES D9).
    pub(super) fn send_owed_seen(&mut self) {
        let mut owed: Vec<RequestId> = self
            .inbox
            .marks
            .iter()
            .filter(|(_, mark)| mark.seen_owed)
            .map(|(request, _)| request.clone())
            .collect();
        owed.sort_unstable();
        for request in owed {
            // A request that is not here yet may come with the feed.
            match self.inbox.requests.get(&request) {
                Some(found) if !self.is_seen_by_me(found) => {
                    let call = Call::Seen(request);
                    if !self.pending.values().any(|pending| *pending.call() == call) {
                        self.call(call, None);
                    }
                }
                Some(_) => self.seen_is_known(&request),
                None => {}
            }
        }
    }

    /// The service knows that it was opened, or does not want to.
    pub(super) fn seen_is_known(&mut self, request: &RequestId) {
        let mut mark = self.inbox.mark(request);
        mark.seen_owed = false;
        self.set_mark(request, mark);
    }

    /// Fills the cache with what is here, once it is due.
    pub(super) fn refill(&mut self) {
        if self.inbox.refill_at.is_none_or(|at| at > self.now) {
            return;
        }
        if self.is_signed_in() && self.inbox.known {
            self.inbox.refill_at = None;
            self.write_cache();
        } else {
            self.inbox.lost(self.now);
        }
    }

    /// All of the cache, as it should be.
    pub(super) fn write_cache(&mut self) {
        let requests = self.inbox.requests.values().cloned().collect();
        self.say(Effect::Write(Write::Refill(requests, self.inbox.position)));
    }

    /// Erases what is older than it may be (RULES R1).
    pub(super) fn sweep(&mut self) {
        let before = UnixMillis(self.now.0 - KEEP_SOLVED);
        let ended = |request: &HelpRequest| {
            request
                .solved
                .as_ref()
                .map_or(request.created_at, |solved| solved.at)
        };
        let old: Vec<RequestId> = self
            .inbox
            .requests
            .values()
            .filter(|request| !is_open(request) && ended(request) < before)
            .map(|request| request.id.clone())
            .collect();
        for request in old {
            self.inbox.requests.remove(&request);
            self.say(Effect::Write(Write::Erase(request, None)));
        }
        let before = UnixMillis(self.now.0 - KEEP_MARKS);
        let touched = |mark: &Mark| mark.read_at.max(mark.shown_at).unwrap_or_default();
        let forgotten: Vec<RequestId> = self
            .inbox
            .marks
            .iter()
            .filter(|(id, mark)| !self.inbox.requests.contains_key(id) && touched(mark) < before)
            .map(|(id, _)| id.clone())
            .collect();
        for request in forgotten {
            self.inbox.marks.remove(&request);
            self.say(Effect::Write(Write::ForgetMark(request)));
        }
    }
}
