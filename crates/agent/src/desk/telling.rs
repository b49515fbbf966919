//! What a notification says of a client (RULES D5), and what a press on it does.

use latchkey_protocol::{Action, RequestId};
use latchkey_view::{Answer, Folder, NotificationText};

use super::{Desk, Effect, alerts::Shown};
use crate::{
    os::{AlertButton, AlertId, AlertText},
    summary::Summary,
};

/// So many are named in one notification; the others are counted.
const NAMED: usize = 3;
/// No more of a name: a screen's corner is small.
const LONGEST_NAME: usize = 48;

impl Desk {
    /// What a notification may call this client; nothing where it must not name anybody.
    /// The one place that decides it. Only what is on file counts: who has typed an
    /// address is a stranger.
    fn called(&self, request: &Summary) -> Option<String> {
        if self.is_locked() || !request.matched {
            return None;
        }
        let name = spoken(request.name.as_deref()?);
        match self.settings.notifications {
            NotificationText::Name => Some(name.chars().take(LONGEST_NAME).collect()),
            NotificationText::Initials => Some(initials(&name)),
            NotificationText::Count | NotificationText::Off => None,
        }
    }

    /// Tells of these requests, in one notification.
    pub(super) fn tell(&mut self, requests: Vec<RequestId>, sound: bool) {
        let mut named: Vec<String> = requests
            .iter()
            .filter_map(|id| self.called(self.inbox.get(id)?))
            .collect();
        named.truncate(NAMED);
        let is_named = !named.is_empty();
        let resend = is_named
            && self.settings.notifications == NotificationText::Name
            && matches!(requests.as_slice(), [id] if self.recommends_link(id));
        let count = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        let id = self.notify(count, AlertText::Help { named, resend }, sound);
        let shown = Shown {
            requests,
            names: is_named,
            resend,
        };
        self.alerts.shown.insert(id, shown);
    }

    /// A link is what this request needs: no button invites to what would not help.
    fn recommends_link(&self, id: &RequestId) -> bool {
        let request = self.inbox.get(id);
        request.is_some_and(|request| request.action == Action::ResendLink)
    }

    pub(super) fn alert_pressed(&mut self, alert: AlertId, button: AlertButton) {
        match button {
            AlertButton::Open => self.alert_opened(alert),
            AlertButton::Resend => self.resend_pressed(alert),
            AlertButton::Undo => {
                if let Some(request) = self.alerts.sending.remove(&alert) {
                    self.resends.remove(&request);
                    self.alerts.asked_there.retain(|asked| *asked != request);
                }
            }
        }
    }

    fn alert_opened(&mut self, alert: AlertId) {
        let requests = match self.alerts.sending.remove(&alert) {
            Some(request) => vec![request],
            None => self.alerts.take(alert).requests,
        };
        if let [request] = requests.as_slice() {
            self.open(request.clone());
        } else if !requests.is_empty() {
            self.show(Folder::Inbox);
        }
        self.raise();
    }

    /// The button is there only where the name shows; it may have been locked meanwhile.
    fn resend_pressed(&mut self, alert: AlertId) {
        let offered = self.alerts.shown.get(&alert);
        if self.is_locked() || !offered.is_some_and(|shown| shown.resend) {
            return self.alert_opened(alert);
        }
        let shown = self.alerts.take(alert);
        let Some(request) = shown.requests.into_iter().next() else {
            return;
        };
        if !self.still_waits(&request) {
            return self.raise();
        }
        let name = self.inbox.get(&request);
        let name = name.and_then(|request| self.called(request));
        match self.resend(request.clone()) {
            Answer::Done => {
                self.alerts.asked_there.push(request.clone());
                let says = AlertText::Resending(name.unwrap_or_default());
                let id = self.notify(1, says, false);
                self.alerts.sending.insert(id, request);
            }
            _ => drop(self.notify(1, AlertText::NotSent, false)),
        }
    }

    /// The link is on its way, or was held back in the window.
    pub(super) fn end_sending(&mut self) {
        let over: Vec<AlertId> = self
            .alerts
            .sending
            .iter()
            .filter(|(_, request)| !self.resends.contains_key(request))
            .map(|(alert, _)| *alert)
            .collect();
        for alert in over {
            self.alerts.sending.remove(&alert);
            self.say(Effect::Withdraw(alert));
        }
    }

    /// A link that goes in a moment came to an end: whoever asked for it outside the window
    /// is told there where it did not go.
    pub(super) fn link_ended(&mut self, request: &RequestId, sent: bool) {
        let asked = self.alerts.asked_there.len();
        self.alerts.asked_there.retain(|one| one != request);
        if !sent && self.alerts.asked_there.len() < asked {
            self.notify(1, AlertText::NotSent, false);
        }
    }
}

/// The name on file is listed by its last part: `Okafor, Ada`.
fn spoken(name: &str) -> String {
    match name.split_once(", ") {
        Some((last, first)) if !first.contains(", ") => format!("{first} {last}"),
        _ => name.to_owned(),
    }
}

fn initials(name: &str) -> String {
    let initial = |part: &str| {
        let first = part.chars().find(|letter| letter.is_alphabetic())?;
        Some(format!("{}.", first.to_uppercase()))
    };
    let all: Vec<String> = name.split_whitespace().filter_map(initial).collect();
    match all.as_slice() {
        [first, .., last] => format!("{first} {last}"),
        _ => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D5
    #[test]
    fn initials_say_no_more_of_a_name_than_its_ends() {
        for (listed, said) in [
            ("Okafor, Ada", "A. O."),
            ("Okafor, Ada Maria", "A. O."),
            ("Ben", "B."),
            ("de la Cruz, \u{e9}lise", "\u{c9}. C."),
            ("???", ""),
        ] {
            assert_eq!(initials(&spoken(listed)), said, "{listed}");
        }
        assert_eq!(spoken("Okafor, Ada"), "Ada Okafor");
        assert_eq!(spoken("Park, Sam, Jr."), "Park, Sam, Jr.");
    }
}
