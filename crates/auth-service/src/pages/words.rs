//! The catalogue of words, by language.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use fluent_langneg::{NegotiationStrategy, negotiate_languages, parse_accepted_languages};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use jiff::Zoned;
use jiff::civil::Date;

static_loader! {
    static CATALOGUE = {
        locales: "./locales",
        fallback_language: "en",
        // Marks of isolation around names and times would be copied into mails and titles.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// Words in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words(&'static LanguageIdentifier);

static ENGLISH: LanguageIdentifier = langid!("en");
static SPANISH: LanguageIdentifier = langid!("es");
static ALL: [&LanguageIdentifier; 2] = [&ENGLISH, &SPANISH];

impl Default for Words {
    fn default() -> Self {
        Self(&ENGLISH)
    }
}

impl Words {
    /// In the first language that a browser asks for and we have (RFC 9110 §12.5.4).
    #[must_use]
    pub fn asked_for(headers: &HeaderMap) -> Self {
        headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|wanted| wanted.to_str().ok())
            .map(Self::first_of)
            .unwrap_or_default()
    }

    /// In this language (BCP 47), where we have it.
    #[must_use]
    pub fn of(language: Option<&str>) -> Self {
        language.map(Self::first_of).unwrap_or_default()
    }

    fn first_of(wanted: &str) -> Self {
        let wanted = parse_accepted_languages(wanted);
        let none: Option<&&'static LanguageIdentifier> = None;
        let found = negotiate_languages(&wanted, &ALL, none, NegotiationStrategy::Filtering);
        found.first().map(|found| Self(found)).unwrap_or_default()
    }

    /// A moment, by the clock and calendar of these words: the time, with its day unless
    /// that is `today`.
    #[must_use]
    pub fn moment(self, at: &Zoned, today: Date) -> String {
        let (time, day) = if *self.0 == SPANISH {
            let half = if at.hour() < 12 { "a. m." } else { "p. m." };
            let day = format!(
                "{} {} {}",
                DAYS_ES[usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs())],
                at.day(),
                &MONTHS_ES[usize::from(at.month().unsigned_abs()) - 1][..3],
            );
            (format!("{} {half}", at.strftime("%-I:%M")), day)
        } else {
            (
                at.strftime("%-I:%M %p").to_string(),
                at.strftime("%a, %b %-d").to_string(),
            )
        };
        if at.date() == today {
            time
        } else {
            format!("{day}, {time}")
        }
    }

    /// A day.
    #[must_use]
    pub fn day(self, at: &Zoned) -> String {
        if *self.0 == SPANISH {
            let month = MONTHS_ES[usize::from(at.month().unsigned_abs()) - 1];
            format!("{} de {month}", at.day())
        } else {
            at.strftime("%B %-d").to_string()
        }
    }

    /// BCP 47 name of the language.
    #[must_use]
    pub fn lang(self) -> String {
        self.0.to_string()
    }

    /// A phrase.
    #[must_use]
    pub fn t(self, id: &str) -> String {
        CATALOGUE.lookup(self.0, id)
    }

    /// A phrase with its gaps filled.
    #[must_use]
    pub fn fill(self, id: &str, gaps: &[(&'static str, String)]) -> String {
        let gaps = gaps
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.clone())))
            .collect::<HashMap<_, _>>();
        CATALOGUE.lookup_with_args(self.0, id, &gaps)
    }

    /// A phrase that depends on a number.
    #[must_use]
    pub fn count(self, id: &str, name: &'static str, number: i64) -> String {
        let gaps = HashMap::from([(Cow::Borrowed(name), FluentValue::from(number))]);
        CATALOGUE.lookup_with_args(self.0, id, &gaps)
    }
}

/// Spanish names of days, short, from Sunday on.
const DAYS_ES: [&str; 7] = ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"];
/// Spanish names of months; their first three letters are their short names.
const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[cfg(test)]
mod reading;

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn texts(folder: &str, ending: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(ending) {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((path.display().to_string(), text));
                }
            }
        }
        found
    }

    fn ids() -> Vec<String> {
        texts("locales/en", ".ftl")
            .iter()
            .flat_map(|(_, text)| text.lines())
            .filter_map(|line| line.split_once(" =").map(|(id, _)| id.trim().to_owned()))
            .filter(|id| {
                !id.is_empty()
                    && id
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            })
            .collect()
    }

    #[test]
    fn every_word_that_a_page_asks_for_is_in_the_catalogue_and_none_is_left_over() {
        let mut sources = texts("templates", ".html");
        sources.extend(texts("src", ".rs"));
        let ids = ids();
        for (path, text) in &sources {
            for call in ["page.t(\"", "page.with(\"", "page.count(\""] {
                for rest in text.split(call).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    assert!(ids.iter().any(|known| known == id), "{id} in {path}");
                }
            }
        }
        for id in &ids {
            let quoted = format!("\"{id}\"");
            let by_number = id.starts_with("error-4") || id.starts_with("error-5");
            assert!(
                by_number || sources.iter().any(|(_, text)| text.contains(&quoted)),
                "{id} is used nowhere"
            );
        }
    }

    #[test]
    fn gaps_are_filled_without_invisible_marks() {
        let line = Words::default().fill("waiting-seen", &[("time", "10:43 AM".into())]);
        assert_eq!(line, "Seen by the practice at 10:43 AM");
        assert_eq!(
            Words::default().count("me-kept", "count", 1),
            "One device keeps you signed in."
        );
    }
}
