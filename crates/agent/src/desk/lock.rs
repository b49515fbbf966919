//! The lock (RULES D4). What unlocks is somebody having proved who they are: to the
//! computer, or by the passphrase. Input alone never does.

use std::sync::Arc;

use latchkey_protocol::{ErrorCode, RequestId, UnixMillis};
use latchkey_view::{Answer, ComputerLock, LockedBy, PassphraseState, Session};

use super::{ConnectionId, Desk, Effect, acts::refused};
use crate::{
    clock::later,
    files::Keep,
    lock::{LockMark, PassphraseHash},
    os::Idle,
};

/// A computer that was asked to lock has done so by then.
const LOCKS_WITHIN: i64 = 5_000;

/// Until when somebody watched is written down no more often: a run after this one locks a
/// minute early rather than that the disk is woken all day.
const KEEP_EVERY: i64 = 60_000;

/// Whether it is locked, and what is known of the computer's own lock.
#[derive(Default)]
pub(super) struct Lock {
    by: Option<LockedBy>,
    /// Counts what locks: a passphrase that was typed before the last one opens nothing.
    pub(super) locks: u64,
    pub(super) computer_is_locked: bool,
    computer_cannot_tell: bool,
    asked_at: Option<UnixMillis>,
    did_not: bool,
    /// Nobody touched the computer for so long, when it was last asked.
    untouched: u64,
    /// Nothing was done in the window for so long; counted where the computer cannot say
    /// when it was last used.
    quiet: u64,
    pub(super) passphrase: Option<Arc<PassphraseHash>>,
    pub(super) checks: Option<(ConnectionId, u64)>,
    pub(super) wrong: u32,
    pub(super) wait_until: Option<UnixMillis>,
    open_after: Option<RequestId>,
    kept_at: UnixMillis,
}

impl Lock {
    pub(super) fn due(&self) -> Option<UnixMillis> {
        self.asked_at.map(|asked| later(asked, LOCKS_WITHIN))
    }

    const fn computer(&self) -> ComputerLock {
        if self.asked_at.is_some() {
            ComputerLock::Asked
        } else if self.did_not {
            ComputerLock::DidNot
        } else if self.computer_cannot_tell {
            ComputerLock::CannotTell
        } else {
            ComputerLock::Tells
        }
    }

    const fn mark(&self, at: UnixMillis) -> LockMark {
        LockMark {
            locked: self.by.is_some(),
            at,
            wrong: self.wrong,
            wait_until: self.wait_until,
        }
    }
}

impl Desk {
    pub(super) fn is_locked(&self) -> bool {
        self.is_signed_in() && self.lock.by.is_some()
    }

    /// In place of the session, while it is locked.
    pub(super) fn locked_session(&self) -> Option<Session> {
        let by = self.lock.by.filter(|_| self.is_signed_in())?;
        Some(Session::Locked {
            by,
            computer: self.lock.computer(),
            passphrase: self.lock.passphrase.is_some(),
            wait_until: self.lock.wait_until.filter(|at| *at > self.now),
        })
    }

    pub(super) const fn passphrase_state(&self) -> PassphraseState {
        if self.lock.passphrase.is_some() {
            PassphraseState::Chosen
        } else if self.lock.computer_cannot_tell || self.lock.did_not {
            PassphraseState::Wanted
        } else {
            PassphraseState::NotNeeded
        }
    }

    /// The session was kept: it is open, unless the last run or the computer say otherwise.
    pub(super) fn resume_lock(&mut self, mark: Option<LockMark>) {
        self.begin_lock();
        let after = self.settings.lock_after_millis();
        if self.lock.untouched >= after {
            self.lock(LockedBy::Idle);
        }
        if let Some(mark) = mark.filter(|mark| mark.locks(self.now, after)) {
            self.lock.wrong = mark.wrong;
            self.lock.wait_until = mark.wait_until;
            self.lock(LockedBy::Restart);
        }
    }

