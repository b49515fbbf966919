//! What mail systems say, by what it means: the tables of `phrases.txt`, and how a text is
//! held against them.

use std::sync::LazyLock;

/// Phrases that mean the same.
pub type Phrases = LazyLock<Vec<String>>;

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $section:literal,)*) => {
        $($(#[$doc])* pub static $name: Phrases = LazyLock::new(|| section($section));)*

        #[cfg(test)]
        const ALL: &[&Phrases] = &[$(&$name,)*];
    };
}

tables! {
    /// A mail did not arrive.
    FAILED = "failed",
    /// A mail has not arrived yet, and may still.
    WAITS = "waits",
    /// It is over, whatever else the text says of trying.
    GIVEN_UP = "given-up",
    /// What stands in the subject of a report.
    SUBJECTS = "subjects",
    /// Somebody, or something in their place, answered.
    ANSWERS = "answers",
    /// A person is to do something before the mail arrives: no report.
    CHALLENGES = "challenges",
    /// A person begins so.
    GREETINGS = "greetings",
    /// A person speaks of themselves.
    PERSONAL = "personal",
    /// Local parts under which only mail systems write.
    DAEMONS = "daemons",
    /// And their names.
    DAEMON_NAMES = "daemon names",
    /// Local parts under which mail systems write, and people, too.
    OFFICES = "offices",
    /// And their names.
    OFFICE_NAMES = "office names",
    /// How the subject of an answer begins, or of what is passed on.
    REPLIES = "replies",
    /// After such a line comes the original.
    SEPARATORS = "separators",
    /// Right before the address of somebody who got no mail.
    LABELS = "labels",
    /// Right before the address of somebody else.
    OTHERS = "others",
    /// Somewhere before it.
    LEADS_ELSEWHERE = "leads elsewhere",
    /// Before a reply code.
    LEADS_TO_CODE = "leads to a code",
}

fn section(name: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in include_str!("phrases.txt").lines() {
        match line.strip_prefix("= ") {
            Some(heading) => inside = heading.split(':').next() == Some(name),
            None if inside => found.extend(phrases(line)),
            None => {}
        }
    }
    found
}

/// The phrases of one line.
pub(in crate::mail) fn phrases(line: &str) -> impl Iterator<Item = String> + '_ {
    let words = if line.starts_with('#') { "" } else { line };
    words
        .split(" | ")
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
        .map(|phrase| {
            let spaced = |end: bool| if end { " " } else { "" };
            let (before, after) = (
                spaced(phrase.starts_with('_')),
                spaced(phrase.ends_with('_')),
            );
            format!("{before}{}{after}", phrase.trim_matches('_'))
        })
}

/// A text as phrases are looked for in it: lower case, one space between words, plain
/// apostrophes, and without the lines that somebody quotes.
pub fn flat(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_start();
        // `> address` is how some list whom they could not reach: only words are quotes.
        if line.starts_with('>') && line.split_whitespace().count() > 3 {
            continue;
        }
        for word in line.split_whitespace() {
            for c in word.chars() {
                match c {
                    '\u{2018}' | '\u{2019}' | '\u{b4}' | '`' => flat.push('\''),
                    '\u{ad}' | '\u{200b}' => {}
                    _ => flat.extend(c.to_lowercase()),
                }
            }
            flat.push(' ');
        }
    }
    flat
}

/// Whether one of these stands in the text.
pub fn says(flat: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| flat.contains(phrase))
}

/// Whether a text is one of these, and nothing else.
pub fn is(text: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| phrase == text)
}

/// Whether a text says that a mail did not arrive.
pub fn fails(flat: &str) -> bool {
    says(flat, &FAILED) || NOT.iter().any(|not| is_followed(flat, not))
}

const NOT: [&str; 21] = [
    "could not be ",
    "couldn't be ",
    "cannot be ",
    "can not be ",
    "can't be ",
    "was not ",
    "were not ",
    "wasn't ",
    "weren't ",
    "has not been ",
    "have not been ",
    "hasn't been ",
    "not able to be ",
    "is not ",
    "unable to be ",
    "will not be ",
    "won't be ",
    "message not ",
    "mail not ",
    "email not ",
    "e-mail not ",
];
const DONE: [&str; 7] = [
    "delivered",
    "sent",
    "relayed",
    "transmitted",
    "reached",
    "deliverable",
    "forwarded",
];

/// "could not" and, at most three words further, "delivered".
fn is_followed(flat: &str, not: &str) -> bool {
    flat.match_indices(not).any(|(at, _)| {
        flat[at + not.len()..]
            .split(' ')
            .take(4)
            .any(|word| DONE.contains(&word.trim_matches(|c: char| !c.is_alphanumeric())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_phrases_as_texts_have_them() {
        for table in ALL {
            assert!(table.len() >= 5, "{:?}", table.first());
            for phrase in table.iter() {
                assert_eq!(flat(phrase).trim(), phrase.trim(), "{phrase}");
            }
        }
    }

    #[test]
    fn a_text_is_flat_without_what_somebody_quotes() {
        let text = "Your  message\r\n\u{2018}hello\u{2019}\r\n> I could not be reached today\n> ada@example.org\n";
        assert_eq!(flat(text), "your message 'hello' > ada@example.org ");
        assert!(fails("the mail could not be reached or delivered. "));
        assert!(!fails(
            "the mail could not be nicer, and so it was delivered "
        ));
    }
}
