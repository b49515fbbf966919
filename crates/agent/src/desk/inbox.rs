//! The requests, and what this person did with them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use indexmap::IndexMap;
use latchkey_protocol::{HelpRequest, Position, RequestId, StaffId, UnixMillis};
use latchkey_view::{Counts, Keychain, Session};

use super::{Call, Desk, Effect, documents::Documents};
use crate::{
    clock::later,
    store::{Mark, Write},
    summary::Summary,
};

/// More than this many are not kept: a broken service must not fill the computer.
const MOST: usize = 200_000;
/// As many, where nothing can be kept on the disk.
const MOST_WITHOUT_DISK: usize = 2_000;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Ended requests stay this long (RULES D3).
pub(super) const KEEP_SOLVED: i64 = 14 * DAY;
/// Before a cache that failed is filled again.
const BEFORE_REFILL: i64 = 60_000;
/// Marks of requests that are gone stay this long.
const KEEP_MARKS: i64 = 30 * DAY;

/// The requests by id: each in short, the recent ones whole.
#[derive(Default)]
pub(super) struct Inbox {
    requests: IndexMap<RequestId, Summary>,
    pub(super) documents: Documents,
    marks: HashMap<RequestId, Mark>,
    /// Each list of those for whom one rings.
    rings: HashSet<Arc<[StaffId]>>,
    me: Option<StaffId>,
    /// Another number where anything above changed.
    version: u64,
    counts: Counts,
    /// Those that are put off, by when they are due.
    snoozed: BTreeSet<(UnixMillis, RequestId)>,
    pub(super) known: bool,
    /// As far as the feed has been read.
    pub(super) position: Option<Position>,
    /// When the cache, which failed, is filled again.
    pub(super) refill_at: Option<UnixMillis>,
    missing: Missing,
}

/// What only the cache had, and has lost.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Missing {
    #[default]
    Nothing,
    /// It is to be read from the practice once more.
    Some,
    /// That was asked for: it comes with the next stream.
    AskedFor,
}

/// Which count a request stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pile {
    Open { unread: bool, whose: Whose },
    Snoozed(UnixMillis),
    Solved,
}

/// Who has a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Mine,
    Nobodys,
    AColleagues,
}

impl Inbox {
    /// Who sits here from now on.
    pub(super) fn is_of(&mut self, me: StaffId) {
        self.me = Some(me);
        self.count_anew();
    }

    pub(super) fn whose(&self, request: &Summary) -> Whose {
        match &request.assigned {
            None => Whose::Nobodys,
            Some(assigned) if Some(&assigned.staff) == self.me.as_ref() => Whose::Mine,
            Some(_) => Whose::AColleagues,
        }
    }

    /// As it was kept.
    pub(super) fn open(
        &mut self,
        mut requests: IndexMap<RequestId, Summary>,
        whole: Vec<HelpRequest>,
    ) {
        for short in requests.values_mut() {
            self.share_rings(short);
        }
        self.requests = requests;
        for document in whole {
            self.documents.insert(document);
        }
        self.count_anew();
        // The cache failed as it was read: nothing more comes from there.
        if self.refill_at.is_some() {
            self.part_with_missing();
        }
    }

    pub(super) fn get(&self, id: &RequestId) -> Option<&Summary> {
        self.requests.get(id)
    }

