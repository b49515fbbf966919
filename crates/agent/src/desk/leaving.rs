//! Signing out, and deleting everything on this computer.

use latchkey_view::{Left, Session, SignedOut};

use super::{ConnectionId, Desk, Effect, Tell};

/// Everything is being deleted, or was.
pub(super) struct Erasing {
    asker: Asker,
    /// The practice was told, where there was anything to tell.
    told: Option<bool>,
    left: Option<Vec<Left>>,
}

/// Who wants everything deleted, and is told what is left.
#[derive(Clone, Copy)]
pub(super) enum Asker {
    Window,
    Terminal(ConnectionId),
}

impl Desk {
    /// In the tray, where nothing can be asked: the window asks, if notes would be lost.
    pub(super) fn sign_out_chosen(&mut self) {
        if self.is_signed_in() && self.notes.unsent_count() > 0 {
            self.asks_to_sign_out = true;
            self.raise();
        } else {
            self.sign_out();
        }
    }

    pub(super) fn sign_out(&mut self) {
        if self.is_signed_in() {
            self.forget();
            self.signed_out(None);
            self.say(Effect::EndSession { revoke: true });
        }
    }

    /// The practice could be told, or not: then a person has to tell it.
    pub(super) fn revoked(&mut self, told: bool) {
        if let Some(erasing) = &mut self.erasing {
            erasing.told = Some(told);
            return self.consider_vanishing();
        }
        if let (
            false,
            Session::SignedOut {
                why: why @ None, ..
            },
        ) = (told, &mut self.session)
        {
            *why = Some(SignedOut::NotTold);
        }
    }

    pub(super) fn erase_everything(&mut self, asker: Asker) {
        if self.erasing.is_some() {
            return;
        }
        if self.session == Session::Starting {
            // Who is signed in is known in a moment: the practice is to be told.
            self.erase_at_start = Some(asker);
            return;
        }
        let told = (!self.is_signed_in()).then_some(true);
        if matches!(self.session, Session::SigningIn { .. }) {
            self.cancel_sign_in();
        }
        self.sign_out();
        self.practice_url = None;
        self.settings = crate::settings::Settings::default();
        self.session = Session::Erasing;
        self.erasing = Some(Erasing {
            asker,
            told,
            left: None,
        });
        self.say(Effect::Erase);
    }

    pub(super) fn erased(&mut self, left: Vec<Left>) {
        if let Some(erasing) = &mut self.erasing {
            erasing.left = Some(left);
            self.consider_vanishing();
        }
    }

    /// Both is over. Where something is left, whoever asked is told before the end.
    fn consider_vanishing(&mut self) {
        let Some(Erasing {
            asker,
            told: Some(told),
            left: Some(left),
        }) = &self.erasing
        else {
            return;
        };
        let mut left = left.clone();
        if !told {
            left.push(Left::Practice);
        }
        if let Asker::Terminal(connection) = *asker {
            self.say(Effect::Tell(connection, Tell::Erased(left)));
            self.say(Effect::Vanish);
        } else if left.is_empty() || self.window.is_none() {
            self.say(Effect::Vanish);
        } else {
            self.session = Session::Erased { left };
        }
    }

    pub(super) fn quit(&mut self) {
        for alert in self.alerts.take_all() {
            self.say(Effect::Withdraw(alert));
        }
        self.say(if self.erasing.is_some() {
            Effect::Vanish
        } else {
            Effect::Quit
        });
    }
}
