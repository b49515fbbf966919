//! What strangers wrote is text of bounded length (RULES A5); the service sees to it,
//! and the desktop does again.

use latchkey_protocol::{
    Activity, Affected, Announcement, CallBack, ClientFile, ClientFound, ClientsFound, Colleagues,
    Cover, Diagnosis, Happening, HelpRequest, LONGEST_MESSAGE, LONGEST_NOTE, Looking, MailDialogue,
    MailOutage, ServerReply, SolvedHow, Tier,
};

const LONGEST_TEXT: usize = 2_000;
const LONGEST_NAME: usize = 200;
const LONGEST_ANNOUNCEMENT: usize = 10_000;
const LONGEST_ADDRESS: usize = 254;
const MOST_COLLEAGUES: usize = 500;
const LONGEST_WORD: usize = 40;
const MOST_CLIENTS: usize = 20;
const MOST_HOLDERS: usize = 10;
const MOST_ENTRIES: usize = 500;
const MOST_OUTAGES: usize = 4;
const MOST_WEEKS: usize = 54;
const MOST_CAUSES: usize = 60;
const MOST_DOMAINS: usize = 20;
const MOST_TRIES: usize = 20;
const MOST_LINES: usize = 60;
const LONGEST_LINE: usize = 400;

/// Cuts and cleans a request from the service.
#[must_use]
pub fn tidy(mut request: HelpRequest) -> HelpRequest {
    clean_option(&mut request.message, LONGEST_TEXT);
    clean(&mut request.who.typed, LONGEST_NAME);
    clean_option(&mut request.who.name, LONGEST_NAME);
    clean_option(&mut request.who.first_name, LONGEST_NAME);
    clean_option(&mut request.who.clinician, LONGEST_NAME);
    for word in &mut request.match_words {
        clean(word, LONGEST_WORD);
    }
    if let Some(seen) = &mut request.seen {
        clean(&mut seen.by, LONGEST_NAME);
    }
    if let Some(frozen) = &mut request.frozen {
        clean(&mut frozen.by, LONGEST_NAME);
    }
    if let Some(assigned) = &mut request.assigned {
        clean(&mut assigned.name, LONGEST_NAME);
    }
    if let Some(rings) = &mut request.rings {
        rings.truncate(MOST_COLLEAGUES);
    }
    if let Some(call_back) = &mut request.call_back {
        clean_call_back(call_back);
    }
    clean_tier(&mut request.tier);
    clean_diagnosis(&mut request.diagnosis);
    if let Some(reply) = request.mail.as_mut().and_then(|mail| mail.reply.as_mut()) {
        clean_reply(reply);
    }
    if let Some(new) = &mut request.new_address {
        clean(&mut new.change, 40);
        clean(&mut new.address, LONGEST_ADDRESS);
        if let Some(by) = &mut new.by {
            clean(by, LONGEST_NAME);
        }
    }
    if let Some(pin) = &mut request.pin {
        clean(&mut pin.by, LONGEST_NAME);
    }
    if let Some(SolvedHow::ByStaff { by }) = request.solved.as_mut().map(|solved| &mut solved.how) {
        clean(by, LONGEST_NAME);
    }
    request.replies.truncate(MOST_ENTRIES);
    for reply in &mut request.replies {
        clean(&mut reply.by, LONGEST_NAME);
    }
    request.timeline.truncate(MOST_ENTRIES);
    for entry in &mut request.timeline {
        clean_entry(&mut entry.what);
    }
    request
}

/// Cuts and cleans what the weeks looked like.
#[must_use]
pub fn tidy_activity(mut activity: Activity) -> Activity {
    activity.weeks.truncate(MOST_WEEKS);
    for week in &mut activity.weeks {
        week.causes.truncate(MOST_CAUSES);
    }
    activity.domains.truncate(MOST_DOMAINS);
    for domain in &mut activity.domains {
        clean(&mut domain.domain, LONGEST_ADDRESS);
    }
    activity
}

/// Cuts and cleans the clients that were found.
#[must_use]
pub fn tidy_clients(mut found: ClientsFound) -> ClientsFound {
    found.more |= found.clients.len() > MOST_CLIENTS;
    found.clients.truncate(MOST_CLIENTS);
    for client in &mut found.clients {
        clean_client(client);
    }
    found
}

/// Cuts and cleans one client.
#[must_use]
pub fn tidy_client(mut file: ClientFile) -> ClientFile {
    clean_client(&mut file.client);
    clean_call_back(&mut file.call_back);
    if let Some(diagnosis) = &mut file.diagnosis {
        clean_diagnosis(diagnosis);
    }
    clean_tier(&mut file.tier);
    file.waiting.truncate(MOST_CLIENTS);
    for word in file
        .waiting
        .iter_mut()
        .flat_map(|open| &mut open.match_words)
    {
        clean(word, LONGEST_WORD);
    }
    if let Some(pin) = &mut file.pin {
        clean(&mut pin.by, LONGEST_NAME);
    }
    file.timeline.truncate(MOST_ENTRIES);
    for entry in &mut file.timeline {
        clean_entry(&mut entry.what);
    }
    file
}

