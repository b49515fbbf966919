//! Weighs what speaks for a report in free text, and what for a person or an answer.

use super::mime::Message;
use super::parts::Parts;
use super::phrases::{CHALLENGES, GREETINGS, PERSONAL, WAITS, fails, flat, says};
use super::sender::{Sender, Writer};
use super::{code, found, prose};
use crate::mail::cause;

/// How much must speak for it.
const ENOUGH: i32 = 6;
/// A report says what it is at its beginning.
const LEAD: usize = 1_500;

/// Whether it is a report. `words` are what is written before the original, `own` the
/// addresses of whoever wrote and whoever is written to.
pub fn is_report(
    message: &Message,
    sender: &Sender,
    parts: &Parts<'_>,
    words: &str,
    own: &[String],
) -> bool {
    let lead: String = flat(words).chars().take(LEAD).collect();
    let failed = message.head.has("x-failed-recipients");
    let formal = message.media == "multipart/report" && !parts.receipt;
    let said = fails(&lead) || says(&lead, &WAITS);
    let coded = found::enhanced(words).is_some() || code::reply(words).is_some();
    let why = coded || cause::by_words(&lead).is_some();
    // Whoever is no mail system must at least head it like a report.
    let heads = sender.is_machine() || sender.heads() || formal || failed;
    let tells = said || failed || (sender.heads() || sender.is_machine()) && why;
    if !heads || !tells {
        return false;
    }
    let came_back = parts.has_original() || words.len() < parts.words.len();
    let automatic = message.head.get("auto-submitted");
    let automatic = automatic.is_some_and(|word| word.to_lowercase().starts_with("auto"));
    let person = !sender.is_machine();
    let weights = [
        (sender.writer == Writer::Daemon, 3),
        (sender.writer == Writer::Office, 1),
        (sender.null, 1),
        (sender.heads(), 2),
        (said, 3),
        (why, 1),
        (coded, 1),
        (failed, 4),
        (formal, 3),
        (came_back, 1),
        (came_back && sender.heads(), 1),
        (
            automatic && (sender.heads() || sender.writer == Writer::Daemon),
            1,
        ),
        (prose::lists(words, own), 1),
        (person && personal(&lead), -3),
        (person && greets(words), -3),
        (person && says(&lead, &CHALLENGES), -4),
        (person && sender.answers && !failed, -6),
        (!person && sender.answers && !failed, -2),
        (sender.passes_on() && !failed, -6),
    ];
    let held = weights.iter().filter(|(holds, _)| *holds);
    held.map(|(_, weight)| weight).sum::<i32>() >= ENOUGH
}

/// A person begins with a greeting.
fn greets(words: &str) -> bool {
    let first = words
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let first = first.trim().to_lowercase();
    GREETINGS.iter().any(|word| {
        let rest = first.strip_prefix(word.as_str());
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// A person speaks of themselves.
fn personal(flat: &str) -> bool {
    says(&format!(" {flat}"), &PERSONAL)
}
