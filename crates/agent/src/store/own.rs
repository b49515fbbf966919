//! What this person did here and nobody else has yet: read-marks, drafts, and notes on
//! their way. It lies apart from the cache and survives it (RULES D3, D9).

use std::collections::{BTreeMap, HashMap};

use latchkey_protocol::{RequestId, UnixMillis};
use latchkey_view::{NoteId, Refusal, RefusedNote, WaitingNote};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Write, journal::Name};

/// Who it belongs to: a person at a practice. Another one who signs in on this computer
/// neither sees nor sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Owner(pub String);

/// What this person did with a request, here. Survives a resync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UnixMillis>,
    /// A notification told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<UnixMillis>,
    /// Opened, and the service has not said that it heard of it (RULES D9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seen_owed: bool,
    /// Put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Snooze>,
    /// Put off until now, and not opened since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub woken: bool,
    /// The newest of what came to an old request that this person was told of, by the
    /// service's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<UnixMillis>,
}

/// A request that this person put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// Until when.
    pub until: UnixMillis,
    /// The client's last try by then: another one wakes it.
    pub tried_at: UnixMillis,
}

/// A note that the practice has not taken yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id, and its key at the service: the same one however often it is sent.
    pub id: NoteId,
    /// On which request.
    pub request: RequestId,
    /// The name on file, for when the request is gone.
    pub name: Option<String>,
    /// When it was written.
    pub at: UnixMillis,
    /// What it says.
    pub text: String,
    /// Why the practice will never take it.
    pub refused: Option<Refusal>,
}

impl Note {
    /// As the window shows it while it waits.
    #[must_use]
    pub fn waiting(&self) -> WaitingNote {
        WaitingNote {
            id: self.id.clone(),
            at: self.at,
            text: self.text.clone(),
        }
    }

    /// As the window shows it once it is refused.
    #[must_use]
    pub fn as_refused(&self) -> Option<RefusedNote> {
        Some(RefusedNote {
            note: self.waiting(),
            request: self.request.clone(),
            name: self.name.clone(),
            refusal: self.refused.clone()?,
        })
    }
}

/// Whom a draft is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DraftOf {
    /// Staff alone.
    Note,
    /// The signed-in client.
    Message,
}

impl DraftOf {
    const fn kind(self) -> &'static str {
        match self {
            Self::Note => DRAFT,
            Self::Message => MESSAGE,
        }
    }
}

/// All that is one person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// What was read.
    pub marks: HashMap<RequestId, Mark>,
    /// What is being written.
    pub drafts: BTreeMap<(RequestId, DraftOf), String>,
    /// What waits or was refused, by when it was written.
    pub notes: BTreeMap<(UnixMillis, NoteId), Note>,
}

impl Own {
    /// Takes over what is missing here: what was done in this run is newer.
    pub fn adopt(&mut self, older: Self) {
        for (request, mark) in older.marks {
            let mine = self.marks.entry(request).or_insert(mark);
            mine.read_at = mine.read_at.or(mark.read_at);
            mine.shown_at = mine.shown_at.or(mark.shown_at);
            mine.seen_owed |= mark.seen_owed;
            mine.snoozed = mine.snoozed.or(mark.snoozed);
            mine.woken |= mark.woken;
            mine.news = mine.news.max(mark.news);
        }
        for (of, draft) in older.drafts {
            self.drafts.entry(of).or_insert(draft);
        }
        for (place, note) in older.notes {
            self.notes.entry(place).or_insert(note);
        }
    }

    /// As writes, to be kept somewhere new.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        let marks = self.marks.iter();
        let drafts = self.drafts.iter();
        marks
            .map(|(request, mark)| Write::Mark(request.clone(), *mark))
            .chain(
                drafts
                    .map(|((request, of), text)| Write::Draft(request.clone(), *of, text.clone())),
            )
            .chain(self.notes.values().cloned().map(Write::Note))
            .collect()
    }
}

const MARK: &str = "mark";
const DRAFT: &str = "draft";
const MESSAGE: &str = "message";
const NOTE: &str = "note";

/// What a write changes in the journal, if it is one of these.
pub(super) fn change(owner: &Owner, write: &Write) -> Option<(Name, Option<Value>)> {
    let (kind, id, value) = match write {
        Write::Mark(request, mark) => (MARK, &request.0, value(mark)),
        Write::ForgetMark(request) => (MARK, &request.0, None),
        Write::Draft(request, of, text) => (
            of.kind(),
            &request.0,
            value(text).filter(|_| !text.is_empty()),
        ),
        Write::Note(note) => (NOTE, &note.id.0, value(note)),
        Write::ForgetNote(note) => (NOTE, &note.0, None),
        _ => return None,
    };
    Some((name(owner, kind, id), value))
}

pub(super) fn note_name(owner: &Owner, note: &NoteId) -> Name {
    name(owner, NOTE, &note.0)
}

fn name(owner: &Owner, kind: &str, id: &str) -> Name {
    (owner.0.clone(), kind.to_owned(), id.to_owned())
}

fn value(of: &impl Serialize) -> Option<Value> {
    // Types of this crate that serialize into memory cannot fail.
    serde_json::to_value(of).ok()
}

/// Everybody's own. What this version does not understand stays in the journal.
pub(super) fn read<'a>(
    entries: impl Iterator<Item = (&'a str, &'a str, &'a str, &'a str)>,
) -> HashMap<Owner, Own> {
    fn as_type<T: DeserializeOwned>(value: &str) -> Option<T> {
        serde_json::from_str(value).ok()
    }
    let mut all: HashMap<Owner, Own> = HashMap::new();
    for (owner, kind, id, value) in entries {
        let own = all.entry(Owner(owner.to_owned())).or_default();
        let request = RequestId(id.to_owned());
        match kind {
            MARK => own.marks.extend(as_type(value).map(|mark| (request, mark))),
            DRAFT => own
                .drafts
                .extend(as_type(value).map(|text| ((request, DraftOf::Note), text))),
            MESSAGE => own
                .drafts
                .extend(as_type(value).map(|text| ((request, DraftOf::Message), text))),
            NOTE => own
                .notes
                .extend(as_type(value).map(|note: Note| ((note.at, note.id.clone()), note))),
            _ => {}
        }
    }
    all
}
