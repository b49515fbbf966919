//! The list as it is shown: a folder or what a search found, in order, read by pages.

use latchkey_protocol::{ErrorCode, RequestId, UnixMillis};
use latchkey_view::{Answer, Command, Folder, Inbox as ShownInbox, PAGE, Query, Row, Rows};

use super::{Desk, acts::refused, inbox::Whose};
use crate::{
    clock::later,
    summary::{Search, Summary, Waits},
};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// A session that begins this soon puts its client first.
const NEAR: i64 = 3 * 60 * 60 * 1000;

/// What is shown, and how it was when it was last put in order.
#[derive(Default)]
pub(super) struct List {
    pub(super) folder: Folder,
    search: Option<Search>,
    /// Another number, another list.
    number: u64,
    /// Of the inbox, when `order` was made; `None` where something else changed since.
    made_of: Option<u64>,
    /// Places in the inbox.
    order: Vec<usize>,
    /// When it is another one without anything new: a session comes near, or is over.
    changes_at: Option<UnixMillis>,
}

impl List {
    pub(super) fn stale(&mut self) {
        self.made_of = None;
    }

    pub(super) const fn due(&self) -> Option<UnixMillis> {
        self.changes_at
    }

    pub(super) fn look_at_clock(&mut self, now: UnixMillis) {
        if self.changes_at.is_some_and(|at| at <= now) {
            self.changes_at = None;
            self.stale();
        }
    }

    /// Nothing of it is to stay in memory.
    pub(super) fn forget(&mut self) {
        *self = Self {
            number: self.number,
            ..Self::default()
        };
    }
}

impl Desk {
    pub(super) fn show(&mut self, folder: Folder) {
        self.list.folder = folder;
        self.list.search = None;
        self.list.stale();
        self.selected = None;
    }

    /// The folder that a request is in, without leaving what was searched for.
    pub(super) fn show_folder_of(&mut self, id: &RequestId) {
        let Some(found) = self.inbox.get(id) else {
            return;
        };
        let folder = if !found.is_open() {
            Folder::Solved
        } else if self.inbox.mark(id).snoozed.is_some() {
            Folder::Snoozed
        } else if matches!(self.list.folder, Folder::Mine | Folder::Unassigned) {
            // Of this folder or not: it stays open there.
            self.list.folder
        } else {
            Folder::Inbox
        };
        if self.list.search.is_none() && self.list.folder != folder {
            self.list.folder = folder;
            self.list.stale();
        }
    }

    /// What the window does with the list.
    pub(super) fn list_command(&mut self, command: Command) -> Answer {
        match command {
            Command::Show { folder } => self.show(folder),
            Command::Search { query } => self.search(query),
            Command::ReadRows { from, count } => return self.read_rows(from, count),
            Command::FindRow { request } => return self.find_row(&request),
            Command::Snooze { request, until } => return self.snooze(&request, until),
            Command::MarkUnread { request } => self.mark_unread(&request),
            _ => return refused(ErrorCode::BadRequest),
        }
        Answer::Done
    }

    fn search(&mut self, query: Option<Query>) {
        if self.list.search.as_ref().map(Search::query) != query.as_ref() {
            self.list.search = query.map(Search::new);
            self.list.stale();
        }
    }

    pub(super) fn shown_inbox(&mut self) -> ShownInbox {
        self.put_in_order();
        ShownInbox {
            folder: self.list.folder,
            counts: self.inbox.counts(),
            known: self.inbox.known,
            searched: self.list.search.is_some(),
            list: self.list.number,
            total: u32::try_from(self.list.order.len()).unwrap_or(u32::MAX),
            rows: self.rows(0, PAGE),
            opened_at: self.selected.as_ref().and_then(|id| self.place_of(id)),
        }
    }

    fn read_rows(&mut self, from: u32, count: u32) -> Answer {
        self.put_in_order();
        Answer::Rows(Rows {
            list: self.list.number,
            from,
            rows: self.rows(from, count.min(PAGE)),
        })
    }

    fn find_row(&mut self, request: &RequestId) -> Answer {
        self.put_in_order();
        Answer::Place {
            list: self.list.number,
            at: self.place_of(request),
        }
    }

    fn place_of(&self, request: &RequestId) -> Option<u32> {
        let index = self.inbox.index_of(request)?;
        let at = self.list.order.iter().position(|place| *place == index)?;
        u32::try_from(at).ok()
    }

