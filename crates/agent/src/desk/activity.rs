//! What the weeks looked like: for everybody from what is on this computer, for admins from
//! the practice.

use std::collections::HashSet;

use jiff::Timestamp;
use latchkey_protocol::{Activity, ErrorCode, UnixMillis};
use latchkey_view::{ActivityOf, Answer};

use super::{ConnectionId, Desk, Effect, acts::refused, inbox::KEEP_SOLVED};
use crate::{activity::counted, practice::CallError, sheet::Sheet};

/// The commands that wait for an answer.
#[derive(Default)]
pub(super) struct Activities(HashSet<(ConnectionId, u64)>);

impl Activities {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        self.0.drain().collect()
    }
}

impl Desk {
    pub(super) fn read_activity(&mut self, of: ActivityOf, asked: (ConnectionId, u64)) {
        let answer = match of {
            ActivityOf::Here => Answer::Activity(self.activity_here()),
            ActivityOf::Practice { weeks } if self.is_connected() => {
                self.activities.0.insert(asked);
                return self.say(Effect::AskActivity { asked, weeks });
            }
            ActivityOf::Practice { .. } => refused(ErrorCode::Offline),
        };
        self.answer(Some(asked), answer);
    }

    /// What is here is whole for as long as ended requests are kept.
    fn activity_here(&self) -> Activity {
        let since = UnixMillis(self.now.0.saturating_sub(KEEP_SOLVED));
        let requests = self.inbox.iter().map(|(_, request)| request);
        counted(requests, since, self.now, self.zone())
    }

    pub(super) fn activity_came(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<Activity, CallError>,
    ) {
        // Another session's: whoever waited has an answer already.
        if !self.activities.0.remove(&asked) {
            return;
        }
        let answer = match outcome {
            Ok(_) if self.is_locked() => refused(ErrorCode::Locked),
            Ok(activity) => Answer::Activity(activity),
            Err(error) => return self.not_read(asked, error),
        };
        self.answer(Some(asked), answer);
    }

    /// Saves a table that the window shows; the day is in its name.
    pub(super) fn save_table(&mut self, rows: Vec<Vec<String>>, asked: (ConnectionId, u64)) {
        let Some(sheet) = Sheet::of(rows) else {
            return self.answer(Some(asked), refused(ErrorCode::BadRequest));
        };
        let day = Timestamp::from_millisecond(self.now.0)
            .unwrap_or_default()
            .to_zoned(self.zone().clone())
            .date();
        let name = format!("latchkey-activity-{day}");
        self.say(Effect::SaveSheet { asked, sheet, name });
    }
}
