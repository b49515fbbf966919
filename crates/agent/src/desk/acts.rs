//! Calls to the service for the person at the desk.

use latchkey_protocol::{ErrorCode, Evidence, PinId, PinState, RequestId, UnixMillis};
use latchkey_view::{Answer, Notice, PinDigits, PinPanel, Refusal};

use super::{ActId, Call, ConnectionId, Desk, Effect, Outcome, pin::PinDesk};
use crate::{clock::later, practice::CallError, store::DraftOf};

/// How long a resend can be undone.
const UNDO: i64 = 5_000;

/// A call under way.
pub(super) struct Pending {
    call: Call,
    asked: Option<(ConnectionId, u64)>,
}

impl Pending {
    /// What was called.
    pub(super) const fn call(&self) -> &Call {
        &self.call
    }

    /// The command that waits for its answer.
    pub(super) const fn asked(&self) -> Option<(ConnectionId, u64)> {
        self.asked
    }
}

/// Whose a PIN is, and on what evidence.
struct PinOf {
    request: RequestId,
    name: String,
    evidence: Evidence,
    phone: Option<String>,
}

pub(super) const fn refused(code: ErrorCode) -> Answer {
    Answer::Refused(Refusal {
        code,
        by: None,
        at: None,
        retry_at: None,
    })
}

impl Desk {
    /// Calls the service; `asked` is the command to answer.
    pub(super) fn call(&mut self, call: Call, asked: Option<(ConnectionId, u64)>) {
        self.last_act += 1;
        let act = ActId(self.last_act);
        self.pending.insert(
            act,
            Pending {
                call: call.clone(),
                asked,
            },
        );
        self.say(Effect::Call(act, call));
    }

    /// A command of the person's: not while offline (a late PIN is dangerous, RULES D9),
    /// and one at a time for a request.
    pub(super) fn act(&mut self, call: Call, connection: ConnectionId, command: u64) {
        let why_not = if !self.is_connected() {
            Some(ErrorCode::Offline)
        } else if self.is_under_way(&call) {
            Some(ErrorCode::TooMany)
        } else {
            None
        };
        if let Some(code) = why_not {
            return self.say(Effect::Answer(connection, command, refused(code)));
        }
        if let Some(request) = call.request() {
            self.put_notice_away(request);
        }
        self.call(call, Some((connection, command)));
    }

    /// Somebody tries again: what was said of it before is over.
    fn put_notice_away(&mut self, request: &RequestId) {
        let about = self
            .notice
            .as_ref()
            .and_then(|notice| notice.request.as_ref());
        if about == Some(request) {
            self.notice = None;
        }
    }

    fn is_under_way(&self, call: &Call) -> bool {
        match call {
            Call::IssueClientPin(client, ..) => self.is_busy_with(client),
            other => other.request().is_some_and(|request| self.is_busy(request)),
        }
    }

    pub(super) fn is_busy(&self, request: &RequestId) -> bool {
        self.pending.values().any(|pending| {
            !matches!(pending.call, Call::Seen(_) | Call::Note(..))
                && pending.call.request() == Some(request)
        })
    }

    pub(super) fn acted(&mut self, act: ActId, outcome: Outcome) {
        let Some(pending) = self.pending.remove(&act) else {
            return;
        };
        if let Call::Note(_, note, _) = &pending.call {
            return self.note_acted(&note.clone(), outcome);
        }
        match outcome {
            Outcome::Done => {
                match &pending.call {
                    Call::Seen(request) => self.seen_is_known(request),
                    Call::ResendLink(request) => self.link_ended(request, true),
                    Call::Message(request, text) => self.message_sent(request, text),
                    _ => {}
                }
                self.answer(pending.asked, Answer::Done);
            }
            Outcome::Pin {
                id,
                request,
                digits,
                lasts,
            } => self.pin_issued(pending, id, request, digits, lasts),
            Outcome::Failed(error) => self.failed(&pending, error),
        }
    }

    /// What was typed since is not part of it.
    fn message_sent(&mut self, request: &RequestId, text: &str) {
        if self.notes.draft(request, DraftOf::Message).trim() == text {
            self.set_draft(request.clone(), DraftOf::Message, String::new());
        }
    }

    pub(super) fn answer(&mut self, asked: Option<(ConnectionId, u64)>, answer: Answer) {
        if let Some((connection, command)) = asked {
            self.say(Effect::Answer(connection, command, answer));
        }
    }

