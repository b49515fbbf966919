//! Reads what comes back: is it a report about a mail, and what does it say of whom?
//!
//! Everything here is a stranger's bytes. Whatever they are, reading them ends soon, and
//! nothing they say is believed before the mail they are about is known ([`crate::mail`]).

mod code;
mod feedback;
mod fields;
mod found;
mod head;
mod html;
mod mime;
mod original;
mod parts;
mod phrases;
mod place;
mod prose;
mod sender;
mod status;
mod verdict;
mod weigh;

pub use original::Original;
pub(super) use phrases::phrases;

use super::cause::{self, MailCause};

/// The longest message that is read; of a longer one, its beginning.
pub const LONGEST: usize = 1024 * 1024;
/// The longest words that are kept.
const LONGEST_WORDS: usize = 2_000;

/// Where mail servers write to whom they deliver.
const SENT_TO: [&str; 6] = [
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "to",
];
/// Such fields that are read.
const MOST: usize = 20;

/// What became of a mail, for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will not arrive.
    Bounced,
    /// It has not arrived yet.
    Delayed,
    /// It arrived, or went on to where no reports come from.
    Delivered,
    /// It was marked as junk.
    Complaint,
}

/// What a report says of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// What became of the mail.
    pub fate: Fate,
    /// To whom it was sent, as the report spells it.
    pub address: Option<String>,
    /// Other addresses of the same recipient: where it was passed on to.
    pub also: Vec<String>,
    /// The enhanced code (RFC 3463).
    pub status: Option<String>,
    /// The reply code.
    pub reply: Option<u16>,
    /// The remote server's own words: a stranger's text (RULES A5).
    pub words: String,
    /// The remote server.
    pub remote: Option<String>,
    /// Whoever tells it says that it may pass, whatever the codes are.
    pub soft: bool,
}

/// What a message is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One a recipient; nobody, where this is no report.
    pub recipients: Vec<Recipient>,
    /// The mail it is about.
    pub original: Original,
    /// To whom it was sent, as its header says.
    pub sent_to: Vec<String>,
}

impl Recipient {
    const fn new(fate: Fate, address: Option<String>) -> Self {
        Self {
            fate,
            address,
            also: Vec::new(),
            status: None,
            reply: None,
            words: String::new(),
            remote: None,
            soft: false,
        }
    }

    /// What somebody tells of a recipient in words that a server said.
    #[must_use]
    pub fn told_by_words(fate: Fate, address: String, words: &str) -> Self {
        let words = fields::typed(words);
        let mut recipient = Self::new(fate, Some(address));
        recipient.learn(words);
        recipient
    }

    /// Whether this is the recipient of this address.
    #[must_use]
    pub fn is(&self, address: &str) -> bool {
        let known = self.address.iter().chain(&self.also);
        known
            .into_iter()
            .any(|known| known.eq_ignore_ascii_case(address))
    }

    /// Whether it is over: a code says so, or there is none and the mail came back.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        let class = self.status.as_deref().and_then(|code| code.bytes().next());
        match self.fate {
            Fate::Bounced if self.soft => false,
            Fate::Bounced => match (class, self.reply) {
                (Some(class), _) => class != b'4',
                (None, Some(reply)) => reply >= 500,
                (None, None) => true,
            },
            Fate::Complaint => true,
            Fate::Delayed | Fate::Delivered => false,
        }
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> MailCause {
        if self.fate == Fate::Complaint {
            return MailCause::Complaint;
        }
        cause::of(self.status.as_deref(), self.reply, &self.words)
    }

    /// Whether anything is known of why.
    fn told(&self) -> bool {
        self.status.is_some() || self.reply.is_some() || self.cause() != MailCause::CannotTell
    }

    /// Takes codes and words from a text, where there are none yet.
    fn learn(&mut self, text: &str) {
        let told = self.told();
        let (status, reply) = (found::enhanced(text), code::reply(text));
        let says = cause::of(None, None, text) != MailCause::CannotTell;
        if self.words.is_empty() || !told && (status.is_some() || reply.is_some() || says) {
            self.words = text.chars().take(LONGEST_WORDS).collect();
        }
        self.status = self.status.take().or(status);
        self.reply = self.reply.or(reply);
    }
}

/// Reads a message.
#[must_use]
pub fn read(bytes: &[u8]) -> Report {
    let message = mime::read(&bytes[..bytes.len().min(LONGEST)]);
    let mut report = verdict::of(&message);
    report.sent_to = SENT_TO
        .iter()
        .flat_map(|name| message.head.all(name))
        .take(MOST)
        .collect();
    for recipient in &mut report.recipients {
        recipient
            .words
            .truncate(recipient.words.floor_char_boundary(LONGEST_WORDS));
    }
    report
}
