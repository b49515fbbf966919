//! Lies over a text that staff may read without being told whose mailbox it is about:
//! nothing that stands before an @ is left, nor the name of the mail.

use crate::pages::fields::line;

/// The longest line that is kept, in bytes: a server's line has 512 (RFC 5321).
const LONGEST: usize = 400;
/// A shorter local part is a word like any other.
const LEAST_LOCAL: usize = 3;
/// In the place of what is hidden.
const HIDDEN: &str = "…";

/// What must not be read, whatever text it stands in.
#[derive(Debug)]
pub struct Veil {
    /// In lower case.
    words: Vec<String>,
}

impl Veil {
    /// Over a mail's tag, and its recipient's local part.
    #[must_use]
    pub fn over(tag: &str, to: &str) -> Self {
        let local = to.rsplit_once('@').map_or("", |(local, _)| local);
        let words = [(tag, 1), (local, LEAST_LOCAL)];
        Self {
            words: words
                .into_iter()
                .filter(|(word, least)| word.len() >= *least)
                .map(|(word, _)| word.to_ascii_lowercase())
                .collect(),
        }
    }

    /// One line, cleaned and cut.
    #[must_use]
    pub fn over_text(&self, text: &str) -> String {
        let mut text = without_locals(&line(text));
        for word in &self.words {
            text = without(&text, word);
        }
        text.truncate(text.floor_char_boundary(LONGEST));
        text
    }
}

/// Hides what stands before each @, also where it is written as in an address of the web.
fn without_locals(text: &str) -> String {
    let mut open = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = next_at(rest) {
        let (before, after) = rest.split_at(at);
        let keep = start_of_local(before);
        open.push_str(&before[..keep]);
        if keep < before.len() {
            open.push_str(HIDDEN);
        }
        let mark = if after.starts_with('@') { 1 } else { 3 };
        open.push_str(&after[..mark]);
        rest = &after[mark..];
    }
    open.push_str(rest);
    open
}

fn next_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| bytes[*at] == b'@' || bytes[*at..].starts_with(b"%40"))
}

/// Where the word begins that ends here; a quoted one with its quotes.
fn start_of_local(before: &str) -> usize {
    if let Some(quoted) = before.strip_suffix('"') {
        return quoted.rfind('"').unwrap_or(0);
    }
    let ends_word = |c: char| c.is_whitespace() || "<>()[]\"',;:/?&".contains(c);
    before
        .char_indices()
        .rev()
        .find(|(_, c)| ends_word(*c))
        .map_or(0, |(at, c)| at + c.len_utf8())
}

/// Hides a word wherever it stands by itself.
fn without(text: &str, word: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut open = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(word) {
        let end = at + found.len();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if inside(lower[..at].chars().next_back()) || inside(lower[end..].chars().next()) {
            continue;
        }
        open.push_str(&text[from..at]);
        open.push_str(HIDDEN);
        from = end;
    }
    open.push_str(&text[from..]);
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES S8, A5
    #[test]
    fn no_local_part_and_no_tag_is_left_and_what_explains_stays() {
        let tag = "abcdefghijklmnopqrstuvwxyz234567abcdefghij";
        let veil = Veil::over(tag, "ada.okafor@example.org");
        for (said, kept) in [
            (
                "MAIL FROM:<bounces+abcdefghijklmnopqrstuvwxyz234567abcdefghij@juniper.example> RET=HDRS ENVID=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJ",
                "MAIL FROM:<…@juniper.example> RET=HDRS ENVID=…",
            ),
            (
                "RCPT TO:<ada.okafor@example.org> NOTIFY=FAILURE ORCPT=rfc822;ada.okafor@example.org",
                "RCPT TO:<…@example.org> NOTIFY=FAILURE ORCPT=rfc822;…@example.org",
            ),
            (
                "550 5.1.1 <ADA.Okafor@Example.org>: user Ada.Okafor unknown, see https://mx.example/?who=ada.okafor%40example.org",
                "550 5.1.1 <…@Example.org>: user … unknown, see https://mx.example/?…%40example.org",
            ),
            (
                "550 \"ada okafor\"@example.org, prvs=1234=ada@example.org, a@b@c",
                "550 …@example.org, …@example.org, …@…@c",
            ),
            (
                "250 2.0.0 Ok: queued as 4F1B2",
                "250 2.0.0 Ok: queued as 4F1B2",
            ),
            ("@ @x x@", "@ @x …@"),
            ("550 ад@пример.example нет", "550 …@пример.example нет"),
        ] {
            assert_eq!(veil.over_text(said), kept);
        }
    }

    // RULES A5
    #[test]
    fn a_line_is_one_line_and_not_long() {
        let veil = Veil::over("", "");
        let odd = veil.over_text(&format!("a\u{1b}[31m\u{202e}\r\n{}", "x".repeat(10_000)));
        assert_eq!(odd.len(), LONGEST);
        assert!(!odd.contains(['\u{1b}', '\u{202e}', '\n']));
        let wide = veil.over_text(&"\u{1f5dd}".repeat(10_000));
        assert_eq!(wide.len(), LONGEST, "{}", wide.len());
    }
}