    /// Something that changes nothing was asked for, and did not come.
    pub(super) fn not_read(&mut self, asked: (ConnectionId, u64), error: CallError) {
        let ended = error == CallError::SessionEnded;
        if matches!(error, CallError::NotSent | CallError::Unreachable) {
            self.doubt_connection();
        }
        self.answer(Some(asked), Answer::Refused(error.refusal()));
        if ended {
            self.session_ended();
        }
    }

    fn failed(&mut self, pending: &Pending, error: CallError) {
        let ended = error == CallError::SessionEnded;
        let unanswered = matches!(error, CallError::NotSent | CallError::Unreachable);
        if unanswered {
            self.doubt_connection();
        }
        if let Call::Seen(request) = &pending.call {
            // Without an answer it is still owed; a refusal is an answer.
            if matches!(error, CallError::Refused(_)) {
                self.seen_is_known(request);
            }
        } else if pending.asked.is_some() {
            self.answer(pending.asked, Answer::Refused(error.refusal()));
        } else {
            // Nobody waits for an answer: a link that was sent after its 5 s.
            if let Some(request) = pending.call.request() {
                self.link_ended(request, false);
            }
            self.notice = Some(Notice {
                refusal: error.refusal(),
                request: pending.call.request().cloned(),
            });
        }
        if ended {
            self.session_ended();
        }
    }

    /// The digits go to the window that asked and nowhere else; with nobody there they
    /// are dropped, and there is no panel that would promise them.
    fn pin_issued(
        &mut self,
        pending: Pending,
        id: PinId,
        bound_to: Option<RequestId>,
        digits: PinDigits,
        lasts: i64,
    ) {
        let Some((connection, command)) = pending.asked else {
            return;
        };
        let of = match (pending.call, bound_to) {
            (Call::IssuePin(request, evidence), _) => self.of_request(request, evidence),
            (Call::IssueClientPin(client, evidence, _), Some(request)) => {
                let (name, phone) = self.clients.name_and_phone(&client);
                PinOf {
                    request,
                    name,
                    evidence,
                    phone,
                }
            }
            _ => return,
        };
        if self.window != Some(connection) {
            return;
        }
        let ends_at = later(self.now, lasts);
        let request = of.request.clone();
        let mut pin = PinDesk::new(id, self.panel(of, ends_at));
        if let Some(request) = self.inbox.documents.get(&request) {
            pin.look_at(request);
        }
        self.pin = Some(pin);
        // Locked meanwhile: the panel is there after unlocking, the digits are not (D6).
        if self.is_locked() {
            return self.answer(Some((connection, command)), refused(ErrorCode::Locked));
        }
        let answer = Answer::Pin {
            request,
            digits,
            ends_at,
        };
        self.say(Effect::Answer(connection, command, answer));
    }

    fn of_request(&self, id: RequestId, evidence: Evidence) -> PinOf {
        let request = self.inbox.documents.get(&id);
        PinOf {
            name: request
                .and_then(|request| request.who.name.clone())
                .unwrap_or_default(),
            phone: request
                .and_then(|request| request.call_back.as_ref())
                .and_then(|call_back| call_back.phone.clone()),
            request: id,
            evidence,
        }
    }

    fn panel(&self, of: PinOf, ends_at: UnixMillis) -> PinPanel {
        let called = of.evidence == Evidence::CalledNumberOnFile;
        PinPanel {
            request: of.request,
            name: of.name,
            evidence: of.evidence,
            phone: of.phone.filter(|_| called),
            state: PinState::Live,
            issued_at: self.now,
            ends_at,
        }
    }

    /// The link goes in 5 s, unless it is undone.
    pub(super) fn resend(&mut self, request: RequestId) -> Answer {
        if !self.is_connected() {
            return refused(ErrorCode::Offline);
        }
        if self.is_busy(&request) {
            return refused(ErrorCode::TooMany);
        }
        self.put_notice_away(&request);
        let goes_at = later(self.now, UNDO);
        self.resends.entry(request).or_insert(goes_at);
        Answer::Done
    }

    pub(super) fn send_due_links(&mut self) {
        let now = self.now;
        let due: Vec<RequestId> = self
            .resends
            .iter()
            .filter(|(_, goes_at)| **goes_at <= now)
            .map(|(request, _)| request.clone())
            .collect();
        for request in due {
            self.resends.remove(&request);
            if self.is_connected() {
                self.call(Call::ResendLink(request), None);
            } else {
                self.link_ended(&request, false);
                self.notice = Some(Notice {
                    refusal: CallError::NotSent.refusal(),
                    request: Some(request),
                });
            }
        }
    }
}
