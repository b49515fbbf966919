//! Putting a request off: for this person alone, and never past a new try of the client.

use latchkey_protocol::{ErrorCode, RequestId, UnixMillis};
use latchkey_view::Answer;

use super::{Desk, acts::refused};
use crate::{
    clock::later,
    store::{Mark, Snooze},
    summary::Summary,
};

/// Nobody is forgotten for longer.
const LONGEST: i64 = 14 * 24 * 60 * 60 * 1000;

impl Desk {
    pub(super) fn snooze(&mut self, id: &RequestId, until: Option<UnixMillis>) -> Answer {
        let Some(request) = self.inbox.get(id).filter(|request| request.is_open()) else {
            return refused(ErrorCode::NotFound);
        };
        let snoozed = until.map(|until| Snooze {
            until: until.min(later(self.now, LONGEST)),
            tried_at: request.tried_at,
        });
        if snoozed.is_some_and(|snooze| snooze.until <= self.now) {
            return refused(ErrorCode::BadRequest);
        }
        let mark = self.inbox.mark(id);
        self.set_mark(id, Mark { snoozed, ..mark });
        if snoozed.is_some() && self.selected.as_ref() == Some(id) {
            self.selected = None;
        }
        Answer::Done
    }

    /// Something came of it: a client who tries again is not put off, and what is over
    /// needs no waking.
    pub(super) fn look_at_snooze(&mut self, id: &RequestId) {
        let Some(snooze) = self.inbox.mark(id).snoozed else {
            return;
        };
        let Some(request) = self.inbox.get(id) else {
            return;
        };
        if !request.is_open() {
            let mark = self.inbox.mark(id);
            self.set_mark(
                id,
                Mark {
                    snoozed: None,
                    ..mark
                },
            );
        } else if request.tried_at > snooze.tried_at {
            self.wake_up(id);
        }
    }

    pub(super) fn look_at_snoozes(&mut self) {
        while let Some(due) = self.inbox.due_snooze(self.now) {
            self.wake_up(&due);
        }
    }

    /// It is there again as if it were new, and rings once.
    fn wake_up(&mut self, id: &RequestId) {
        let mut mark = self.inbox.mark(id);
        mark.snoozed = None;
        if self.inbox.get(id).is_some_and(Summary::is_open) {
            mark.read_at = None;
            mark.shown_at = None;
            mark.woken = true;
        }
        self.set_mark(id, mark);
        self.consider_ringing(id);
    }
}
