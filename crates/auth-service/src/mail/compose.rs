//! Writes a mail: discreet, text and HTML, the time of asking in its subject.

use std::time::{Duration, UNIX_EPOCH};

use askama::Template;
use latchkey_protocol::UnixMillis;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::letter::{About, Letter};
use super::{postmark, tag};
use crate::announcement;
use crate::config::Config;
use crate::pages::fields::line;
use crate::pages::letterhead::Letterhead;
use crate::pages::words::Words;

/// Longest name in a header.
const LONGEST_NAME: usize = 100;

/// A mail that cannot be written: its address is none for mail servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail could not be composed")]
pub struct Unwritable;

#[derive(Template)]
#[template(path = "link_mail.html")]
struct LinkMail {
    lang: String,
    subject: String,
    hello: String,
    lead: String,
    link: Option<String>,
    button: String,
    lines: Vec<String>,
    sender: String,
}

impl LinkMail {
    fn text(&self) -> String {
        let mut parts = vec![self.hello.clone(), self.lead.clone()];
        parts.extend(self.link.clone());
        parts.extend(self.lines.iter().cloned());
        parts.push(self.sender.clone());
        parts.join("\r\n\r\n") + "\r\n"
    }
}

/// Writes it.
pub fn compose(
    letter: &Letter,
    letterhead: &Letterhead,
    config: &Config,
) -> Result<Message, Unwritable> {
    let mail = words(letter, letterhead, config);
    let from: Address = letterhead.mail_from.parse().map_err(|_| Unwritable)?;
    let to: Address = letter.to.parse().map_err(|_| Unwritable)?;
    let domain = from.domain().to_owned();
    let sender = match &config.bounce_address {
        Some(address) => tag::sender(address, &letter.tag)
            .parse()
            .map_err(|_| Unwritable)?,
        None => from.clone(),
    };
    let envelope = Envelope::new(Some(sender), vec![to.clone()]).map_err(|_| Unwritable)?;
    let html = mail.render().map_err(|_| Unwritable)?;
    let header = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
    };
    let mut builder = Message::builder()
        .envelope(envelope)
        .from(Mailbox::new(name(&letterhead.short_name), from))
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .date(UNIX_EPOCH + since_epoch(letter.asked_at))
        .message_id(Some(format!("<{}@{domain}>", letter.tag)))
        // A reference of its own keeps mail programs from folding mails with like
        // subjects into one, where the newest is hidden.
        .references(format!("<{}.ref@{domain}>", letter.id))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"));
    if config.postmark_secret.is_some() {
        builder = builder.raw_header(header(postmark::HEADER, &letter.tag));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(mail.text(), html))
        .map_err(|_| Unwritable)
}

