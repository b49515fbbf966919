//! What a diagnosis is made from.

use latchkey_protocol::{Happening, NearMiss, TimelineEntry, UnixMillis};

/// What the practice's file says about the address that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFile {
    /// Nothing: no client has this address.
    Nobody,
    /// One client.
    One {
        /// No mail goes to the mailbox.
        no_mail: bool,
        /// The client's access is disabled.
        disabled: bool,
    },
    /// Several clients use it.
    Several {
        /// No mail goes to the mailbox.
        no_mail: bool,
    },
}

/// Everything the service saw that touches one help request, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// What the file says.
    pub on_file: OnFile,
    /// Whose address was nearly typed, where it is nobody's (RULES A2).
    pub near: Option<NearMiss>,
    /// Since when nothing is sent to the mailbox, where that is so now.
    pub suppressed_since: Option<UnixMillis>,
    /// Since when mail to clients is held back.
    pub held_since: Option<UnixMillis>,
    /// When the database was restored: what was sent before is dead.
    pub restored_at: Option<UnixMillis>,
    /// What happened.
    pub entries: Vec<TimelineEntry>,
}

impl Timeline {
    /// The newest entry that fits, with its place.
    pub(super) fn newest<T>(
        &self,
        since: UnixMillis,
        fits: impl Fn(&Happening) -> Option<T>,
    ) -> Option<Found<T>> {
        self.entries
            .iter()
            .enumerate()
            .rev()
            .find_map(|(index, entry)| {
                let what = fits(&entry.what).filter(|_| entry.at >= since)?;
                let place = u32::try_from(index).ok()?;
                Some(Found {
                    place,
                    at: entry.at,
                    what,
                })
            })
    }
}

/// An entry that was looked for.
#[derive(Clone, Copy)]
pub(super) struct Found<T> {
    /// Its index in the timeline.
    pub place: u32,
    /// When it happened.
    pub at: UnixMillis,
    /// What was wanted of it.
    pub what: T,
}

impl<T> Found<T> {
    /// Whether it stands later in the timeline than another entry.
    pub fn after<U>(&self, other: &Found<U>) -> bool {
        self.place > other.place
    }
}
