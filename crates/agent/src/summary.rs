//! What is kept in memory of every request in the cache: its line in the list, and what
//! it is found by. The whole document may lie on the disk alone.

use std::sync::Arc;

use latchkey_protocol::{
    Action, Assigned, Cause, ClientSession, Confidence, Diagnosis, Facts, Happening, HelpRequest,
    RaisedBy, RequestState, Solved, StaffId, TimelineEntry, UnixMillis,
};
use latchkey_view::{Query, Repeats};
use memchr::memmem::{self, Finder};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// So many letters around the first place where a word stands.
const AROUND: usize = 60;

/// What an old request waits for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The client has written.
    Wrote(UnixMillis),
    /// Staff said that this is not their client.
    Frozen(UnixMillis),
}

/// A request in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Name on file, if matched.
    pub name: Option<Box<str>>,
    /// What was typed, if not.
    pub typed: Box<str>,
    /// It belongs to a client on file.
    pub matched: bool,
    /// Who has it.
    pub assigned: Option<Box<Assigned>>,
    /// Who gave it away last, where anybody did; empty where that was the service.
    pub given_by: Option<Box<str>>,
    /// Whose desktops ring for it, while nobody has opened it; everybody's, where the service
    /// does not say.
    pub rings: Option<Arc<[StaffId]>>,
    /// It has waited for too long.
    pub escalated: bool,
    /// How often they asked for help.
    asks: u32,
    /// When they did last.
    asked_at: UnixMillis,
    /// It waits for the practice, whatever its state.
    pub waits: Option<Waits>,
    /// When the client's next session is, or the one that runs.
    pub session: Option<Box<ClientSession>>,
    /// When they asked.
    pub at: UnixMillis,
    /// When the client last did something.
    pub tried_at: UnixMillis,
    /// Where it stands.
    pub state: RequestState,
    /// Who opened it first.
    pub seen_by: Option<Box<str>>,
    /// When that was.
    pub seen_at: Option<UnixMillis>,
    /// How it ended.
    pub solved: Option<Box<Solved>>,
    /// What kept the client out, also where they are in by now.
    pub kept_out: Cause,
    cause: Cause,
    confidence: Confidence,
    /// What is recommended.
    pub action: Action,
    /// As JSON, where there are any: most of a struct of them would be empty.
    facts: Option<Box<str>>,
    has_pin: bool,
    /// What words are looked for in, made plain: who it is, then what was written.
    text: Box<str>,
    /// Where in it who it is ends.
    who_ends: u32,
}

impl Summary {
    /// Of a whole document.
    #[must_use]
    pub fn of(request: &HelpRequest) -> Self {
        let mut text = String::new();
        for part in [request.who.name.as_deref(), Some(&request.who.typed)] {
            add(&mut text, part);
        }
        let who_ends = text.len();
        for part in written(request).chain([
            request.who.clinician.as_deref(),
            Some(&request.match_words[0]),
            Some(&request.match_words[1]),
        ]) {
            add(&mut text, part);
        }
        let (asks, asked_at) = asked(request);
        let matched = request.who.name.is_some();
        Self {
            name: request.who.name.as_deref().map(Into::into),
            typed: if matched {
                Box::default()
            } else {
                request.who.typed.as_str().into()
            },
            matched: request.who.client.is_some(),
            assigned: request.assigned.clone().map(Box::new),
            given_by: given_by(request),
            rings: request.rings.as_deref().map(Arc::from),
            escalated: request.escalated_at.is_some(),
            asks,
            asked_at,
            waits: request.waits_since.map(|since| match request.frozen {
                Some(_) => Waits::Frozen(since),
                None => Waits::Wrote(since),
            }),
            session: request.session.map(Box::new),
            at: request.created_at,
            tried_at: tried_at(request),
            state: request.state,
            seen_by: request.seen.as_ref().map(|seen| seen.by.as_str().into()),
            seen_at: request.seen.as_ref().map(|seen| seen.at),
            solved: request.solved.clone().map(Box::new),
            kept_out: request.cause_before.unwrap_or(request.diagnosis.cause),
            cause: request.diagnosis.cause,
            confidence: request.diagnosis.confidence,
            action: request.diagnosis.action,
            facts: packed(&request.diagnosis.facts),
            has_pin: request.pin.is_some(),
            text: text.into(),
            // A document is far smaller than that.
            who_ends: u32::try_from(who_ends).unwrap_or(u32::MAX),
        }
    }

