//! Who is signed in, and how that begins and ends.

use latchkey_protocol::ErrorCode;
use latchkey_view::{Answer, Connection, Session, SignedOut};

use super::{Desk, Effect, SignInStep, Started, acts::refused};
use crate::{
    practice::practice_url,
    session::KeptSession,
    store::{Owner, Write},
};

impl Desk {
    pub(super) fn started(&mut self, started: Started) {
        if let Some(keychain) = started.keychain {
            self.keychain.is(keychain, self.now);
            self.answer_keychain();
        }
        self.notes.everybodys(started.own);
        self.settings = started.settings;
        self.keep_starting();
        self.keep_keys();
        self.lock.passphrase = started.passphrase;
        let Some(session) = started.session else {
            let (why, notes_gone) = std::mem::take(&mut self.keychain.out);
            self.session = Session::SignedOut {
                practice: self.practice_url.clone(),
                why,
                notes_gone,
            };
            return;
        };
        self.inbox.known = started.position.is_some();
        self.inbox.position = started.position;
        self.inbox.open(started.requests, started.documents);
        self.signed_in(session);
        self.resume_quiet(started.quiet);
        self.resume_lock(started.lock);
        self.sweep();
        self.say(Effect::StartFeed(started.position));
    }

    fn signed_in(&mut self, session: KeptSession) {
        let practice = shown(&session.url);
        self.take_own(Owner(format!("{practice} {}", session.staff.id)));
        self.practice_url = Some(practice);
        self.inbox.is_of(session.staff.id.clone());
        self.session = Session::SignedIn {
            staff: session.staff,
            practice: session.practice,
            device_name: session.device_name,
        };
        self.connection = Connection::Connecting;
    }

    pub(super) fn start_sign_in(&mut self, practice: &str) -> Answer {
        if !matches!(self.session, Session::SignedOut { .. }) {
            return refused(ErrorCode::BadRequest);
        }
        self.practice_url = Some(practice.trim().to_owned());
        let Some(url) = practice_url(practice) else {
            self.signed_out(Some(SignedOut::NotAPractice));
            return Answer::Done;
        };
        self.session = Session::SigningIn { url: String::new() };
        self.say(Effect::StartSignIn(url));
        Answer::Done
    }

    pub(super) fn cancel_sign_in(&mut self) -> Answer {
        if matches!(self.session, Session::SigningIn { .. }) {
            self.say(Effect::StopSignIn);
            self.signed_out(None);
        }
        Answer::Done
    }

    pub(super) fn sign_in_step(&mut self, step: SignInStep) {
        if !matches!(self.session, Session::SigningIn { .. }) {
            return;
        }
        match step {
            SignInStep::OpenBrowser(url) => {
                self.session = Session::SigningIn { url: url.clone() };
                self.say(Effect::OpenBrowser(url));
            }
            SignInStep::Done(session) => {
                self.signed_in(*session);
                self.begin_lock();
                // Whatever an earlier session left is not this person's.
                self.say(Effect::Write(Write::Reset));
                self.say(Effect::StartFeed(None));
                self.raise();
            }
            SignInStep::Failed(why) => {
                self.signed_out(why);
                self.raise();
            }
        }
    }

    /// The practice ended it: only now is the cache wiped, and whoever wrote notes that
    /// went with it is told of that.
    pub(super) fn session_ended(&mut self) {
        if !self.is_signed_in() {
            return;
        }
        let gone = self.notes.unsent_count();
        self.forget();
        self.session = Session::SignedOut {
            practice: self.practice_url.clone(),
            why: Some(SignedOut::SessionEnded),
            notes_gone: gone,
        };
        self.say(Effect::EndSession { revoke: false });
        if gone > 0 {
            self.raise();
        }
    }

    pub(super) fn signed_out(&mut self, why: Option<SignedOut>) {
        self.session = Session::SignedOut {
            practice: self.practice_url.clone(),
            why,
            notes_gone: 0,
        };
    }

    pub(super) fn forget(&mut self) {
        self.end_lock();
        self.forget_quiet();
        for alert in self.alerts.take_all() {
            self.say(Effect::Withdraw(alert));
        }
        // Whoever waits for an answer gets one.
        let mut asked: Vec<_> = self
            .pending
            .drain()
            .filter_map(|(_, pending)| pending.asked())
            .chain(self.announcements.forget())
            .chain(self.dialogues.forget())
            .chain(self.team.forget())
            .chain(self.clients.forget())
            .chain(self.activities.forget())
            .collect();
        asked.sort_unstable_by_key(|(_, command)| *command);
        for (connection, command) in asked {
            self.say(Effect::Answer(
                connection,
                command,
                refused(ErrorCode::NotSignedIn),
            ));
        }
        self.connection = Connection::Idle;
        self.asks_to_sign_out = false;
        self.connected_since = None;
        self.lost_at = None;
        self.settle_at = None;
        self.inbox.forget();
        self.notes = super::Notes::default();
        self.outages.forget();
        self.covers.forget();
        self.service_version = None;
        self.list.forget();
        self.selected = None;
        self.pin = None;
        self.resends.clear();
        self.notice = None;
    }
}

/// Without the slash that a person would not type.
fn shown(url: &url::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
