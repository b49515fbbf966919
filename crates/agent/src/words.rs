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
    with(key, "count", FluentValue::from(count))
}

/// A sentence with a name in it.
#[must_use]
pub fn name(key: &str, name: &str) -> String {
    with(key, "name", name.into())
}

/// A sentence with a time of day in it.
#[must_use]
pub fn until(key: &str, time: &str) -> String {
    with(key, "time", time.into())
}

fn with(key: &str, name: &'static str, value: FluentValue<'_>) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        HashMap::from([(Cow::Borrowed(name), value)]);
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
            "notify-resend",
            "notify-undo",
            "notify-resending-body",
            "notify-not-sent",
            "notify-not-sent-body",
            "notify-example",
            "notify-example-body",
            "tray-signed-out",
            "tray-none",
            "tray-open",
            "tray-in-session",
            "tray-quiet",
            "tray-lock",
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
        assert_eq!(
            until("tray-end-session", "14:50"),
            "End “In session” (until 14:50)"
        );
    }
}
