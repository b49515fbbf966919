//! What was acknowledged to whom: the model beside the world.

use std::collections::{BTreeMap, BTreeSet};

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

    /// Counts a fault.
    pub fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }
}
