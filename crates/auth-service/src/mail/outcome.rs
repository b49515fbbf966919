//! What a mail server said, and what that means.

use latchkey_protocol::{DialogueLine, ServerReply};

use crate::pages::fields::line;

/// The longest words of a server that are kept.
const LONGEST: usize = 300;

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Taken.
    Accepted(ServerReply),
    /// To be tried again.
    Deferred(ServerReply),
    /// Refused for good.
    Refused(ServerReply),
}

/// A try, and what was said in it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// How it ended.
    pub outcome: Outcome,
    /// The server spoke of the recipient, or of the mail to them: not of us.
    pub of_recipient: bool,
    /// What was said; nothing, where there was no mail server.
    pub dialogue: Vec<DialogueLine>,
}

impl From<Outcome> for Tried {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            of_recipient: false,
            dialogue: Vec::new(),
        }
    }
}

/// A server's reply: its code, its enhanced code (RFC 3463), its own words. They
/// are a stranger's text: controls stripped, cut short (RULES A5).
#[must_use]
pub fn reply(code: u16, words: &str) -> ServerReply {
    let words = line(words);
    let (enhanced, words) = match words.split_once(' ') {
        Some((first, rest)) if is_enhanced(first) => (Some(first.to_owned()), rest.to_owned()),
        None if is_enhanced(&words) => (Some(words.clone()), String::new()),
        _ => (None, words),
    };
    ServerReply {
        code,
        enhanced,
        words: words.chars().take(LONGEST).collect(),
    }
}

/// `5.2.2`: a class, and two numbers of at most three digits.
fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enhanced_code_is_taken_from_the_words() {
        let full = reply(552, "5.2.2 The recipient's inbox is out of storage space");
        assert_eq!(full.enhanced.as_deref(), Some("5.2.2"));
        assert_eq!(full.words, "The recipient's inbox is out of storage space");
        assert_eq!(reply(250, "Ok: queued as 4F1B2").enhanced, None);
        assert_eq!(reply(550, "1.2.3.4 is blocked").enhanced, None);
        assert_eq!(reply(550, "5.1.1").enhanced.as_deref(), Some("5.1.1"));
    }

    // RULES A5
    #[test]
    fn a_servers_words_are_cut_and_stripped() {
        let long = reply(
            550,
            &format!("5.7.1 a\u{1b}[31m\u{202e}\r\n{}", "x".repeat(1_000)),
        );
        assert_eq!(long.words.chars().count(), LONGEST);
        assert!(!long.words.contains(['\u{1b}', '\u{202e}', '\n']));
    }
}