    /// Only where something changed: it is asked for whenever there is anything to draw.
    fn put_in_order(&mut self) {
        let made_of = Some(self.inbox.version());
        if self.list.made_of == made_of {
            return;
        }
        let (now, inbox) = (self.now, &self.inbox);
        let mut order = std::mem::take(&mut self.list.order);
        order.clear();
        let (folder, search) = (self.list.folder, &self.list.search);
        let shown = |id: &RequestId, one: &Summary| {
            let mark = inbox.mark(id);
            let here = one.is_open() && mark.snoozed.is_none();
            match (search, folder) {
                (Some(search), _) => search.finds(one, one.is_open() && mark.read_at.is_none()),
                (None, Folder::Inbox) => here,
                (None, Folder::Mine) => here && inbox.whose(one) == Whose::Mine,
                (None, Folder::Unassigned) => here && inbox.whose(one) == Whose::Nobodys,
                (None, Folder::Snoozed) => one.is_open() && mark.snoozed.is_some(),
                (None, Folder::Solved) => !one.is_open(),
            }
        };
        order.extend(
            inbox
                .iter()
                .enumerate()
                .filter(|(_, (id, one))| shown(id, one))
                .map(|(index, _)| index),
        );
        let triage = search.is_none() && folder != Folder::Solved;
        let key = |one: &Summary| {
            if triage {
                waits(one, now)
            } else {
                (Turn::Waits, -one.at.0)
            }
        };
        let sessions = order.iter().filter_map(|index| inbox.at(*index));
        self.list.changes_at = sessions
            .filter_map(|(_, one)| turns_at(one, now))
            .min()
            .filter(|_| triage);
        order.sort_unstable_by(|one, other| {
            let (one, other) = (inbox.at(*one), inbox.at(*other));
            let keys = one
                .map(|(_, one)| key(one))
                .cmp(&other.map(|(_, other)| key(other)));
            keys.then_with(|| one.map(|(id, _)| id).cmp(&other.map(|(id, _)| id)))
        });
        self.list.order = order;
        self.list.made_of = made_of;
        self.list.number += 1;
    }

    fn rows(&self, from: u32, count: u32) -> Vec<Row> {
        let from = self.list.order.len().min(from as usize);
        self.list.order[from..]
            .iter()
            .take(count as usize)
            .filter_map(|index| self.inbox.at(*index))
            .map(|(id, one)| self.row(id, one))
            .collect()
    }

    fn row(&self, id: &RequestId, one: &Summary) -> Row {
        let mark = self.inbox.mark(id);
        Row {
            id: id.clone(),
            name: one.name.as_deref().map(Into::into),
            typed: one.typed.as_ref().into(),
            at: one.at,
            waits_since: one.waits_since(),
            repeats: one.repeats(),
            frozen: matches!(one.waits, Some(Waits::Frozen(_))),
            state: one.state,
            assigned: one.assigned.as_deref().cloned(),
            looking: self.colleagues_at(id),
            unread: one.is_open() && mark.read_at.is_none(),
            diagnosis: one.diagnosis(),
            session: one.session.as_deref().copied(),
            solved: one.solved.as_deref().cloned(),
            snoozed_until: mark.snoozed.map(|snooze| snooze.until),
            found: self
                .list
                .search
                .as_ref()
                .and_then(|search| search.found(one, self.inbox.documents.get(id))),
        }
    }
}

/// What comes before what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The client has a session soon, or is in it: who is first there, comes first.
    Session,
    /// Who waits longest comes first.
    Waits,
    /// What nobody took up for a day: its client is not at the page any more.
    Sunk,
}

fn waits(one: &Summary, now: UnixMillis) -> (Turn, i64) {
    // A client who writes to an old request has waited since then.
    let at = one.waits_since().unwrap_or(one.at);
    match &one.session {
        Some(session) if session.until > now && session.from <= later(now, NEAR) => {
            (Turn::Session, session.from.0)
        }
        _ if later(at, DAY) <= now => (Turn::Sunk, -at.0),
        _ => (Turn::Waits, at.0),
    }
}

/// When the clock alone changes the turn of one: its session comes near, or is over.
fn turns_at(one: &Summary, now: UnixMillis) -> Option<UnixMillis> {
    let session = one.session.as_deref()?;
    let near = UnixMillis(session.from.0.saturating_sub(NEAR));
    [near, session.until].into_iter().find(|at| *at > now)
}
