//! The words of a notification, and what can be pressed on it.

use super::{Alert, AlertButton, AlertText};
use crate::words;

/// Its title and its text.
#[must_use]
pub fn alert_words(alert: &Alert) -> (String, String) {
    match &alert.says {
        AlertText::Help { named, .. } => help(alert.count, named),
        AlertText::Resending(name) => (
            words::name("notify-resending", name),
            words::say("notify-resending-body"),
        ),
        AlertText::NotSent => (
            words::say("notify-not-sent"),
            words::say("notify-not-sent-body"),
        ),
        AlertText::Example => (
            words::say("notify-example"),
            words::say("notify-example-body"),
        ),
    }
}

fn help(count: u32, named: &[String]) -> (String, String) {
    match (count, named) {
        (1, [name]) => (
            words::name("notify-named", name),
            words::say("notify-one-body"),
        ),
        (1, _) => (words::say("notify-one"), words::say("notify-one-body")),
        (_, []) => (
            words::count("notify-many", count),
            words::say("notify-many-body"),
        ),
        (_, named) => {
            let named_count = u32::try_from(named.len()).unwrap_or(u32::MAX);
            let mut text = named.join(", ");
            let more = count.saturating_sub(named_count);
            if more > 0 {
                text = format!("{text} {}", words::count("notify-and-more", more));
            }
            (words::count("notify-many", count), text)
        }
    }
}

/// What can be pressed, in the order in which it is shown.
#[must_use]
pub fn alert_buttons(alert: &Alert) -> &'static [AlertButton] {
    match &alert.says {
        AlertText::Help { resend: true, .. } => &[AlertButton::Open, AlertButton::Resend],
        AlertText::Resending(_) => &[AlertButton::Undo],
        AlertText::Help { .. } | AlertText::NotSent | AlertText::Example => &[AlertButton::Open],
    }
}

/// What stands on a button.
#[must_use]
pub fn button_words(button: AlertButton) -> String {
    words::say(match button {
        AlertButton::Open => "notify-open",
        AlertButton::Resend => "notify-resend",
        AlertButton::Undo => "notify-undo",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::AlertId;

    fn said(count: u32, named: &[&str]) -> (String, String) {
        alert_words(&Alert {
            id: AlertId(1),
            count,
            says: AlertText::Help {
                named: named.iter().map(ToString::to_string).collect(),
                resend: false,
            },
            sound: true,
        })
    }

    // RULES D5
    #[test]
    fn a_notification_says_how_many_and_names_only_those_it_was_given() {
        assert_eq!(said(1, &[]).0, "A client needs help to sign in");
        assert_eq!(
            said(1, &["Ada Okafor"]).0,
            "Ada Okafor needs help to sign in"
        );
        assert_eq!(said(3, &[]).0, "3 clients need help to sign in");
        assert_eq!(said(2, &["A. O.", "B. K."]).1, "A. O., B. K.");
        assert_eq!(said(4, &["A. O.", "B. K."]).1, "A. O., B. K. and 2 more");
    }
}