    /// Not ended, or waiting again.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, RequestState::Solved) || self.waits.is_some()
    }

    /// They asked again, in the browser that waits.
    #[must_use]
    pub fn repeats(&self) -> Option<Repeats> {
        (self.asks > 1).then_some(Repeats {
            asks: self.asks,
            last: self.asked_at,
        })
    }

    /// Since when it waits again for the practice.
    #[must_use]
    pub const fn waits_since(&self) -> Option<UnixMillis> {
        match self.waits {
            Some(Waits::Wrote(since) | Waits::Frozen(since)) => Some(since),
            None => None,
        }
    }

    /// Nobody at the practice has opened it.
    #[must_use]
    pub const fn is_unanswered(&self) -> bool {
        matches!(self.state, RequestState::New) && self.seen_by.is_none()
    }

    /// The cause, without the evidence for it.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let facts = self.facts.as_deref();
        Diagnosis {
            cause: self.cause,
            confidence: self.confidence,
            action: self.action,
            facts: facts
                .and_then(|facts| serde_json::from_str(facts).ok())
                .unwrap_or_default(),
            evidence: Vec::new(),
        }
    }

    /// The mail address that was typed, in small letters; nothing where it was none.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let who = self.text.get(..self.who_ends as usize)?;
        who.lines().next_back().filter(|typed| typed.contains('@'))
    }

    /// When it ended, or was asked where that is not known.
    #[must_use]
    pub fn ended_at(&self) -> UnixMillis {
        self.solved.as_ref().map_or(self.at, |solved| solved.at)
    }
}

/// How often help was asked for, and when last.
fn asked(request: &HelpRequest) -> (u32, UnixMillis) {
    let asks = request.timeline.iter();
    asks.filter(|entry| entry.what == Happening::AskedForHelp)
        .fold((0, request.created_at), |(asks, last), entry| {
            (asks + 1, last.max(entry.at))
        })
}

/// The message, what was written since, and the notes.
fn written(request: &HelpRequest) -> impl Iterator<Item = Option<&str>> {
    let notes = request.timeline.iter().map(|entry| match &entry.what {
        Happening::NoteAdded { text, .. }
        | Happening::MessageSent { text, .. }
        | Happening::ClientWrote { text } => text.as_deref(),
        _ => None,
    });
    std::iter::once(request.message.as_deref()).chain(notes)
}

fn given_by(request: &HelpRequest) -> Option<Box<str>> {
    let mut events = request.timeline.iter().rev();
    events.find_map(|entry| match &entry.what {
        Happening::Assigned { by, .. } => Some(by.as_deref().unwrap_or_default().into()),
        _ => None,
    })
}

/// When the client, or whoever has their mail, last did something.
fn tried_at(request: &HelpRequest) -> UnixMillis {
    let tried = request.timeline.iter().rev().find(|entry| is_a_try(entry));
    let asked = if request.raised_by == RaisedBy::Service {
        UnixMillis::FIRST
    } else {
        request.created_at
    };
    tried.map_or(asked, |entry| entry.at.max(asked))
}

const fn is_a_try(entry: &TimelineEntry) -> bool {
    matches!(
        entry.what,
        Happening::AskedForLink
            | Happening::AskHeldBack
            | Happening::AskedForHelp
            | Happening::LinkRefused { .. }
            | Happening::LinkDamaged
            | Happening::NameTyped { .. }
            | Happening::PinWrong { .. }
            | Happening::PinInOtherBrowser
            | Happening::CookiesBlocked { .. }
    )
}

