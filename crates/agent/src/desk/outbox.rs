//! Notes on their way: sent once the practice can be reached, each once and in order
//! (RULES D9).

use latchkey_protocol::{ErrorCode, LONGEST_NOTE, RequestId, UnixMillis};
use latchkey_view::{Answer, NoteId, Refusal};

use super::{Call, ConnectionId, Desk, Effect, Outcome, acts::refused};
use crate::{
    clock::later,
    practice::CallError,
    store::{DraftOf, Note, Write},
};

/// Before a note that met a bad day is sent again.
const BEFORE_RETRY: i64 = 30_000;

impl Desk {
    /// What is to be kept, with the name on file.
    pub(super) fn add_note(
        &self,
        request: RequestId,
        text: &str,
    ) -> Result<(RequestId, Option<String>, String), ErrorCode> {
        let text = text.trim();
        if !self.is_signed_in() {
            return Err(ErrorCode::NotSignedIn);
        }
        if text.is_empty() {
            return Err(ErrorCode::BadRequest);
        }
        if text.chars().count() > LONGEST_NOTE {
            return Err(ErrorCode::TooLong);
        }
        let name = self.inbox.get(&request);
        let name = name.and_then(|request| request.name.as_deref().map(Into::into));
        Ok((request, name, text.to_owned()))
    }

    pub(super) fn note_kept(&mut self, note: Note, asked: (ConnectionId, u64), kept: bool) {
        let answer = if !self.is_signed_in() {
            refused(ErrorCode::NotSignedIn)
        } else if kept {
            let request = note.request.clone();
            // What was typed since is not part of it.
            if self.notes.draft(&request, DraftOf::Note).trim() == note.text {
                self.set_draft(request, DraftOf::Note, String::new());
            }
            self.notes.all.insert((note.at, note.id.clone()), note);
            self.send_notes();
            Answer::Done
        } else {
            refused(ErrorCode::NotKept)
        };
        self.answer(Some(asked), answer);
    }

    /// Sends the oldest; one at a time, so that they arrive in order.
    pub(super) fn send_notes(&mut self) {
        let under_way = self
            .pending
            .values()
            .any(|pending| matches!(pending.call(), Call::Note(..)));
        if under_way || !self.is_connected() {
            return;
        }
        self.notes.retry_at = None;
        let next = self.notes.waiting_notes().next();
        if let Some(note) = next {
            let call = Call::Note(note.request.clone(), note.id.clone(), note.text.clone());
            self.call(call, None);
        }
    }

    pub(super) fn look_at_notes(&mut self) {
        if self.notes.retry_at.is_some_and(|at| at <= self.now) {
            self.notes.retry_at = None;
            self.send_notes();
        }
    }

    pub(super) fn note_acted(&mut self, id: &NoteId, outcome: Outcome) {
        match outcome {
            Outcome::Failed(CallError::SessionEnded) => self.session_ended(),
            Outcome::Failed(CallError::NotSent | CallError::Unreachable) => {
                self.send_notes_later(None);
            }
            Outcome::Failed(CallError::Refused(refusal)) if may_pass(&refusal) => {
                self.send_notes_later(refusal.retry_at);
            }
            Outcome::Failed(CallError::Refused(refusal)) => {
                if let Some(note) = self.notes.find(id) {
                    note.refused = Some(refusal);
                    let note = note.clone();
                    self.say(Effect::Write(Write::Note(note)));
                }
                self.send_notes();
            }
            Outcome::Done | Outcome::Pin { .. } => {
                self.notes.remove(id);
                self.say(Effect::Write(Write::ForgetNote(id.clone())));
                self.send_notes();
            }
        }
    }

    fn send_notes_later(&mut self, not_before: Option<UnixMillis>) {
        let at = later(self.now, BEFORE_RETRY);
        self.notes.retry_at = Some(not_before.map_or(at, |wanted| wanted.max(at)));
    }

    /// Only one that was refused: what waits is on its way.
    pub(super) fn drop_note(&mut self, id: &NoteId) -> Answer {
        match self.notes.find(id) {
            Some(note) if note.refused.is_some() => {
                self.notes.remove(id);
                self.say(Effect::Write(Write::ForgetNote(id.clone())));
                Answer::Done
            }
            Some(_) => refused(ErrorCode::BadRequest),
            None => Answer::Done,
        }
    }
}

/// A bad day, not an answer for good.
const fn may_pass(refusal: &Refusal) -> bool {
    matches!(
        refusal.code,
        ErrorCode::Unavailable | ErrorCode::TooMany | ErrorCode::Offline
    )
}
