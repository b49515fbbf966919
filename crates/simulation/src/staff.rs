//! What staff do at their desktops, and what their windows are told.

use std::collections::BTreeMap;

use latchkey_protocol::{ErrorCode, Evidence, Phrase, RequestId, RequestState, StaffId};
use latchkey_view::{Answer, Command, Folder, Session, ToWindow};

use crate::{
    desktop::Desktop,
    ledger::{Note, Press},
    world::{Step, World, broken},
};

/// Commands that wait for an answer, by desktop and number; and since when the same got
/// none before.
pub type Waiting = BTreeMap<(usize, u64), (Press, Command, Option<i64>)>;

/// What a command is to the service, if it is anything.
fn press_of(command: &Command) -> Option<Press> {
    let (what, request, says) = match command {
        Command::IssuePin { request, evidence } => ("pin", request, format!("{evidence:?}")),
        Command::RevokePin { request } => ("revoke", request, String::new()),
        Command::Reply { request, phrase } => ("reply", request, format!("{phrase:?}")),
        Command::ResendLink { request } => ("link", request, String::new()),
        Command::Solve { request } => ("solve", request, String::new()),
        Command::Assign { request, to, seen } => ("assign", request, format!("{to:?} {seen:?}")),
        Command::AddNote { request, text } => ("note", request, text.clone()),
        _ => return None,
    };
    Some(Press {
        what,
        request: request.0.clone(),
        says,
    })
}

/// Who is signed in there.
fn staff_at(desk: &Desktop) -> Option<StaffId> {
    match &desk.view()?.session {
        Session::SignedIn { staff, .. } => Some(staff.id.clone()),
        _ => None,
    }
}

impl World {
    /// A staff member does something at a window.
    pub async fn staff_acts(&mut self) -> Step {
        let at = self.dice.below(self.desks.len());
        let Some(desk) = self.desks.get_mut(at) else {
            return Ok(());
        };
        let Some(view) = desk.view() else {
            if desk.runs() && !desk.has_window() {
                desk.open_window();
                self.note(format!("desk {at}: the window opens"));
                self.still().await;
            }
            return Ok(());
        };
        if matches!(view.session, Session::Locked { .. }) {
            desk.unlock();
            self.note(format!("desk {at}: unlocked"));
            self.still().await;
            return Ok(());
        }
        let mut rows: Vec<RequestId> = view.inbox.rows.iter().map(|row| row.id.clone()).collect();
        rows.extend(view.pane.iter().map(|pane| pane.request.id.clone()));
        let Some(request) = self.dice.one(&rows).cloned() else {
            let folder = if self.dice.percent(80) {
                Folder::Inbox
            } else {
                Folder::Solved
            };
            return self.press_at(at, "show", Command::Show { folder }).await;
        };
        let is_new = view
            .inbox
            .rows
            .iter()
            .any(|row| row.id == request && row.state == RequestState::New);
        let evidence = [Evidence::CalledNumberOnFile, Evidence::WithMe][self.dice.below(2)];
        let phrase =
            [Phrase::CallWithinTenMinutes, Phrase::TryTheNewLink][self.dice.below(2)].clone();
        let unanswered = self.ledger.unanswered_at(at);
        if !unanswered.is_empty()
            && self.dice.percent(50)
            && let Some(again) = self.dice.one(&unanswered).cloned()
        {
            return self.press_at(at, "again", again).await;
        }
        let text = format!("What {at} wrote as number {}.", self.ledger.notes.len());
        let colleagues: Vec<StaffId> = self.desks.iter().filter_map(staff_at).collect();
        let to = self.dice.one(&colleagues).cloned();
        let seen = view
            .inbox
            .rows
            .iter()
            .find(|row| row.id == request)
            .and_then(|row| row.assigned.as_ref())
            .map(|assigned| assigned.staff.clone());
        let (what, command) = match self.dice.below(37) {
            0..=5 => {
                if is_new {
                    self.ledger.opened.insert((at, request.0.clone()));
                }
                (
                    "select",
                    Command::Select {
                        request: Some(request),
                    },
                )
            }
            6..=15 => ("issue", Command::IssuePin { request, evidence }),
            16 | 17 => ("revoke", Command::RevokePin { request }),
            18..=20 => ("reply", Command::Reply { request, phrase }),
            21 | 22 => ("resend", Command::ResendLink { request }),
            23 => ("undo", Command::UndoResend { request }),
            24 | 25 => ("solve", Command::Solve { request }),
            26 => ("unread", Command::MarkUnread { request }),
            27 => ("close the PIN", Command::ClosePin),
            28 => ("connect", Command::ConnectNow),
            34.. => ("assign", Command::Assign { request, to, seen }),
            30.. => ("note", Command::AddNote { request, text }),
            _ if self.dice.percent(10) && matches!(view.session, Session::SignedIn { .. }) => {
                self.ledger.signed_out.insert(at);
                self.ledger.forget_opened(at);
                ("sign out", Command::SignOut)
            }
            _ => (
                "show",
                Command::Show {
                    folder: Folder::Solved,
                },
            ),
        };
        self.press_at(at, what, command).await
    }

