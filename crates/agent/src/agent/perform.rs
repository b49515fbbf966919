//! What the desk wants done, without waiting for any of it.

use std::sync::Arc;

use latchkey_protocol::Position;
use latchkey_view::ToWindow;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Agent, End, OpenFeed, OpenSignIn, keep::begin};
use crate::{
    desk::{Effect, Tell},
    practice::{Api, Elbow, Feed},
    session::Attempt,
};

impl Agent {
    pub(super) fn perform(&mut self, effect: Effect) {
        let ground = &self.ground;
        match effect {
            Effect::Answer(connection, id, answer) => {
                self.send(connection, ToWindow::Answer { id, answer });
            }
            Effect::Tell(connection, tell) => {
                let frame = match tell {
                    Tell::Stay => ToWindow::Stay,
                    Tell::Leave => ToWindow::Leave,
                    Tell::Raise => ToWindow::Raise,
                    Tell::Status(status) => ToWindow::Status(status),
                    Tell::Erased(left) => ToWindow::Erased { left },
                };
                self.send(connection, frame);
            }
            Effect::ReadKeychain => {
                self.ready = Some(begin(ground, self.keychain.clone(), &self.results));
            }
            Effect::AskKeychain { mend } => self.ask_keychain(mend),
            Effect::KeepNote {
                asked,
                request,
                name,
                text,
            } => self.keep_note(asked, request, name, text),
            Effect::StartSignIn(practice) => self.start_sign_in(practice),
            Effect::StopSignIn => {
                if let Some(open) = self.sign_in.take() {
                    open.stop.cancel();
                }
            }
            Effect::OpenBrowser(url) => ground.os.open_browser(&url),
            Effect::StartFeed(since) => self.start_feed(since),
            Effect::Connect(nudge) => {
                if let Some(feed) = &self.feed {
                    feed.elbow.nudge(nudge);
                }
            }
            Effect::AskMe => self.ask_me(),
            Effect::AskAnnouncement { asked, language } => self.ask_announcement(asked, language),
            Effect::Look { request, away } => self.look(request, away),
            Effect::TellSession(until) => self.tell_session(until),
            Effect::AskColleagues { asked } => self.ask_colleagues(asked),
            Effect::AskDialogue { asked, request } => self.ask_dialogue(asked, request),
            Effect::FindClients { asked, typed } => self.find_clients(asked, typed),
            Effect::ReadClient { asked, client } => self.read_client(asked, client),
            Effect::AskActivity { asked, weeks } => self.ask_activity(asked, weeks),
            Effect::SaveSheet { asked, sheet, name } => self.save_sheet(asked, sheet, name),
            Effect::Call(act, call) => self.call(act, call),
            Effect::Write(write) => self.store.write(write),
            Effect::ReadDocument(id) => self.read_document(id),
            Effect::LookAtDisk => self.store.look(),
            Effect::Notify(alert) => ground.os.notify(&alert),
            Effect::Withdraw(alert) => ground.os.withdraw(alert),
            Effect::StartAtLogIn(start) => self.start_at_log_in(start),
            Effect::TakeKeys(keys) => ground.os.take_keys(keys),
            Effect::OpenWindow => ground.os.open_window(),
            Effect::EndSession { revoke } => self.end_session(revoke),
            Effect::Keep(what) => self.files.keep(what),
            Effect::CheckPassphrase {
                passphrase,
                hash,
                locks,
            } => self.check_passphrase(passphrase, hash, locks),
            Effect::HashPassphrase(connection, command, passphrase) => {
                self.hash_passphrase(connection, command, passphrase);
            }
            Effect::KeepPassphrase(hash) => self.keep_passphrase(hash.as_deref()),
            Effect::LookAtComputer => ground.os.look_at_computer(),
            Effect::LockComputer => ground.os.lock_computer(),
            Effect::Erase => self.erase(),
            Effect::Quit => self.ends = Some(End::Quit),
            Effect::Vanish => self.ends = Some(End::Vanish),
        }
    }

    fn start_sign_in(&mut self, practice: url::Url) {
        let (sender, progress) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let attempt = Attempt {
            practice,
            device_name: self.ground.os.host_name(),
            http: self.ground.http.clone(),
            clock: self.ground.clock.clone(),
            random: self.ground.random.clone(),
            store: self.store.clone(),
            stop: stop.clone(),
            progress: sender,
        };
        tokio::spawn(attempt.run());
        self.sign_in = Some(OpenSignIn { progress, stop });
    }

    fn start_feed(&mut self, since: Option<Position>) {
        let Some(tokens) = &self.tokens else {
            return;
        };
        let (sender, events) = mpsc::channel(64);
        let elbow = Arc::new(Elbow::default());
        let feed = Feed {
            api: Api::new(tokens.clone()),
            clock: self.ground.clock.clone(),
            random: self.ground.random.clone(),
            elbow: elbow.clone(),
            events: sender,
        };
        tokio::spawn(feed.run(since));
        self.feed = Some(OpenFeed { events, elbow });
    }

    fn end_session(&mut self, revoke: bool) {
        self.feed = None;
        let Some(tokens) = self.tokens.take() else {
            return;
        };
        tokens.end();
        self.store.wipe();
        if revoke {
            self.revoke(tokens);
        }
    }
}
