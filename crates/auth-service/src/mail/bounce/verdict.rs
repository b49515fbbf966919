//! From the parts of a message to what it is.

use super::mime::Message;
use super::original::{self, Original};
use super::parts::Parts;
use super::phrases::{GIVEN_UP, WAITS, flat, says};
use super::sender::Sender;
use super::weigh::is_report;
use super::{Fate, Recipient, Report, feedback, found, prose, status};

/// Reports in messages in messages.
const DEEPEST: usize = 3;

/// What a message is.
pub fn of(message: &Message) -> Report {
    judged(message, DEEPEST)
}

fn judged(message: &Message, depth: usize) -> Report {
    let sender = Sender::of(message);
    let parts = Parts::of(message);
    let (words, rest) = match original::begins(&parts.words) {
        Some(at) => parts.words.split_at(at),
        None => (parts.words.as_str(), ""),
    };
    let own = own(message);
    let mut about = parts.headers.map(Original::written).unwrap_or_default();
    if let Some(attached) = parts.attached.last() {
        about = about.or(Original::of(&attached.head));
    }
    about = about.or(Original::quoted(rest)).or(Original::quoted(words));

    let recipients =
        if let Some(found) = parts.feedbacks.iter().find_map(|text| feedback::read(text)) {
            complained(found, &about, &parts)
        } else {
            let told = told(&sender, &parts, &mut about);
            if !told.is_empty() {
                completed(told, words, &own)
            } else if is_report(message, &sender, &parts, words, &own) {
                named(message, words, &own, &about)
            } else if let Some(hidden) = hidden(&parts) {
                vec![Recipient::new(Fate::Complaint, Some(hidden))]
            } else {
                return carried(&sender, &parts, words, depth);
            }
        };
    Report {
        recipients,
        original: about,
        sent_to: Vec::new(),
    }
}

/// The addresses of whoever wrote, and of whoever is written to.
fn own(message: &Message) -> Vec<String> {
    let names = [
        "to",
        "from",
        "sender",
        "reply-to",
        "return-path",
        "errors-to",
        "delivered-to",
    ];
    let values = names.into_iter().flat_map(|name| message.head.all(name));
    values
        .flat_map(|value| found::all(&value.to_lowercase()))
        .collect()
}

/// What the machine-readable parts tell.
fn told(sender: &Sender, parts: &Parts<'_>, about: &mut Original) -> Vec<Recipient> {
    let mut told = Vec::new();
    // A person may have copied the fields into a mail.
    let likely = parts
        .likely
        .iter()
        .filter(|_| sender.is_machine() || sender.heads());
    for text in parts.statuses.iter().chain(likely) {
        let status = status::read(text);
        about.envelope_id = about.envelope_id.take().or(status.envelope_id);
        told.extend(status.recipients);
    }
    if parts.receipt {
        told.clear();
    }
    told
}

/// A formal report may leave the reason, or the recipient, to its words.
fn completed(told: Vec<Recipient>, words: &str, own: &[String]) -> Vec<Recipient> {
    let named = prose::recipients(words, own, Fate::Bounced);
    let mut unique: Vec<Recipient> = Vec::new();
    for mut recipient in told {
        let mut same = named.iter().filter(|known| {
            known
                .address
                .as_deref()
                .is_some_and(|known| recipient.is(known))
        });
        if let Some(known) = same.next() {
            recipient.reply = recipient.reply.or(known.reply);
            if recipient.words.is_empty() {
                recipient.words.clone_from(&known.words);
            }
        } else if let (None, [one]) = (&recipient.address, named.as_slice()) {
            recipient.address.clone_from(&one.address);
        }
        let twice =
            |known: &Recipient| known.fate == recipient.fate && known.address == recipient.address;
        if !unique.iter().any(twice) {
            unique.push(recipient);
        }
    }
    unique
}

/// Whom a report in free text names.
fn named(message: &Message, words: &str, own: &[String], about: &Original) -> Vec<Recipient> {
    let head = |name: &str| message.head.get(name).unwrap_or_default();
    let (all, subject) = (flat(words), head("subject"));
    let waits = says(&all, &WAITS) || says(&flat(&subject), &WAITS);
    let fate = if waits && !says(&all, &GIVEN_UP) && !says(&flat(&subject), &GIVEN_UP) {
        Fate::Delayed
    } else {
        Fate::Bounced
    };
    let in_words = prose::recipients(words, own, fate);
    let failed = found::all(&head("x-failed-recipients"));
    if !failed.is_empty() {
        let known = |address: String| {
            let same = in_words.iter().find(|known| known.is(&address)).cloned();
            same.unwrap_or_else(|| prose::nobody(words, fate, Some(address)))
        };
        return failed.into_iter().map(known).collect();
    }
    if !in_words.is_empty() && prose::lists(words, own) {
        return in_words;
    }
    let from = head("from").to_lowercase();
    let domain = found::address(&from).and_then(|from| from.rsplit_once('@'));
    let bare = prose::bare_name(words, domain.map_or("", |(_, domain)| domain));
    if let Some(bare) = bare {
        return vec![prose::nobody(words, fate, Some(bare))];
    }
    let in_subject = || prose::recipients(&subject, own, fate);
    let found = if in_words.is_empty() {
        in_subject()
    } else {
        in_words
    };
    if found.is_empty() {
        return vec![prose::nobody(words, fate, about.to.clone())];
    }
    found
}

fn complained(found: Vec<Recipient>, about: &Original, parts: &Parts<'_>) -> Vec<Recipient> {
    if !found.is_empty() {
        return found;
    }
    vec![Recipient::new(
        Fate::Complaint,
        hidden(parts).or_else(|| about.to.clone()),
    )]
}

fn hidden(parts: &Parts<'_>) -> Option<String> {
    parts
        .attached
        .iter()
        .find_map(|inner| feedback::named_in(inner))
}

/// No report itself: does it carry one? A formal one counts wherever it lies; one in free
/// text only where nobody has written around it.
fn carried(sender: &Sender, parts: &Parts<'_>, words: &str, depth: usize) -> Report {
    if depth == 0 || sender.answers && !sender.is_machine() {
        return Report::default();
    }
    let bare = words.trim().is_empty() && !sender.passes_on();
    let inside = parts
        .attached
        .iter()
        .filter(|inner| sender.is_machine() || bare || Parts::of(inner).is_formal());
    let mut reports = inside.map(|inner| judged(inner, depth - 1));
    reports
        .find(|report| !report.recipients.is_empty())
        .unwrap_or_default()
}
