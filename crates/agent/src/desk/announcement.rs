//! The texts that tell clients how to sign in. The service has them; what came once can be
//! read on while it cannot be reached (RULES D9).

use std::collections::HashMap;

use latchkey_protocol::{Announcement, ErrorCode};
use latchkey_view::{Answer, Language};

use super::{ConnectionId, Desk, Effect, acts::refused};
use crate::practice::CallError;

/// What came, and what is waited for.
#[derive(Default)]
pub(super) struct Announcements {
    known: HashMap<Language, Announcement>,
    asked: HashMap<(ConnectionId, u64), Language>,
}

impl Announcements {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        self.known.clear();
        self.asked.drain().map(|(asked, _)| asked).collect()
    }
}

impl Desk {
    /// Asks for them anew, since the practice may have another phone by now.
    pub(super) fn announce(&mut self, language: Language, asked: (ConnectionId, u64)) {
        if self.is_connected() {
            self.announcements.asked.insert(asked, language);
            return self.say(Effect::AskAnnouncement { asked, language });
        }
        let answer = match self.announcements.known.get(&language) {
            Some(known) => Answer::Announcement(known.clone()),
            None => refused(ErrorCode::Offline),
        };
        self.answer(Some(asked), answer);
    }

    pub(super) fn announced(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<Announcement, CallError>,
    ) {
        // Another session's: whoever waited has an answer already.
        let Some(language) = self.announcements.asked.remove(&asked) else {
            return;
        };
        let announcement = match outcome {
            Ok(announcement) => announcement,
            Err(error) => return self.not_read(asked, error),
        };
        self.announcements
            .known
            .insert(language, announcement.clone());
        let answer = if self.is_locked() {
            refused(ErrorCode::Locked)
        } else {
            Answer::Announcement(announcement)
        };
        self.answer(Some(asked), answer);
    }
}
