//! What was said to the mail server about a request. It is read at the practice each time
//! and kept nowhere here: whoever reads it is written down there (RULES V5).

use std::collections::HashMap;

use latchkey_protocol::{ErrorCode, MailDialogue, RequestId};
use latchkey_view::Answer;

use super::{ConnectionId, Desk, Effect, acts::refused};
use crate::practice::CallError;

/// What is waited for.
#[derive(Default)]
pub(super) struct Dialogues(HashMap<(ConnectionId, u64), RequestId>);

impl Dialogues {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        self.0.drain().map(|(asked, _)| asked).collect()
    }
}

impl Desk {
    pub(super) fn read_dialogue(&mut self, request: RequestId, asked: (ConnectionId, u64)) {
        let code = if !self.inbox.has(&request) {
            ErrorCode::NotFound
        } else if self.is_connected() {
            self.dialogues.0.insert(asked, request.clone());
            return self.say(Effect::AskDialogue { asked, request });
        } else {
            ErrorCode::Offline
        };
        self.answer(Some(asked), refused(code));
    }

    pub(super) fn dialogue_came(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<MailDialogue, CallError>,
    ) {
        // Another session's: whoever waited has an answer already.
        let Some(request) = self.dialogues.0.remove(&asked) else {
            return;
        };
        let answer = match outcome {
            Ok(_) if self.is_locked() => refused(ErrorCode::Locked),
            // It left this caseload meanwhile.
            Ok(_) if !self.inbox.has(&request) => refused(ErrorCode::NotFound),
            Ok(dialogue) => Answer::MailDialogue(dialogue),
            Err(error) => return self.not_read(asked, error),
        };
        self.answer(Some(asked), answer);
    }
}
