//! What tells clients how to sign in: a mail, a letter, what to say on the phone, and the
//! steps. Discreet like the mails: the short name, and no clinical word.

use latchkey_protocol::Announcement;

use crate::config::Config;
use crate::pages::fields::line;
use crate::pages::letterhead::Letterhead;
use crate::pages::words::Words;

const MAIL: &[&str] = &[
    "announcement-hello",
    "announcement-what",
    "announcement-page",
    "announcement-how",
    "announcement-once",
    "announcement-tips",
    "announcement-pin",
    "announcement-help",
    "announcement-rest",
    "announcement-sender",
];

const LETTER: &[&str] = &[
    "letter-hello",
    "letter-what",
    "letter-page",
    "letter-how",
    "letter-once",
    "letter-tips",
    "letter-pin",
    "letter-help",
    "letter-rest",
    "letter-bye",
    "letter-sender",
];

const SCRIPT: &[&str] = &[
    "script-hello",
    "script-what",
    "script-page",
    "script-type",
    "script-mail",
    "script-in",
    "script-tips",
    "script-stuck",
    "script-bye",
];

/// In the order of doing; what follows is good to know.
const STEPS: &[&str] = &["guide-open", "guide-type", "guide-mail", "guide-link"];
const KNOW: &[&str] = &["guide-once", "guide-pin", "guide-tips", "guide-help"];

/// All of them, in this language.
#[must_use]
pub fn filled(words: Words, letterhead: &Letterhead, config: &Config) -> Announcement {
    let gaps = gaps(words, letterhead, config);
    let text = |ids: &[&str]| paragraphs(ids.iter().map(|id| words.fill(id, &gaps)));
    Announcement {
        language: words.lang(),
        mail_subject: words.t("announcement-subject"),
        mail: text(MAIL),
        letter: text(LETTER),
        phone_script: text(SCRIPT),
        guide: paragraphs(
            std::iter::once(words.t("guide-title")).chain(steps(words, letterhead, config)),
        ),
    }
}

/// The steps alone, as they stand in a mail.
#[must_use]
pub fn steps(words: Words, letterhead: &Letterhead, config: &Config) -> Vec<String> {
    let gaps = gaps(words, letterhead, config);
    let numbered = STEPS
        .iter()
        .zip(1..)
        .map(|(id, number)| format!("{number}. {}", words.fill(id, &gaps)));
    numbered
        .chain(KNOW.iter().map(|id| words.fill(id, &gaps)))
        .collect()
}

fn paragraphs(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("\n\n")
}

/// What the texts are filled with; the buttons are called as on the pages.
fn gaps(words: Words, letterhead: &Letterhead, config: &Config) -> [(&'static str, String); 6] {
    [
        ("address", config.public("/")),
        ("button", words.t("sign-in-button")),
        ("cannot", words.t("cannot-button")),
        ("name", line(&letterhead.name)),
        ("phone", line(&letterhead.phone)),
        ("practice", line(&letterhead.short_name)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::juniper;

    fn all(language: &str) -> [String; 4] {
        let letterhead = Letterhead::from(juniper());
        let texts = filled(Words::of(Some(language)), &letterhead, &Config::default());
        assert_eq!(texts.language, language);
        [texts.mail, texts.letter, texts.phone_script, texts.guide]
    }

    #[test]
    fn each_text_is_filled_with_name_address_phone_and_the_pages_own_buttons() {
        for (language, button) in [("en", "Send me a link"), ("es", "Quiero un enlace")] {
            for text in all(language) {
                for wanted in ["http://localhost:8080/", "555 0100", "Juniper Lane", button] {
                    assert!(text.contains(wanted), "{language}: no {wanted} in\n{text}");
                }
                assert!(!text.contains(['{', '}', '$']), "{text}");
            }
        }
    }

    #[test]
    fn each_text_tells_of_the_bookmark_and_of_old_mails() {
        for text in all("en") {
            assert!(
                text.contains("bookmark") && text.contains("elete"),
                "{text}"
            );
        }
        for text in all("es") {
            assert!(text.contains("favorit") && text.contains("orr"), "{text}");
        }
    }

    #[test]
    fn no_text_says_what_kind_of_place_it_is() {
        for language in ["en", "es"] {
            for text in all(language) {
                let lower = text.replace("Juniper Lane Practice", "").to_lowercase();
                for word in [
                    "therap", "terap", "clinic", "clínic", "counsel", "mental", "patient",
                    "paciente", "psych", "psic", "salud", "health", "practice", "consult",
                ] {
                    assert!(!lower.contains(word), "{word} in {text}");
                }
            }
        }
    }

    // RULES P1
    #[test]
    fn each_text_that_tells_of_a_pin_says_that_nobody_calls_to_ask_for_it() {
        for (language, warning) in [("en", "never call to ask"), ("es", "unca le llamamos")] {
            for text in all(language) {
                assert!(!text.contains("PIN") || text.contains(warning), "{text}");
            }
        }
    }

    #[test]
    fn a_name_with_a_line_break_breaks_nothing() {
        let mut practice = juniper();
        practice.short_name = "Juniper\r\nBcc: x@example.org".to_owned();
        let letterhead = Letterhead::from(practice);
        let texts = filled(Words::default(), &letterhead, &Config::default());
        assert!(!texts.mail.contains("\nBcc"), "{}", texts.mail);
    }
}