/// A name that can stand in a header: the mail library does not forgive controls there.
fn name(text: &str) -> Option<String> {
    let name: String = line(text).chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

fn since_epoch(at: UnixMillis) -> Duration {
    Duration::from_millis(u64::try_from(at.0).unwrap_or_default())
}

/// The subject of a mail with a link that was asked for at this moment.
#[must_use]
pub fn link_subject(
    letterhead: &Letterhead,
    language: Option<&str>,
    asked_at: UnixMillis,
) -> String {
    let words = Words::of(language);
    // It stands alone in a list of mails, so it is always the bare time.
    let time = letterhead.time(words, asked_at, asked_at);
    words.fill("mail-link-subject", &[("time", time)])
}

fn words(letter: &Letter, letterhead: &Letterhead, config: &Config) -> LinkMail {
    let words = Words::of(letter.language.as_deref());
    let time = letterhead.time(words, letter.asked_at, letter.asked_at);
    let subject = link_subject(letterhead, letter.language.as_deref(), letter.asked_at);
    let at = |id: &str| words.fill(id, &[("time", time.clone())]);
    let by_practice = |id: &str| {
        words.fill(
            id,
            &[
                ("time", time.clone()),
                ("practice", line(&letterhead.short_name)),
            ],
        )
    };
    let link = |token: &crate::link::token::LinkToken| {
        Some(config.public(&format!("/link/{}", token.reveal())))
    };
    let rules = [words.t("mail-link-rules"), words.t("mail-link-tip")];
    let (subject, lead, link, lines) = match &letter.about {
        About::Link(token) => (
            subject,
            at("mail-link-lead"),
            link(token),
            vec![
                rules[0].clone(),
                words.t("mail-link-not-you"),
                rules[1].clone(),
            ],
        ),
        About::StaffLink(token) => (
            subject,
            by_practice("mail-staff-lead"),
            link(token),
            rules.to_vec(),
        ),
        About::Guide => (
            words.t("guide-title"),
            words.t("guide-lead"),
            Some(config.public("/")),
            announcement::steps(words, letterhead, config),
        ),
        About::AddressChanged => (
            at("mail-address-subject"),
            by_practice("mail-address-lead"),
            None,
            vec![words.fill(
                "mail-address-not-you",
                &[("phone", line(&letterhead.phone))],
            )],
        ),
        About::Message => (
            at("mail-message-subject"),
            words.t("mail-message-lead"),
            Some(config.public("/me/messages")),
            vec![words.t("mail-message-once")],
        ),
        About::PinUsed => (
            at("mail-pin-subject"),
            by_practice("mail-pin-lead"),
            None,
            vec![words.fill("mail-pin-not-you", &[("phone", line(&letterhead.phone))])],
        ),
        About::NeedsHelp => (
            words.t("mail-needs-help-subject"),
            words.t("mail-needs-help-lead"),
            None,
            vec![words.t("mail-needs-help-once")],
        ),
        About::DesktopConnected { owner, desktop } => (
            at("mail-desktop-subject"),
            words.fill(
                "mail-desktop-lead",
                &[
                    ("time", time.clone()),
                    ("owner", line(owner)),
                    ("desktop", line(desktop)),
                ],
            ),
            None,
            vec![words.t("mail-desktop-not-you")],
        ),
    };
    LinkMail {
        lang: words.lang(),
        subject,
        hello: words.t("mail-link-hello"),
        lead,
        link,
        button: words.t(match letter.about {
            About::Guide => "guide-button",
            _ => "mail-link-button",
        }),
        lines,
        sender: line(&letterhead.short_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::token::LinkToken;
    use crate::testing::{START, SeededRandom, juniper};

    fn written(about: About) -> String {
        written_in(None, about)
    }

    fn written_in(language: Option<&str>, about: About) -> String {
        let letter = Letter {
            id: "0190".into(),
            tag: "tag0190".into(),
            to: "ada@example.org".into(),
            language: language.map(str::to_owned),
            asked_at: START,
            about,
        };
        let message = compose(&letter, &Letterhead::from(juniper()), &Config::default()).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn a_link_mail_is_discreet_and_says_when_it_was_asked_for() {
        let token = LinkToken::draw(&SeededRandom::new(1));
        let address = format!("http://localhost:8080/link/{}", token.reveal());
        let mail = written(About::Link(token));
        for line in [
            "Subject: Your link from 9:00 AM\r\n",
            "From: \"Juniper Lane\" <signin@juniper.example>\r\n",
            "To: ada@example.org\r\n",
            "Message-ID: <tag0190@juniper.example>\r\n",
            "References: <0190.ref@juniper.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
        ] {
            assert!(mail.contains(line), "{line} in {mail}");
        }
        let unfolded = mail.replace("=\r\n", "").replace("=3D", "=");
        assert!(unfolded.contains(&address), "{mail}");
        let lower = mail.to_lowercase();
        for word in [
            "therap", "clinic", "counsel", "mental", "patient", "practice", "psych",
        ] {
            assert!(!lower.contains(word), "{word}");
        }
    }

    // RULES W1
    #[test]
    fn a_mail_is_in_the_clients_language_and_as_discreet_there() {
        let token = LinkToken::draw(&SeededRandom::new(1));
        let mail = written_in(Some("es-US"), About::Link(token)).replace("=\r\n", "");
        assert!(
            mail.contains("Subject: Su enlace (9:00 a. m.)\r\n"),
            "{mail}"
        );
        assert!(mail.contains("lang=3D\"es\""), "{mail}");
        assert!(mail.contains("Entrar"));
        let lower = mail.to_lowercase();
        for word in [
            "terap",
            "cl=c3=adnic",
            "consult",
            "psic",
            "paciente",
            "salud",
        ] {
            assert!(!lower.contains(word), "{word}");
        }
        let token = LinkToken::draw(&SeededRandom::new(1));
        let other = written_in(Some("pt-BR"), About::Link(token));
        assert!(
            other.contains("Subject: Your link from 9:00 AM\r\n"),
            "{other}"
        );
    }

    #[test]
    fn the_envelope_names_the_mail_where_reports_can_be_read() {
        let letter = Letter {
            id: "0190".into(),
            tag: "tag0190".into(),
            to: "ada@example.org".into(),
            language: None,
            asked_at: START,
            about: About::PinUsed,
        };
        let sender = |bounce_address: Option<&str>| {
            let config = Config {
                bounce_address: bounce_address.map(str::to_owned),
                ..Config::default()
            };
            let mail = compose(&letter, &Letterhead::from(juniper()), &config).unwrap();
            mail.envelope().from().map(ToString::to_string).unwrap()
        };
        assert_eq!(sender(None), "signin@juniper.example");
        let named = sender(Some("bounces@mail.juniper.example"));
        assert_eq!(named, "bounces+tag0190@mail.juniper.example");
    }

    #[test]
    fn the_guide_names_the_page_and_the_steps_and_is_as_discreet() {
        for (language, subject) in [
            ("en", "How to sign in"),
            ("es", "=?utf-8?b?Q8OzbW8=?= entrar"),
        ] {
            let mail = written_in(Some(language), About::Guide).replace("=\r\n", "");
            assert!(mail.contains(subject), "{mail}");
            assert!(mail.contains("href=3D\"http://localhost:8080/\""), "{mail}");
            assert!(mail.contains("555 0100") && mail.contains("Juniper Lane"));
            assert!(!mail.contains("/link/") && !mail.contains("Juniper Lane Practice"));
            let lower = mail.to_lowercase();
            for word in [
                "therap", "terap", "clinic", "counsel", "mental", "patient", "paciente",
                "practice", "psych", "psic", "consult", "salud",
            ] {
                assert!(!lower.contains(word), "{word} in {mail}");
            }
        }
    }

    // RULES P1
    #[test]
    fn the_old_mailbox_reads_that_another_is_used_and_neither_which_nor_why() {
        for language in ["en", "es"] {
            let mail = written_in(Some(language), About::AddressChanged).replace("=\r\n", "");
            assert!(
                mail.contains("555 0100") && mail.contains("Juniper Lane"),
                "{mail}"
            );
            assert!(!mail.contains("/link/"), "{mail}");
            let (_, body) = mail.split_once("\r\n\r\n").unwrap();
            assert!(!body.contains('@'), "{body}");
            let lower = mail.to_lowercase();
            for word in [
                "therap", "terap", "clinic", "counsel", "patient", "practice", "psic",
            ] {
                assert!(!lower.contains(word), "{word} in {mail}");
            }
        }
    }

    // RULES S4
    #[test]
    fn the_notice_of_a_used_pin_holds_no_digits_and_no_link() {
        let mail = written(About::PinUsed);
        assert!(mail.contains("Subject: Signed in at 9:00 AM"));
        assert!(!mail.contains("/link/"));
        assert!(mail.contains("555 0100"));
    }
}
