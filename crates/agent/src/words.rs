//! The agent's few words: notifications, the tray, the page in the browser.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};

fluent_templates::static_loader! {
    static CATALOGUE = {
        locales: "./locales",
        fallback_language: "en",
        // Marks around inserted values show up as boxes in some notification daemons.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en");

/// A sentence.
#[must_use]
pub fn say(key: &str) -> String {
    CATALOGUE.lookup(&ENGLISH, key)
}

/// A sentence with a number in it.
#[must_use]
pub fn count(key: &str, count: u32) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        HashMap::from([(Cow::Borrowed("count"), FluentValue::from(count))]);
    CATALOGUE.lookup_with_args(&ENGLISH, key, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_in_the_catalogue() {
        for key in [
            "app-name",
            "notify-one",
            "notify-one-body",
            "notify-many-body",
            "notify-open",
            "tray-signed-out",
            "tray-none",
            "tray-open",
            "tray-sign-out",
            "tray-quit",
            "erase-ask",
            "erase-yes",
            "erase-done",
            "erase-cut",
            "erase-left",
            "erase-left-file",
            "erase-left-key",
            "erase-left-practice",
            "page-done-title",
            "page-done-text",
            "page-denied-title",
            "page-denied-text",
            "page-failed-title",
            "page-failed-text",
        ] {
            assert!(!say(key).contains("Unknown localization"), "{key}");
        }
        assert_eq!(count("notify-many", 3), "3 clients need help to sign in");
        assert_eq!(count("tray-unread", 1), "1 unread help request");
        assert_eq!(count("tray-unread", 2), "2 unread help requests");
    }
}