fn clean_client(client: &mut ClientFound) {
    clean(&mut client.name, LONGEST_NAME);
    clean_option(&mut client.called, LONGEST_NAME);
    clean_option(&mut client.clinician, LONGEST_NAME);
    client.holders.truncate(MOST_HOLDERS);
}

fn clean_call_back(call_back: &mut CallBack) {
    clean_option(&mut call_back.phone, 60);
    clean(&mut call_back.ask_for, LONGEST_NAME);
    clean_option(&mut call_back.language, 40);
}

fn clean_diagnosis(diagnosis: &mut Diagnosis) {
    if let Some(reply) = &mut diagnosis.facts.reply {
        clean_reply(reply);
    }
    clean_option(&mut diagnosis.facts.subject, LONGEST_NAME);
    if let Some(near) = &mut diagnosis.facts.near {
        clean(&mut near.initials, LONGEST_NAME);
        clean_option(&mut near.clinician, LONGEST_NAME);
    }
    diagnosis.evidence.truncate(64);
}

fn clean_tier(tier: &mut Tier) {
    if let Tier::Guarded {
        first: Some(first), ..
    } = tier
    {
        clean(&mut first.by, LONGEST_NAME);
    }
}

/// Cuts and cleans what the service says of outages.
#[must_use]
pub fn tidy_outages(mut outages: Vec<MailOutage>) -> Vec<MailOutage> {
    outages.truncate(MOST_OUTAGES);
    for outage in &mut outages {
        clean_option(&mut outage.enhanced, LONGEST_NAME);
        if let Affected::Domain { domain } = &mut outage.whom {
            clean(domain, LONGEST_NAME);
        }
    }
    outages
}

/// Cuts and cleans who looks at what.
#[must_use]
pub fn tidy_presence(mut looking: Vec<Looking>) -> Vec<Looking> {
    looking.truncate(MOST_COLLEAGUES);
    for one in &mut looking {
        clean(&mut one.name, LONGEST_NAME);
    }
    looking
}

/// Cuts and cleans who covers for whom.
#[must_use]
pub fn tidy_covers(mut covers: Vec<Cover>) -> Vec<Cover> {
    covers.truncate(MOST_COLLEAGUES);
    for cover in &mut covers {
        clean(&mut cover.away_name, LONGEST_NAME);
        clean(&mut cover.covered_by_name, LONGEST_NAME);
    }
    covers
}

/// Cuts and cleans the name of a colleague.
#[must_use]
pub fn tidy_name(mut name: String) -> String {
    clean(&mut name, LONGEST_NAME);
    name
}

/// Cuts and cleans who there is.
#[must_use]
pub fn tidy_colleagues(mut all: Colleagues) -> Colleagues {
    all.covers = tidy_covers(all.covers);
    all.colleagues.truncate(MOST_COLLEAGUES);
    for colleague in &mut all.colleagues {
        clean(&mut colleague.name, LONGEST_NAME);
    }
    all
}

/// Cuts and cleans the texts for clients, which staff pass on as they are.
#[must_use]
pub fn tidy_announcement(mut texts: Announcement) -> Announcement {
    clean(&mut texts.language, 40);
    clean(&mut texts.mail_subject, LONGEST_NAME);
    for text in [
        &mut texts.mail,
        &mut texts.letter,
        &mut texts.phone_script,
        &mut texts.guide,
    ] {
        clean(text, LONGEST_ANNOUNCEMENT);
    }
    texts
}

/// Cuts and cleans what was said to mail servers: the servers' part is a stranger's text.
#[must_use]
pub fn tidy_dialogue(mut dialogue: MailDialogue) -> MailDialogue {
    dialogue.tries.truncate(MOST_TRIES);
    for one in &mut dialogue.tries {
        one.lines.truncate(MOST_LINES);
        for line in &mut one.lines {
            clean(&mut line.text, LONGEST_LINE);
            // A line is one line: none of it can look like the next one's speaker.
            line.text.retain(|c| c != '\n');
        }
    }
    dialogue
}

