//! Notes that staff alone see, and what is being written, as it is kept here: the window may be
//! killed mid-word.

use std::collections::{BTreeMap, HashMap};

use latchkey_protocol::{ErrorCode, RequestId, UnixMillis};
use latchkey_view::{Answer, NoteId, Refusal, RefusedNote, WaitingNote};

use super::{Desk, Effect, acts::refused};
use crate::store::{DraftOf, Note, Own, Owner, Write};

/// A draft that is longer was not typed.
const LONGEST_DRAFT: usize = 64 * 1024;

/// This person's drafts and notes, and what others left on this computer.
#[derive(Default)]
pub(super) struct Notes {
    owner: Owner,
    drafts: BTreeMap<(RequestId, DraftOf), String>,
    /// By when they were written.
    pub(super) all: BTreeMap<(UnixMillis, NoteId), Note>,
    pub(super) retry_at: Option<UnixMillis>,
    others: HashMap<Owner, Own>,
}

impl Notes {
    /// What was on disk, of whoever signs in next.
    pub(super) fn everybodys(&mut self, own: HashMap<Owner, Own>) {
        self.others = own;
    }

    pub(super) const fn due(&self) -> Option<UnixMillis> {
        self.retry_at
    }

    pub(super) fn draft(&self, request: &RequestId, of: DraftOf) -> String {
        let key = (request.clone(), of);
        self.drafts.get(&key).cloned().unwrap_or_default()
    }

    pub(super) fn waiting_notes(&self) -> impl Iterator<Item = &Note> {
        self.all.values().filter(|note| note.refused.is_none())
    }

    pub(super) fn waiting(&self, request: &RequestId) -> Vec<WaitingNote> {
        self.waiting_notes()
            .filter(|note| note.request == *request)
            .map(Note::waiting)
            .collect()
    }

    pub(super) fn waiting_count(&self) -> u32 {
        u32::try_from(self.waiting_notes().count()).unwrap_or(u32::MAX)
    }

    /// What only this computer has, of everybody: notes that wait or were refused, and
    /// begun ones.
    pub(super) fn unsent_count(&self) -> u32 {
        let others = self.others.values().flat_map(|own| own.drafts.values());
        let begun = self.drafts.values().chain(others);
        let begun = begun.filter(|text| !text.trim().is_empty()).count();
        let others = self.others.values().map(|own| own.notes.len());
        let added = self.all.len() + others.sum::<usize>();
        u32::try_from(begun + added).unwrap_or(u32::MAX)
    }

    pub(super) fn refused(&self) -> Vec<RefusedNote> {
        self.all.values().filter_map(Note::as_refused).collect()
    }

    pub(super) fn find(&mut self, id: &NoteId) -> Option<&mut Note> {
        self.all.values_mut().find(|note| note.id == *id)
    }

    pub(super) fn remove(&mut self, id: &NoteId) {
        self.all.retain(|_, note| note.id != *id);
    }
}

impl Desk {
    /// From now on this person sits here.
    pub(super) fn take_own(&mut self, owner: Owner) {
        self.say(Effect::Write(Write::For(owner.clone())));
        let mine = self.notes.others.remove(&owner).unwrap_or_default();
        self.notes.owner = owner;
        self.inbox.set_marks(mine.marks);
        self.notes.drafts = mine.drafts;
        self.notes.all = mine.notes;
    }

    /// The keychain keeps things by now: what was kept before this run and what was made
    /// in it become one, and all of it is written.
    pub(super) fn join_own(&mut self, mut own: HashMap<Owner, Own>) {
        let mut mine = Own {
            marks: self.inbox.take_marks(),
            drafts: std::mem::take(&mut self.notes.drafts),
            notes: std::mem::take(&mut self.notes.all),
        };
        mine.adopt(own.remove(&self.notes.owner).unwrap_or_default());
        self.notes.others = own;
        self.say(Effect::Write(Write::For(self.notes.owner.clone())));
        for write in mine.writes() {
            self.say(Effect::Write(write));
        }
        self.inbox.set_marks(mine.marks);
        self.notes.drafts = mine.drafts;
        self.notes.all = mine.notes;
        self.send_notes();
    }

    pub(super) fn draft(&mut self, request: RequestId, of: DraftOf, text: String) -> Answer {
        if !self.is_signed_in() {
            return refused(ErrorCode::NotSignedIn);
        }
        if text.len() > LONGEST_DRAFT {
            return refused(ErrorCode::TooLong);
        }
        self.set_draft(request, of, text);
        Answer::Done
    }

    pub(super) fn set_draft(&mut self, request: RequestId, of: DraftOf, text: String) {
        if self.notes.draft(&request, of) == text {
            return;
        }
        let write = Write::Draft(request.clone(), of, text.clone());
        self.say(Effect::Write(write));
        if text.is_empty() {
            self.notes.drafts.remove(&(request, of));
        } else {
            self.notes.drafts.insert((request, of), text);
        }
    }

    /// The request goes, what was being written on it does not: it can be copied.
    pub(super) fn part_with_drafts(&mut self, request: &RequestId) {
        for of in [DraftOf::Note, DraftOf::Message] {
            self.part_with_draft(request, of);
        }
    }

    fn part_with_draft(&mut self, request: &RequestId, of: DraftOf) {
        let text = self.notes.draft(request, of);
        self.set_draft(request.clone(), of, String::new());
        if text.trim().is_empty() {
            return;
        }
        let name = self.inbox.get(request);
        let note = Note {
            // Never sent, so it needs no key; one a request is enough.
            id: NoteId(match of {
                DraftOf::Note => format!("draft {request}"),
                DraftOf::Message => format!("message {request}"),
            }),
            request: request.clone(),
            name: name.and_then(|request| request.name.as_deref().map(Into::into)),
            at: self.now,
            text,
            refused: Some(Refusal {
                code: ErrorCode::NotFound,
                by: None,
                at: None,
                retry_at: None,
            }),
        };
        self.notes
            .all
            .insert((note.at, note.id.clone()), note.clone());
        self.say(Effect::Write(Write::Note(note)));
    }

    /// Everything has arrived: a draft whose request did not come has no field any more.
    pub(super) fn part_with_orphans(&mut self) {
        let orphans: Vec<(RequestId, DraftOf)> = self
            .notes
            .drafts
            .keys()
            .filter(|(request, _)| !self.inbox.has(request))
            .cloned()
            .collect();
        for (request, of) in orphans {
            self.part_with_draft(&request, of);
        }
    }
}