/// A line of what stands in a row does without the server's own words.
fn packed(facts: &Facts) -> Option<Box<str>> {
    let mut facts = facts.clone();
    facts.reply = None;
    if facts == Facts::default() {
        return None;
    }
    serde_json::to_string(&facts).ok().map(Into::into)
}

fn add(text: &mut String, part: Option<&str>) {
    if let Some(part) = part {
        plain_into(text, part);
        text.push('\n');
    }
}

/// Without accents and capitals: as somebody types who is in a hurry.
fn plain_into(text: &mut String, part: &str) {
    if part.is_ascii() {
        text.extend(part.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        text.extend(
            part.nfd()
                .filter(|c| !is_combining_mark(*c))
                .flat_map(char::to_lowercase),
        );
    }
}

fn plain(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    plain_into(&mut text, part);
    text
}

/// A query, made ready to be held against many.
pub struct Search {
    query: Query,
    words: Vec<(Finder<'static>, Vec<Cause>)>,
    from: Vec<Finder<'static>>,
}

impl Search {
    /// For what was typed.
    #[must_use]
    pub fn new(query: Query) -> Self {
        let finder = |word: &str| Finder::new(&plain(word)).into_owned();
        Self {
            words: query
                .words
                .iter()
                .map(|term| (finder(&term.text), term.causes.clone()))
                .collect(),
            from: query.from.iter().map(|word| finder(word)).collect(),
            query,
        }
    }

    /// What was typed.
    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Whether it is one of those that are looked for; `unread` by this person.
    #[must_use]
    pub fn finds(&self, one: &Summary, unread: bool) -> bool {
        let query = &self.query;
        let who = &one.text.as_bytes()[..one.who_ends as usize];
        query.since.is_none_or(|since| one.at >= since)
            && query.before.is_none_or(|before| one.at < before)
            && (!query.unread || unread)
            && (!query.has_pin || one.has_pin)
            && (query.states.is_empty() || query.states.contains(&one.state))
            && (query.causes.is_empty() || query.causes.contains(&one.cause))
            && self.from.iter().all(|word| word.find(who).is_some())
            && self.words.iter().all(|(word, causes)| {
                word.find(one.text.as_bytes()).is_some()
                    || (one.is_open() && causes.contains(&one.cause))
            })
    }

    /// The surroundings of the first word that stands neither in who it is nor in the
    /// cause: from the document where it is at hand, with its capitals.
    #[must_use]
    pub fn found(&self, one: &Summary, document: Option<&HelpRequest>) -> Option<String> {
        let (who, rest) = one.text.split_at(one.who_ends as usize);
        let (word, _) = self.words.iter().find(|(word, causes)| {
            word.find(who.as_bytes()).is_none() && !(one.is_open() && causes.contains(&one.cause))
        })?;
        let whole = document.and_then(|document| {
            written(document)
                .flatten()
                .find(|part| word.find(plain(part).as_bytes()).is_some())
        });
        match whole {
            // Where it stands in plain letters is near enough to where it stands.
            Some(part) => memmem::find(plain(part).as_bytes(), word.needle())
                .map(|at| around(part, at.min(part.len()), word.needle().len())),
            None => rest
                .lines()
                .find_map(|part| word.find(part.as_bytes()).map(|at| (part, at)))
                .map(|(part, at)| around(part, at, word.needle().len())),
        }
    }
}

/// A line of text around a place, cut at words.
fn around(text: &str, at: usize, length: usize) -> String {
    let from = text.floor_char_boundary(at.saturating_sub(AROUND / 2));
    let to = text.ceil_char_boundary((at + length + AROUND).min(text.len()));
    let from = match text[..from].rfind(char::is_whitespace) {
        _ if from == 0 => 0,
        Some(space) if from - space < AROUND / 2 => space + 1,
        _ => from,
    };
    let to = match text[to..].find(char::is_whitespace) {
        _ if to == text.len() => to,
        Some(space) if space < AROUND / 2 => to + space,
        _ => to,
    };
    let mut line: String = text[from..to]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if from > 0 {
        line.insert(0, '…');
    }
    if to < text.len() {
        line.push('…');
    }
    line
}