    /// Gives a command at a window.
    pub(crate) async fn press_at(
        &mut self,
        at: usize,
        what: &'static str,
        command: Command,
    ) -> Step {
        let Some(desk) = self.desks.get_mut(at) else {
            return Ok(());
        };
        let press = press_of(&command);
        let again = command.clone();
        let (off, now) = (desk.clock.off(), self.time.now());
        let Some(number) = desk.command(command) else {
            return Ok(());
        };
        if let Some(press) = press {
            let since = self.ledger.pressed(at, &press, now + off);
            if press.what == "note" {
                self.ledger.notes.push(Note::of(at, &press));
            }
            // A link goes later, and nobody waits for its answer.
            if press.what != "link" {
                self.waiting.insert((at, number), (press, again, since));
            }
        }
        self.note(format!("desk {at}: {what}"));
        self.still().await;
        self.listen()
    }

    /// Hears what the windows were told, and compares it with the books.
    pub(crate) fn listen(&mut self) -> Step {
        let mut told = Vec::new();
        for (at, desk) in self.desks.iter_mut().enumerate() {
            told.extend(desk.told().into_iter().map(|frame| (at, frame)));
        }
        for (at, frame) in told {
            let ToWindow::Answer { id, answer } = frame else {
                continue;
            };
            let Some((press, command, since)) = self.waiting.remove(&(at, id)) else {
                continue;
            };
            let what = press.what;
            match answer {
                Answer::Refused(refusal) => {
                    if matches!(refusal.code, ErrorCode::NoAnswer | ErrorCode::Offline)
                        && let Some(desk) = self.desks.get(at)
                    {
                        let now = desk.clock.read().0;
                        // A desktop that is offline may not even have tried.
                        let since = since.filter(|_| refusal.code == ErrorCode::Offline);
                        let unanswered = (since.unwrap_or(now), command);
                        self.ledger.unanswered.insert((at, press), unanswered);
                    }
                    self.note(format!("desk {at}: {what} is refused: {:?}", refusal.code));
                }
                Answer::Done if what == "note" => {
                    let keeps = self.desks.get(at).is_some_and(Desktop::keeps);
                    self.ledger.note_is_kept(&press.says, keeps);
                    self.note(format!("desk {at}: the note is kept: {keeps}"));
                }
                Answer::Done => {
                    *self.ledger.told_done.entry(at).or_default() += 1;
                    self.note(format!("desk {at}: {what} is done"));
                }
                Answer::Announcement(_)
                | Answer::MailDialogue(_)
                | Answer::Colleagues(_)
                | Answer::Activity(_)
                | Answer::Saved { .. }
                | Answer::Rows(_)
                | Answer::Place { .. }
                | Answer::ClientsFound(_)
                | Answer::Client(_) => {
                    return broken("texts come only to whoever asks for them");
                }
                Answer::Pin {
                    request, digits, ..
                } => {
                    *self.ledger.told_done.entry(at).or_default() += 1;
                    let digits = serde_json::to_value(&digits)?;
                    let known = self
                        .ledger
                        .pins
                        .iter()
                        .any(|pin| digits == *pin.digits && pin.request == request.0);
                    if !known {
                        return broken("the window shows only digits that were issued");
                    }
                    self.note(format!("desk {at}: the digits are shown"));
                }
            }
        }
        for (at, told) in &self.ledger.told_done {
            let done = self.ledger.acts.values().filter(|act| {
                act.desk == *at
                    && act.done
                    && matches!(
                        act.what.as_str(),
                        "pin" | "revoke" | "reply" | "solve" | "assign"
                    )
            });
            if i64::try_from(done.count()).unwrap_or_default() < *told {
                return broken("a window is told \"done\" only of what the service has done");
            }
        }
        Ok(())
    }
}
