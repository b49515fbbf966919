//! Whether the keychain keeps the session, and what is done when that changes (RULES D2).

use latchkey_protocol::UnixMillis;
use latchkey_view::{Answer, Keychain, Session, SignedOut};

use super::{Asked, ConnectionId, Desk, Effect};
use crate::clock::later;

/// A keychain that failed is not asked again by itself before this is over: asking may
/// be the very thing that makes it say that something changed.
const BETWEEN: i64 = 3_000;

/// How the keychain does, and who waits to hear of it.
pub(super) struct KeychainDesk {
    state: Keychain,
    asking: bool,
    asked_at: UnixMillis,
    due: Option<UnixMillis>,
    waiting: Vec<(ConnectionId, u64)>,
    /// Why nobody was signed in when it was asked once more, and what went with that.
    pub(super) out: (Option<SignedOut>, u32),
}

impl Default for KeychainDesk {
    fn default() -> Self {
        Self {
            state: Keychain::Works,
            asking: false,
            asked_at: UnixMillis(i64::MIN),
            due: None,
            waiting: Vec::new(),
            out: (None, 0),
        }
    }
}

impl KeychainDesk {
    pub(super) const fn state(&self) -> Keychain {
        self.state
    }

    pub(super) const fn due(&self) -> Option<UnixMillis> {
        self.due
    }

    pub(super) const fn is(&mut self, state: Keychain, now: UnixMillis) {
        self.state = state;
        self.asking = false;
        self.asked_at = now;
    }
}

impl Desk {
    /// *Try again*, by a person who may have mended it.
    pub(super) fn try_keychain(&mut self, asked: (ConnectionId, u64)) {
        if self.keychain.state == Keychain::Works {
            return self.answer(Some(asked), Answer::Done);
        }
        self.keychain.waiting.push(asked);
        self.ask_keychain(true);
    }

    /// A window came: somebody is here to answer the keychain's question.
    pub(super) fn somebody_is_here(&mut self) {
        if matches!(self.session, Session::SignedOut { .. }) {
            self.ask_keychain(false);
        }
    }

    /// It says that something changed: it came, was unlocked, or lost something.
    pub(super) fn keychain_changed(&mut self) {
        self.keychain.due = Some(later(self.keychain.asked_at, BETWEEN).max(self.now));
    }

    pub(super) fn look_at_keychain(&mut self) {
        if self.keychain.due.is_none_or(|due| due > self.now) {
            return;
        }
        self.keychain.due = None;
        if self.session == Session::Starting {
            // It is being read, and may have been before it changed.
            self.keychain.due = Some(later(self.now, BETWEEN));
        } else if self.keychain.state != Keychain::Works {
            self.ask_keychain(false);
        } else if self.is_signed_in() && !self.keychain.asking {
            self.keychain.asking = true;
            self.say(Effect::AskKeychain { mend: false });
        }
    }

    fn ask_keychain(&mut self, mend: bool) {
        if self.keychain.state == Keychain::Works || self.keychain.asking {
            return;
        }
        match self.session {
            Session::Starting
            | Session::Locked { .. }
            | Session::Erasing
            | Session::Erased { .. } => {}
            Session::SignedOut {
                why, notes_gone, ..
            } => {
                self.keychain.out = (why, notes_gone);
                self.keychain.asking = true;
                self.session = Session::Starting;
                self.say(Effect::ReadKeychain);
            }
            Session::SigningIn { .. } | Session::SignedIn { .. } => {
                self.keychain.asking = true;
                self.say(Effect::AskKeychain { mend });
            }
        }
    }

    pub(super) fn keychain_said(&mut self, asked: Asked) {
        self.keychain.is(asked.keychain, self.now);
        self.answer_keychain();
        let Some(own) = asked.opened else {
            return;
        };
        if self.is_signed_in() {
            self.join_own(own);
            self.write_cache();
            self.keep_chosen_passphrase();
        } else {
            self.notes.everybodys(own);
        }
    }

    pub(super) fn answer_keychain(&mut self) {
        for asked in std::mem::take(&mut self.keychain.waiting) {
            self.answer(Some(asked), Answer::Done);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::{Input, Started},
        os::OsEvent,
    };

    const NOW: UnixMillis = UnixMillis(1_000_000);

    fn reads(effects: &[Effect]) -> usize {
        let reads = |effect: &&Effect| matches!(effect, Effect::ReadKeychain);
        effects.iter().filter(reads).count()
    }

    fn slow() -> Input {
        Input::Started(Box::new(Started {
            keychain: Some(Keychain::Slow),
            ..Started::default()
        }))
    }

    // RULES D2
    #[test]
    fn a_keychain_that_answers_while_it_is_asked_again_is_asked_once_more() {
        let mut desk = Desk::new(NOW);
        desk.take(slow(), NOW);
        desk.take(Input::Os(OsEvent::KeychainChanged), NOW);
        let effects = desk.wake(desk.deadline());
        assert_eq!(reads(&effects), 1);
        // The late answer to the first question, while the second is under way.
        let meanwhile = later(desk.now, 100);
        let effects = desk.take(Input::Os(OsEvent::KeychainChanged), meanwhile);
        assert_eq!(reads(&effects), 0);
        desk.take(slow(), later(meanwhile, 100));
        let due = desk.keychain.due().expect("it is asked again");
        assert!(due <= later(meanwhile, BETWEEN));
        assert_eq!(reads(&desk.wake(due)), 1);
        // And not for ever: nothing changed this time.
        desk.take(slow(), later(due, 100));
        assert_eq!(desk.keychain.due(), None);
    }
}
