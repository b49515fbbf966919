//! What was acknowledged to whom: the model beside the world.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_view::Command;

/// The same button again within this is the same act, where no answer came.
const SAME_ACT: i64 = 5 * 60_000;

/// A write of a desktop, by its idempotency key.
#[derive(Clone, Debug)]
pub struct Act {
    /// The desktop.
    pub desk: usize,
    /// The request.
    pub request: String,
    /// The last part of its path.
    pub what: String,
    /// The service said that it is done.
    pub done: bool,
    /// How many PINs were known when it first arrived.
    pub pins: usize,
}

/// A button that was pressed for something that the service is to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Press {
    /// As the last part of the call's path.
    pub what: &'static str,
    /// The request.
    pub request: String,
    /// What else makes two of them the same.
    pub says: String,
}

/// A note that somebody wrote.
#[derive(Clone, Debug)]
pub struct Note {
    /// At which desktop.
    pub desk: usize,
    /// On which request.
    pub request: String,
    /// No two are the same.
    pub text: String,
    /// The window was told that it is kept, by a desktop that keeps things.
    pub kept: bool,
}

impl Note {
    /// Of this press.
    #[must_use]
    pub fn of(desk: usize, press: &Press) -> Self {
        Self {
            desk,
            request: press.request.clone(),
            text: press.says.clone(),
            kept: false,
        }
    }
}

/// A PIN whose digits left the service.
#[derive(Clone, Debug)]
pub struct KnownPin {
    /// Its id.
    pub id: String,
    /// Its digits.
    pub digits: String,
    /// For which request.
    pub request: String,
    /// Whose.
    pub client: String,
    /// The service has said something after which it must not be accepted.
    pub dead: Option<&'static str>,
}

/// What is known of a mail.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// How often it was handed over.
    pub handed: u32,
    /// How often a reason arose to hand it over once more.
    pub reasons: u32,
    /// It was accepted, and the service wrote so.
    pub settled: bool,
}

/// A link that lies in a mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The mailbox.
    pub to: String,
    /// The token.
    pub token: String,
}

/// How often a link was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asks {
    /// At most so often.
    pub tried: i64,
    /// The service said so often that it took it.
    pub acknowledged: i64,
}

/// The model.
#[derive(Default)]
pub struct Ledger {
    /// Asks for links.
    pub asks: Asks,
    /// Help requests that were acknowledged: the browser, and what was typed.
    pub cries: BTreeSet<(usize, String)>,
    /// Writes of desktops.
    pub acts: BTreeMap<String, Act>,
    /// How many acts may have come of what was pressed at a desktop for a request.
    pub presses: BTreeMap<(usize, String, &'static str), usize>,
    /// What was pressed at a desktop and got no answer, and when by its clock.
    pub unanswered: BTreeMap<(usize, Press), (i64, Command)>,
    /// Notes.
    pub notes: Vec<Note>,
    /// PINs.
    pub pins: Vec<KnownPin>,
    /// Wrong tries that were told to be wrong, by client.
    pub wrong: BTreeMap<String, i64>,
    /// Mails.
    pub posts: BTreeMap<String, Post>,
    /// Mailboxes.
    pub letters: Vec<Letter>,
    /// Mailboxes that nothing may be sent to.
    pub no_mail: BTreeSet<String>,
    /// New requests that were opened at a desktop: staff have seen them.
    pub opened: BTreeSet<(usize, String)>,
    /// Desktops that somebody signed out at.
    pub signed_out: BTreeSet<usize>,
    /// How often the agent said "done" to a command that calls the service.
    pub told_done: BTreeMap<usize, i64>,
    /// How many notifications too many are explained.
    pub may_ring_again: BTreeMap<usize, u32>,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// How many checks held.
    pub checks: u64,
}

impl Ledger {
    /// What was revoked is dead, and not what was issued between that and its repetition.
    pub fn revoke_pins(&mut self, revoke: &Act) {
        for pin in self.pins.iter_mut().take(revoke.pins) {
            if pin.dead.is_none() && pin.request == revoke.request {
                pin.dead = Some("it was revoked");
            }
        }
    }

    /// A PIN dies, whatever else happens.
    pub fn kill_pins(&mut self, why: &'static str, which: impl Fn(&KnownPin) -> bool) {
        for pin in &mut self.pins {
            if pin.dead.is_none() && which(pin) {
                pin.dead = Some(why);
            }
        }
    }

    /// What was read at a desktop may be forgotten: it died, or its keychain did.
    pub fn forget_opened(&mut self, desk: usize) {
        self.opened.retain(|(at, _)| *at != desk);
    }

    /// Somebody presses. The same once more, where no answer came, is the same act: since
    /// when there was none.
    pub fn pressed(&mut self, desk: usize, press: &Press, now: i64) -> Option<i64> {
        if press.what == "revoke" {
            // The next PIN is another.
            let issue = |other: &Press| other.what == "pin" && other.request == press.request;
            self.unanswered
                .retain(|(at, other), _| *at != desk || !issue(other));
        }
        let before = self.unanswered.remove(&(desk, press.clone()));
        let since = before.map(|(at, _)| at).filter(|at| now - at < SAME_ACT);
        if since.is_none() {
            let of = (desk, press.request.clone(), press.what);
            *self.presses.entry(of).or_default() += 1;
        }
        since
    }

    /// What somebody may press once more at a desktop, since no answer came.
    #[must_use]
    pub fn unanswered_at(&self, desk: usize) -> Vec<Command> {
        let here = self.unanswered.iter().filter(|((at, _), _)| *at == desk);
        here.filter(|((_, press), _)| press.what != "note")
            .map(|(_, (_, command))| command.clone())
            .collect()
    }

    /// What a desktop was to remember may be forgotten.
    pub fn forget_unanswered(&mut self, desk: usize) {
        self.unanswered.retain(|(at, _), _| *at != desk);
    }

    /// The window was told that a note is kept.
    pub fn note_is_kept(&mut self, text: &str, keeps: bool) {
        if let Some(note) = self.notes.iter_mut().find(|note| note.text == text) {
            note.kept = keeps;
        }
    }

    /// Counts a fault.
    pub fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }
}