    pub(super) fn has(&self, id: &RequestId) -> bool {
        self.requests.contains_key(id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&RequestId, &Summary)> {
        self.requests.iter()
    }

    pub(super) fn at(&self, index: usize) -> Option<(&RequestId, &Summary)> {
        self.requests.get_index(index)
    }

    pub(super) fn index_of(&self, id: &RequestId) -> Option<usize> {
        self.requests.get_index_of(id)
    }

    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// Most ring at the same desktops: one list of them for all.
    fn share_rings(&mut self, short: &mut Summary) {
        if let Some(rings) = &mut short.rings {
            match self.rings.get(&**rings) {
                Some(same) => *rings = same.clone(),
                None => drop(self.rings.insert(rings.clone())),
            }
        }
    }

    fn insert(&mut self, request: HelpRequest) {
        let (id, mut short) = (request.id.clone(), Summary::of(&request));
        self.share_rings(&mut short);
        self.documents.insert(request);
        // What comes twice leaves the list as it was drawn.
        if self.requests.get(&id) != Some(&short) {
            self.change(&id, |inbox| {
                inbox.requests.insert(id.clone(), short);
            });
        }
    }

    fn remove(&mut self, id: &RequestId) {
        self.change(id, |inbox| {
            inbox.requests.swap_remove(id);
            inbox.documents.remove(id);
        });
    }

    fn clear(&mut self) {
        self.requests.clear();
        self.documents.clear();
        self.rings.clear();
        self.count_anew();
    }

    /// The cache failed; the disk may have room again in a minute. What only it had is
    /// not on this computer any more.
    pub(super) fn lost(&mut self, now: UnixMillis) {
        self.refill_at = Some(later(now, BEFORE_REFILL));
        self.part_with_missing();
    }

    fn part_with_missing(&mut self) {
        let before = self.requests.len();
        self.requests.retain(|id, _| self.documents.has(id));
        if self.requests.len() < before {
            self.count_anew();
            self.missing = Missing::Some;
            self.position = None;
        }
    }

    /// Nobody is signed in any more; whether the cache works is the computer's.
    pub(super) fn forget(&mut self) {
        *self = Self {
            version: self.version + 1,
            refill_at: self.refill_at,
            ..Self::default()
        };
    }

    pub(super) fn mark(&self, request: &RequestId) -> Mark {
        self.marks.get(request).copied().unwrap_or_default()
    }

    pub(super) fn set_marks(&mut self, marks: HashMap<RequestId, Mark>) {
        self.marks = marks;
        self.count_anew();
    }

    pub(super) fn take_marks(&mut self) -> HashMap<RequestId, Mark> {
        let marks = std::mem::take(&mut self.marks);
        self.count_anew();
        marks
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    /// When the next one that is put off is due.
    pub(super) fn next_snooze(&self) -> Option<UnixMillis> {
        self.snoozed.first().map(|(until, _)| *until)
    }

    /// One that is put off and due by then.
    pub(super) fn due_snooze(&self, now: UnixMillis) -> Option<RequestId> {
        let (until, id) = self.snoozed.first()?;
        (*until <= now).then(|| id.clone())
    }

    fn pile(&self, id: &RequestId) -> Option<Pile> {
        let request = self.requests.get(id)?;
        let mark = self.mark(id);
        Some(match mark.snoozed {
            _ if !request.is_open() => Pile::Solved,
            Some(snooze) => Pile::Snoozed(snooze.until),
            None => Pile::Open {
                unread: mark.read_at.is_none(),
                whose: self.whose(request),
            },
        })
    }

    /// Changes a request or its mark, and keeps the counts right.
    fn change(&mut self, id: &RequestId, change: impl FnOnce(&mut Self)) {
        self.version += 1;
        if let Some(pile) = self.pile(id) {
            self.take_off(id, pile);
        }
        change(self);
        if let Some(pile) = self.pile(id) {
            self.put_on(id, pile);
        }
    }

    fn put_on(&mut self, id: &RequestId, pile: Pile) {
        match pile {
            Pile::Open { unread, whose } => {
                self.counts.open += 1;
                self.counts.unread += u32::from(unread);
                self.counts.mine += u32::from(whose == Whose::Mine);
                self.counts.unassigned += u32::from(whose == Whose::Nobodys);
            }
            Pile::Snoozed(until) => {
                self.counts.snoozed += 1;
                self.snoozed.insert((until, id.clone()));
            }
            Pile::Solved => self.counts.solved += 1,
        }
    }

    fn take_off(&mut self, id: &RequestId, pile: Pile) {
        match pile {
            Pile::Open { unread, whose } => {
                self.counts.open -= 1;
                self.counts.unread -= u32::from(unread);
                self.counts.mine -= u32::from(whose == Whose::Mine);
                self.counts.unassigned -= u32::from(whose == Whose::Nobodys);
            }
            Pile::Snoozed(until) => {
                self.counts.snoozed -= 1;
                self.snoozed.remove(&(until, id.clone()));
            }
            Pile::Solved => self.counts.solved -= 1,
        }
    }

    fn count_anew(&mut self) {
        self.version += 1;
        self.counts = Counts::default();
        self.snoozed.clear();
        let ids: Vec<RequestId> = self.requests.keys().cloned().collect();
        for id in ids {
            if let Some(pile) = self.pile(&id) {
                self.put_on(&id, pile);
            }
        }
    }

    /// The one to give up when there are too many: ended ones first, then the oldest.
    fn surplus(&self, most: usize) -> Option<RequestId> {
        (self.requests.len() > most)
            .then(|| {
                self.requests
                    .iter()
                    .min_by_key(|(_, request)| (request.is_open(), request.at))
                    .map(|(id, _)| id.clone())
            })
            .flatten()
    }
}

impl Desk {
    /// What is written to the cache can be read from it again.
    fn disk_keeps(&self) -> bool {
        self.keychain.state() == Keychain::Works
            && self.storage.is_none()
            && self.inbox.refill_at.is_none()
    }

    pub(super) fn arrived(&mut self, request: HelpRequest, position: Position) {
        self.say(Effect::Write(Write::Put(
            Box::new(request.clone()),
            position,
        )));
        if let Some(pin) = &mut self.pin {
            pin.look_at(&request);
        }
        self.inbox.position = Some(position);
        let id = request.id.clone();
        let before = self.inbox.get(&id).cloned();
        self.inbox.insert(request);
        self.is_told_anew(&id);
        self.rings_anew(before.as_ref(), &id);
        let disk = self.disk_keeps();
        if disk {
            self.inbox.documents.trim(self.selected.as_ref());
        }
        let most = if disk { MOST } else { MOST_WITHOUT_DISK };
        if let Some(surplus) = self.inbox.surplus(most) {
            self.inbox.remove(&surplus);
            self.say(Effect::Write(Write::Erase(surplus, None)));
        }
        if !self.inbox.get(&id).is_some_and(Summary::is_open) {
            self.resends.remove(&id);
        }
        self.look_at_snooze(&id);
        self.consider_ringing(&id);
        self.withdraw_answered();
    }

    pub(super) fn gone(&mut self, request: &RequestId, position: Option<Position>) {
        self.part_with_drafts(request);
        self.inbox.position = position.or(self.inbox.position);
        self.inbox.remove(request);
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
        self.inbox.clear();
        self.inbox.missing = Missing::Nothing;
        self.inbox.position = None;
        self.say(Effect::Write(Write::Reset));
        self.settle_at = Some(later(self.now, super::SETTLE));
    }

    /// The stream is open: what the cache lost comes with it.
    pub(super) fn read_missing(&mut self) {
        if self.inbox.missing == Missing::AskedFor {
            self.reset();
        }
    }

    pub(super) fn set_mark(&mut self, request: &RequestId, mark: Mark) {
        if self.inbox.mark(request) == mark {
            return;
        }
        self.inbox.change(request, |inbox| {
            inbox.marks.insert(request.clone(), mark);
        });
        self.say(Effect::Write(Write::Mark(request.clone(), mark)));
    }

    /// It is to be drawn: from memory, or from the cache as soon as that has been read.
    pub(super) fn point(&mut self, id: &RequestId) {
        if self.inbox.documents.has(id) {
            self.inbox.documents.touch(id);
        } else if self.inbox.has(id) {
            self.say(Effect::ReadDocument(id.clone()));
        }
        self.selected = Some(id.clone());
    }

    /// The cache was read.
    pub(super) fn document_read(&mut self, id: &RequestId, document: Option<HelpRequest>) {
        // A newer one may have come meanwhile, or it has left this caseload.
        if !self.inbox.has(id) || self.inbox.documents.has(id) {
            return;
        }
        match document {
            Some(document) => {
                self.inbox.documents.insert(document);
                if self.disk_keeps() {
                    self.inbox.documents.trim(self.selected.as_ref());
                }
            }
            None if self.inbox.refill_at.is_none() => self.inbox.lost(self.now),
            None => {}
        }
    }

    /// A person looks at a request: it is read here, and *seen* at the service.
    pub(super) fn select(&mut self, request: Option<RequestId>) {
        self.selected = None;
        let Some(id) = request else {
            return;
        };
        self.point(&id);
        let Some(request) = self.inbox.get(&id) else {
            return;
        };
        let unanswered = request.is_unanswered();
        let mut mark = self.inbox.mark(&id);
        let news = unanswered || (mark.read_at.is_none() && !self.is_seen_by_me(request));
        self.show_folder_of(&id);
        mark.read_at = mark.read_at.or(Some(self.now));
        mark.woken = false;
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
    fn is_seen_by_me(&self, request: &Summary) -> bool {
        match (&self.session, &request.seen_by) {
            (Session::SignedIn { staff, .. }, Some(seen_by)) => **seen_by == *staff.name,
            _ => false,
        }
    }

    pub(super) fn mark_unread(&mut self, request: &RequestId) {
        let mut mark = self.inbox.mark(request);
        mark.read_at = None;
        self.set_mark(request, mark);
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
            match self.inbox.get(&request) {
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

    /// Fills the cache with what is here, once it is due; what is here no more comes from
    /// the practice after that, when it can be put there.
    pub(super) fn refill(&mut self) {
        if self.inbox.refill_at.is_none_or(|at| at > self.now) {
            return;
        }
        if !self.is_signed_in() || !self.inbox.known {
            return self.inbox.lost(self.now);
        }
        self.inbox.refill_at = None;
        self.write_cache();
        if self.inbox.missing == Missing::Some {
            self.inbox.missing = Missing::AskedFor;
            self.say(Effect::StartFeed(None));
        }
    }

    /// All of the cache, as it should be.
    pub(super) fn write_cache(&mut self) {
        let requests = self.inbox.documents.iter().cloned().collect();
        self.say(Effect::Write(Write::Refill(requests, self.inbox.position)));
    }

    /// Erases what is older than it may be (RULES R1).
    pub(super) fn sweep(&mut self) {
        let before = UnixMillis(self.now.0 - KEEP_SOLVED);
        let old: Vec<RequestId> = self
            .inbox
            .requests
            .iter()
            .filter(|(_, request)| !request.is_open() && request.ended_at() < before)
            .map(|(id, _)| id.clone())
            .collect();
        for request in old {
            self.inbox.remove(&request);
            self.say(Effect::Write(Write::Erase(request, None)));
        }
        self.inbox
            .rings
            .retain(|rings| Arc::strong_count(rings) > 1);
        let before = UnixMillis(self.now.0 - KEEP_MARKS);
        let touched = |mark: &Mark| mark.read_at.max(mark.shown_at).unwrap_or_default();
        let forgotten: Vec<RequestId> = self
            .inbox
            .marks
            .iter()
            .filter(|(id, mark)| !self.inbox.requests.contains_key(*id) && touched(mark) < before)
            .map(|(id, _)| id.clone())
            .collect();
        for request in forgotten {
            self.inbox.marks.remove(&request);
            self.say(Effect::Write(Write::ForgetMark(request)));
        }
    }
}