    /// Somebody has just signed in.
    pub(super) fn begin_lock(&mut self) {
        self.lock.by = None;
        if self.lock.computer_is_locked {
            self.lock(LockedBy::Computer);
        }
    }

    pub(super) fn end_lock(&mut self) {
        self.lock.by = None;
        self.lock.open_after = None;
        self.lock.passphrase = None;
        if let Some((connection, command)) = self.lock.checks.take() {
            let answer = refused(ErrorCode::NotSignedIn);
            self.say(Effect::Answer(connection, command, answer));
        }
        self.say(Effect::KeepPassphrase(None));
        self.say(Effect::Keep(Keep::Mark(None)));
    }

    pub(super) fn lock(&mut self, by: LockedBy) {
        if !self.is_signed_in() {
            return;
        }
        self.lock.locks += 1;
        if self.lock.by.is_none() {
            self.lock.by = Some(by);
            self.lock.did_not = false;
            self.keep_mark();
            self.cover_alerts();
        }
    }

    pub(super) fn unlock(&mut self) {
        if !self.is_locked() {
            return;
        }
        self.lock.by = None;
        self.lock.asked_at = None;
        self.lock.did_not = false;
        self.lock.quiet = 0;
        self.lock.wrong = 0;
        self.lock.wait_until = None;
        self.keep_mark();
        // A notification that was pressed meanwhile: now a person sees it.
        if let Some(request) = self.lock.open_after.take() {
            self.select(Some(request));
        }
    }

    /// The clock may have been set back, too.
    fn mark_is_old(&self) -> bool {
        (self.now.0 - self.lock.kept_at.0).abs() >= KEEP_EVERY
    }

    pub(super) fn keep_mark(&mut self) {
        self.lock.kept_at = self.now;
        let mark = self.lock.mark(self.now);
        self.say(Effect::Keep(Keep::Mark(Some(mark))));
    }

    pub(super) fn computer_locked(&mut self) {
        self.lock.computer_is_locked = true;
        self.lock.computer_cannot_tell = false;
        self.lock.asked_at = None;
        self.lock(LockedBy::Computer);
    }

    /// Only what was locked can have been unlocked by somebody.
    pub(super) fn computer_unlocked(&mut self) {
        if std::mem::take(&mut self.lock.computer_is_locked) {
            self.unlock();
        }
    }

    pub(super) fn computer_tells(&mut self, tells: bool) {
        self.lock.computer_cannot_tell = !tells;
    }

    pub(super) fn idle(&mut self, idle: Idle) {
        self.lock.untouched = match idle {
            Idle::For(millis) => millis,
            Idle::Unknown(since) => {
                self.lock.quiet = self.lock.quiet.saturating_add(since);
                self.lock.quiet
            }
        };
        if self.lock.untouched >= self.settings.lock_after_millis() {
            self.lock(LockedBy::Idle);
        } else if self.is_signed_in() && !self.is_locked() && self.mark_is_old() {
            // Until then somebody watched.
            self.keep_mark();
        }
    }

    /// Something was done in the window.
    pub(super) fn used(&mut self) {
        if !self.is_locked() {
            self.lock.quiet = 0;
        }
    }

    /// A person wants to see this request; while locked it waits.
    pub(super) fn open(&mut self, request: RequestId) {
        if self.is_locked() {
            self.lock.open_after = Some(request);
        } else {
            self.select(Some(request));
        }
    }

    pub(super) fn look_at_lock(&mut self) {
        if self.lock.due().is_some_and(|due| due <= self.now) {
            self.lock.asked_at = None;
            self.lock.did_not = true;
        }
    }

    pub(super) fn lock_computer(&mut self) -> Answer {
        if self.is_locked() && self.lock.asked_at.is_none() {
            self.lock.asked_at = Some(self.now);
            self.lock.did_not = false;
            self.say(Effect::LockComputer);
        }
        Answer::Done
    }
}
