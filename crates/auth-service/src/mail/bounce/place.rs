//! What the place of an address in a line says: is it one that was not reached?

use std::ops::Range;

use super::phrases::{LABELS, LEADS_ELSEWHERE, OTHERS, fails, flat, is, says};
use super::{code, found};
use crate::mail::cause;

/// How sure it is that an address is one that was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// It is there.
    Somewhere,
    /// Beside a reason.
    InReason,
    /// Where systems list them.
    Listed,
}

/// Before an address, what can stand there without saying anything.
const DECORATION: &[char] = &[
    ' ', '\t', '>', '*', '-', '<', '[', '(', '"', '\'', '\u{2022}', '\u{b7}', '|', '.', '#', '=',
    ':',
];
/// Between a label and its address.
const OPENING: &[char] = &[
    ' ', '\t', '<', '[', '(', '"', '\'', ':', '=', '{', ';', ',', '>',
];

/// Judges an address by its line, and by the line above. `None`: it is somebody else's.
pub fn sureness(above: &str, line: &str, range: &Range<usize>) -> Option<Sure> {
    if is_success(line) {
        return None;
    }
    let lead = line[..range.start].trim_start_matches(DECORATION);
    let before = lead.trim_end_matches(OPENING).to_lowercase();
    if is_elsewhere(&before) {
        return None;
    }
    if is_listed(&before, &line[range.end..]) && !goes_on(above, line, range) {
        return Some(Sure::Listed);
    }
    let flat = flat(line);
    let reason = fails(&flat)
        || found::enhanced(line).is_some()
        || code::reply(line).is_some()
        || cause::by_words(&flat).is_some()
        || before.ends_with("addressed to");
    Some(if reason {
        Sure::InReason
    } else {
        Sure::Somewhere
    })
}

/// `(expanded from <ada@example.org>)`: what was mailed, beside what became of it.
pub fn is_derived(line: &str, range: &Range<usize>) -> bool {
    let before = line[..range.start].to_lowercase();
    [
        "expanded from",
        "generated from",
        "ultimately generated",
        "derived from",
    ]
    .iter()
    .any(|words| before.contains(words))
}

/// What a server says when all is well.
fn is_success(line: &str) -> bool {
    let code = line.trim_start_matches([' ', '\t', '<', '>', '-', '.']);
    matches!(code.as_bytes(), [b'2' | b'3', b'0'..=b'5', b'0'..=b'9', rest @ ..] if !rest.starts_with(b"."))
        && !flat(line).contains("not")
}

fn is_elsewhere(before: &str) -> bool {
    let last = before.rsplit([' ', '\t']).next().unwrap_or_default();
    !before.is_empty()
        && !before.contains("rcpt to")
        && (is(last, &OTHERS) || is(before, &OTHERS) || says(before, &LEADS_ELSEWHERE))
}

fn is_listed(before: &str, after: &str) -> bool {
    // A sentence has these, too.
    if matches!(before, "to" | "for" | "an") {
        return false;
    }
    let label = before
        .rsplit([':', '(', '<', '"', '[', ';'])
        .next()
        .unwrap_or_default()
        .trim();
    let labelled =
        label.len() < before.len() && is(label, &LABELS) && !matches!(label, "to" | "for");
    before.is_empty()
        || is(before, &LABELS)
        || labelled
        || before.ends_with("smtp")
        || before.ends_with("rcpt to")
        || is_named(before, after)
}

/// `Ada Okafor (ada@example.org)`, alone on its line: that is how Exchange lists.
fn is_named(before: &str, after: &str) -> bool {
    let ends = after
        .trim_matches(|c: char| " \t>)]\"':;,.\r".contains(c))
        .is_empty();
    let name = |c: char| c.is_alphabetic() || " .'-\",@\t".contains(c);
    ends && after.trim_start().starts_with(['>', ')', ']'])
        && before.split_whitespace().count() <= 4
        && before.chars().all(name)
        && !fails(&flat(before))
}

/// The middle of a sentence, which happens to begin a line with an address.
fn goes_on(above: &str, line: &str, range: &Range<usize>) -> bool {
    let open = above
        .trim_end()
        .ends_with(|c: char| c == ',' || c.is_lowercase());
    let after = line[range.end..].trim_start_matches([' ', '>', '"']);
    line[..range.start].trim().is_empty() && open && after.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_address_says_whose_it_is() {
        let judged = |above: &str, line: &str| {
            let range = found::addresses(line).remove(0);
            sureness(above, line, &range)
        };
        for (line, sure) in [
            ("<ada@example.org>: host mx said: 550", Some(Sure::Listed)),
            ("   * ada@example.org", Some(Sure::Listed)),
            ("Recipient: [SMTP:ada@example.org]", Some(Sure::Listed)),
            ("Sent <<< RCPT TO:<ada@example.org>", Some(Sure::Listed)),
            ("\"Ada Okafor\" <ada@example.org>", Some(Sure::Listed)),
            (
                "Local mailbox ada@example.org is unavailable: user not found",
                Some(Sure::InReason),
            ),
            ("We looked for ada@example.org today", Some(Sure::Somewhere)),
            ("For assistance contact ada@example.org", None),
            ("MAIL FROM:<ada@example.org>", None),
            ("250 <ada@example.org>, Sender ok", None),
        ] {
            assert_eq!(judged("", line), sure, "{line}");
        }
        let line = "ada@example.org fails, try another";
        assert_eq!(judged("for example, if", line), Some(Sure::Somewhere));
    }
}
