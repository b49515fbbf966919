//! The mail that a report is about: what came back of it, and where it begins in a text.

use super::found;
use super::head::Head;
use super::phrases::SEPARATORS;

/// Lines that are looked at for its header.
const MOST_LINES: usize = 400;

/// What is known of the mail a report is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// The id it had on the envelope (RFC 3461).
    pub envelope_id: Option<String>,
    /// The envelope sender it had.
    pub return_path: Option<String>,
    /// To whom it says it goes, where that is one person and no list.
    pub to: Option<String>,
}

impl Original {
    /// Reads its header.
    pub(super) fn of(head: &Head) -> Self {
        let list = head.has("list-id")
            || head.has("x-beenthere")
            || head
                .get("precedence")
                .is_some_and(|word| word.trim().eq_ignore_ascii_case("list"));
        Self {
            message_id: head.get("message-id").and_then(|id| bare(&id)),
            envelope_id: None,
            return_path: head.get("return-path").and_then(|path| bare(&path)),
            to: head.get("to").filter(|_| !list).and_then(|to| alone(&to)),
        }
    }

    /// Keeps what is known, and takes what is not.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            message_id: self.message_id.or(other.message_id),
            envelope_id: self.envelope_id.or(other.envelope_id),
            return_path: self.return_path.or(other.return_path),
            to: self.to.or(other.to),
        }
    }

    /// Of a text that is nothing but its header, or a part of it.
    pub(super) fn written(text: &str) -> Self {
        Self::of(&Head::read(text.trim_start().as_bytes()).0)
    }

    /// Where its header stands in words, or a part of it.
    pub(super) fn quoted(text: &str) -> Self {
        let mut about = Self::default();
        for line in text.lines().take(MOST_LINES) {
            let line = line.trim_start_matches([' ', '\t', '*', '>']);
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            match name.trim_end().to_ascii_lowercase().as_str() {
                "message-id" if about.message_id.is_none() => about.message_id = bare(value),
                "return-path" if about.return_path.is_none() => about.return_path = bare(value),
                "to" if about.to.is_none() => about.to = alone(value),
                "list-id" => about.to = None,
                _ => {}
            }
        }
        about
    }
}

/// The address, where it is the only one.
fn alone(text: &str) -> Option<String> {
    let mut all = found::all(text);
    all.pop().filter(|_| all.is_empty())
}

fn bare(id: &str) -> Option<String> {
    let id = id.trim().trim_matches(['<', '>']).trim();
    (!id.is_empty() && id.len() <= 400).then(|| id.to_owned())
}

/// Fields that stand in every header on its way, and in no person's sentence.
const FIELDS: [&str; 7] = [
    "received",
    "message-id",
    "mime-version",
    "return-path",
    "x-mailer",
    "dkim-signature",
    "content-type",
];
/// "The original message was received at …" goes before the reason, not before the original.
const TELLS: [&str; 6] = [
    "was received",
    "could not",
    "not delivered",
    "was not",
    "was sent",
    "has been",
];

/// Where in a text the original begins, if it does: after words that say so, or with its
/// header.
pub fn begins(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut header = Header::default();
    for line in text.split_inclusive('\n') {
        if at > 0 && separates(line) {
            return Some(at);
        }
        if let Some(start) = header.take(line, at) {
            return Some(start);
        }
        at += line.len();
    }
    None
}

fn separates(line: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_matches(|c: char| "-=*_#<>[]() \t".contains(c));
    let flat = bare.to_lowercase();
    let said = SEPARATORS.iter().any(|words| {
        flat.starts_with(words)
            // A heading, not a sentence that goes on.
            && (flat.len() <= words.len() + 40 || bare.ends_with([':', '.']))
    });
    let dashed = line.starts_with("--") && flat.contains("message") && flat.contains("original");
    (said || dashed) && !TELLS.iter().any(|words| flat.contains(words))
}

/// Three fields in a row, one of them no person would write.
#[derive(Default)]
struct Header {
    start: usize,
    count: usize,
    sure: bool,
}

impl Header {
    fn take(&mut self, line: &str, at: usize) -> Option<usize> {
        let name = line.split(':').next().unwrap_or_default();
        let named = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if named && line.contains(':') {
            if self.count == 0 {
                self.start = at;
            }
            self.count += 1;
            self.sure |= FIELDS.contains(&name.to_ascii_lowercase().as_str());
        } else if !line.starts_with([' ', '\t']) {
            *self = Self::default();
        }
        (self.count >= 3 && self.sure && self.start > 0).then_some(self.start)
    }
}