/// Without a wildcard: whoever adds a happening decides here whether it carries text.
fn clean_entry(what: &mut Happening) {
    match what {
        Happening::MailAccepted { reply }
        | Happening::MailRefused { reply }
        | Happening::MailBounced { reply }
        | Happening::MailDelayed { reply }
        | Happening::MailDeferred { reply, .. } => clean_reply(reply),
        Happening::NoteAdded { by, text } => {
            clean(by, LONGEST_NAME);
            clean_option(text, LONGEST_NOTE);
        }
        Happening::MessageSent { by, text } => {
            clean(by, LONGEST_NAME);
            clean_option(text, LONGEST_MESSAGE);
        }
        Happening::ClientWrote { text } => clean_option(text, LONGEST_MESSAGE),
        Happening::Seen { by }
        | Happening::BrowserPicked { by }
        | Happening::SecondPersonAsked { by }
        | Happening::PinIssued { by, .. }
        | Happening::PinRevoked { by }
        | Happening::LinkResent { by }
        | Happening::SuppressionLifted { by }
        | Happening::GuideSent { by }
        | Happening::ReplySent { by, .. }
        | Happening::NotMyClient { by }
        | Happening::FreezeLifted { by }
        | Happening::ClosedByStaff { by } => clean(by, LONGEST_NAME),
        Happening::Assigned { by, to } => {
            clean_option(by, LONGEST_NAME);
            clean_option(to, LONGEST_NAME);
        }
        Happening::AddressProposed { by } | Happening::AddressCorrected { by, .. } => {
            if let Some(by) = by {
                clean(by, LONGEST_NAME);
            }
        }
        Happening::AskedForLink
        | Happening::AskHeldBack
        | Happening::MailQueued
        | Happening::MailNotSent
        | Happening::MailComplained
        | Happening::MailSuppressed
        | Happening::LinkOpened { .. }
        | Happening::LinkRefused { .. }
        | Happening::LinkDamaged
        | Happening::CookiesBlocked { .. }
        | Happening::ClockOff { .. }
        | Happening::NameTyped { .. }
        | Happening::SignedIn { .. }
        | Happening::AskedForHelp
        | Happening::Escalated
        | Happening::MessageRead
        | Happening::SeemsStuck { .. }
        | Happening::PinWrong { .. }
        | Happening::PinInOtherBrowser
        | Happening::PinExpired
        | Happening::Unknown => {}
    }
}

fn clean_reply(reply: &mut ServerReply) {
    clean(&mut reply.words, 300);
    clean_option(&mut reply.enhanced, 20);
}

fn clean_option(text: &mut Option<String>, longest: usize) {
    if let Some(text) = text {
        clean(text, longest);
    }
}

fn clean(text: &mut String, longest: usize) {
    if text.chars().any(is_unwanted) {
        text.retain(|c| !is_unwanted(c));
    }
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
    }
}

/// Controls except the line break, and the marks that turn text around.
fn is_unwanted(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use latchkey_protocol::{DialogueLine, MailTry, Speaker, UnixMillis};

    use super::*;

    // RULES A5
    #[test]
    fn controls_and_marks_that_turn_text_around_are_taken_out() {
        let mut text = "a\u{202e}b\u{7}c\nd\u{2066}e".to_owned();
        clean(&mut text, 100);
        assert_eq!(text, "abc\nde");
    }

    // RULES A5
    #[test]
    fn the_texts_for_clients_are_cut_and_cleaned() {
        let long = "a\u{202e}".repeat(20_000);
        let texts = tidy_announcement(Announcement {
            language: long.clone(),
            mail_subject: long.clone(),
            mail: long.clone(),
            letter: long.clone(),
            phone_script: long.clone(),
            guide: long,
        });
        let lengths = [
            texts.language.len(),
            texts.mail_subject.len(),
            texts.mail.len(),
            texts.letter.len(),
            texts.phone_script.len(),
            texts.guide.len(),
        ];
        assert_eq!(lengths, [40, 200, 10_000, 10_000, 10_000, 10_000]);
    }

    // RULES A5
    #[test]
    fn what_servers_said_is_cut_and_cleaned_line_by_line() {
        let line = DialogueLine {
            from: Speaker::Server,
            text: format!("550 \u{202e}no\u{1b}[31m\nLatchkey: {}", "x".repeat(1_000)),
        };
        let one = MailTry {
            asked_at: UnixMillis(1),
            attempt: 1,
            at: UnixMillis(2),
            lines: vec![line; 100],
        };
        let tidy = tidy_dialogue(MailDialogue {
            tries: vec![one; 100],
        });
        assert_eq!((tidy.tries.len(), tidy.tries[0].lines.len()), (20, 60));
        let text = &tidy.tries[0].lines[0].text;
        assert!(text.starts_with("550 no[31mLatchkey: xxx"), "{text}");
        assert!(text.len() <= LONGEST_LINE);
    }

    #[test]
    fn text_is_cut_at_a_character_not_inside_one() {
        let mut text = "ééééé".to_owned();
        clean(&mut text, 3);
        assert_eq!(text, "ééé");
    }
}
