//! What each command of the window's does.

use latchkey_protocol::{Assign, ConfirmAddress, CorrectAddress, ErrorCode, RequestId};
use latchkey_view::{Answer, Command, LockedBy};

use super::{Call, ConnectionId, Desk, Effect, acts::refused, leaving::Asker};
use crate::{practice::Nudge, store::DraftOf};

impl Desk {
    pub(super) fn command(&mut self, connection: ConnectionId, id: u64, command: Command) {
        if let Some(code) = self.not_now(connection, &command) {
            return self.say(Effect::Answer(connection, id, refused(code)));
        }
        let answer = match command {
            act @ (Command::Assign { .. }
            | Command::IssuePin { .. }
            | Command::IssueClientPin { .. }
            | Command::RevokePin { .. }
            | Command::LiftSuppression { .. }
            | Command::CorrectAddress { .. }
            | Command::ConfirmAddress { .. }
            | Command::SendGuide { .. }
            | Command::Reply { .. }
            | Command::WriteMessage { .. }
            | Command::SetCover(_)
            | Command::CancelCover { .. }
            | Command::NotMyClient { .. }
            | Command::LiftFreeze { .. }
            | Command::Solve { .. }) => match call_of(act) {
                Some(call) => return self.act(call, connection, id),
                None => refused(ErrorCode::BadRequest),
            },
            Command::SignIn { practice } => self.start_sign_in(&practice),
            Command::CancelSignIn => self.cancel_sign_in(),
            Command::SignOut => {
                self.sign_out();
                Answer::Done
            }
            Command::StaySignedIn => {
                self.asks_to_sign_out = false;
                Answer::Done
            }
            listed @ (Command::Show { .. }
            | Command::Search { .. }
            | Command::ReadRows { .. }
            | Command::FindRow { .. }
            | Command::Snooze { .. }
            | Command::MarkUnread { .. }) => self.list_command(listed),
            Command::Select { request } => {
                self.select(request);
                Answer::Done
            }
            Command::ClosePin => {
                self.pin = None;
                Answer::Done
            }
            Command::ResendLink { request } => self.resend(request),
            Command::UndoResend { request } => {
                self.resends.remove(&request);
                Answer::Done
            }
            Command::Announce { language } => return self.announce(language, (connection, id)),
            Command::ReadMailDialogue { request } => {
                return self.read_dialogue(request, (connection, id));
            }
            Command::ReadColleagues => return self.read_colleagues((connection, id)),
            Command::FindClients { typed } => return self.find_clients(typed, (connection, id)),
            Command::ReadClient { client } => return self.read_client(client, (connection, id)),
            Command::ReadActivity { of } => return self.read_activity(of, (connection, id)),
            Command::SaveTable { rows } => return self.save_table(rows, (connection, id)),
            Command::DraftNote { request, text } => self.draft(request, DraftOf::Note, text),
            Command::DraftMessage { request, text } => self.draft(request, DraftOf::Message, text),
            Command::AddNote { request, text } => {
                return self.note(request, &text, (connection, id));
            }
            Command::DropNote { note } => self.drop_note(&note),
            Command::TryKeychain => return self.try_keychain((connection, id)),
            Command::ConnectNow => {
                self.say(Effect::Connect(Nudge::Now));
                Answer::Done
            }
            Command::DismissNotice => {
                self.notice = None;
                Answer::Done
            }
            Command::Lock => {
                self.lock(LockedBy::Person);
                Answer::Done
            }
            Command::LockComputer => self.lock_computer(),
            Command::Unlock { passphrase } => {
                return self.try_passphrase(passphrase, connection, id);
            }
            Command::Set(setting) => self.set(setting),
            Command::InSession { begin } => self.in_session(begin),
            Command::Quiet { begin } => self.quiet_until_tomorrow(begin),
            Command::TryNotification => self.try_notification(),
            Command::SetPassphrase { passphrase } => {
                return self.set_passphrase(passphrase, connection, id);
            }
            Command::EraseEverything => {
                self.erase_everything(Asker::Window);
                Answer::Done
            }
            Command::Quit => {
                self.quit();
                Answer::Done
            }
        };
        self.say(Effect::Answer(connection, id, answer));
    }

    /// A note is on disk before the window is told that it is added.
    fn note(&mut self, request: RequestId, text: &str, asked: (ConnectionId, u64)) {
        let effect = match self.add_note(request, text) {
            Ok((request, name, text)) => Effect::KeepNote {
                asked,
                request,
                name,
                text,
            },
            Err(code) => Effect::Answer(asked.0, asked.1, refused(code)),
        };
        self.say(effect);
    }

    /// Why a command is not even looked at.
    fn not_now(&mut self, connection: ConnectionId, command: &Command) -> Option<ErrorCode> {
        if self.window != Some(connection) {
            return Some(ErrorCode::NotAllowed);
        }
        self.used();
        (self.is_locked() && !works_locked(command)).then_some(ErrorCode::Locked)
    }
}

/// A message that says something.
fn written(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What goes to the service as it is.
fn call_of(command: Command) -> Option<Call> {
    Some(match command {
        Command::Assign { request, to, seen } => {
            let seen = Some(seen);
            Call::Assign(request, Assign { to, seen })
        }
        Command::IssuePin { request, evidence } => Call::IssuePin(request, evidence),
        Command::IssueClientPin {
            client,
            evidence,
            match_word,
        } => Call::IssueClientPin(client, evidence, match_word),
        Command::RevokePin { request } => Call::RevokePin(request),
        Command::LiftSuppression { request } => Call::LiftSuppression(request),
        Command::CorrectAddress {
            request,
            address,
            by_call,
        } => Call::CorrectAddress(request, CorrectAddress { address, by_call }),
        Command::ConfirmAddress {
            request,
            change,
            by_call,
        } => Call::ConfirmAddress(request, ConfirmAddress { change, by_call }),
        Command::SendGuide { request } => Call::SendGuide(request),
        Command::Reply { request, phrase } => Call::Reply(request, phrase),
        Command::NotMyClient { request } => Call::Freeze(request),
        Command::LiftFreeze { request } => Call::Unfreeze(request),
        Command::WriteMessage { request, text } => Call::Message(request, written(&text)?),
        Command::Solve { request } => Call::Solve(request),
        Command::SetCover(wish) => Call::SetCover(wish),
        Command::CancelCover { cover } => Call::CancelCover(cover),
        _ => return None,
    })
}

/// What nobody has to be known for. A draft was typed before it locked. Leaving is among them: it shows nothing, and it is the
/// way on for somebody who forgot the passphrase.
const fn works_locked(command: &Command) -> bool {
    matches!(
        command,
        Command::Lock
            | Command::LockComputer
            | Command::Unlock { .. }
            | Command::SignOut
            | Command::StaySignedIn
            | Command::EraseEverything
            | Command::ConnectNow
            | Command::DraftNote { .. }
            | Command::DraftMessage { .. }
    )
}
