//! What shows notifications on this computer, as it is met on the session bus.

use std::{collections::HashMap, time::Duration};

use latchkey_view::NotificationTrouble;
use tokio_stream::{StreamExt as _, StreamMap};
use zbus::{
    Connection, MatchRule, Message, MessageStream, fdo,
    message::Type,
    zvariant::{DynamicType, Value},
};

use crate::{
    os::{Alert, AlertButton, alert_buttons, alert_words, button_words},
    words,
};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const BUS: &str = "org.freedesktop.DBus";

/// The notification itself, pressed anywhere.
pub(super) const ITSELF: &str = "default";

/// A server that says nothing for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What it said.
pub(super) enum Said {
    Pressed(u32, String),
    Closed(u32),
    /// Another server took its place, or the first one came.
    Came,
    Gone,
}

/// The way to it.
pub(super) struct Server {
    bus: Connection,
    said: StreamMap<&'static str, MessageStream>,
    icon: String,
    /// Who it is on the bus; a name that is started when it is called has nobody before.
    owner: Option<String>,
    can: Option<Abilities>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Abilities {
    actions: bool,
    /// The text is read as markup, so what stands in it is escaped.
    markup: bool,
    /// Draws a button for the notification itself, too.
    draws_itself: bool,
}

impl Server {
    pub(super) async fn connect(icon: String) -> zbus::Result<Self> {
        let bus = Connection::session().await?;
        let spoken = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(SERVICE)?
            .path(PATH)?
            .build();
        let owners = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(BUS)?
            .member("NameOwnerChanged")?
            .arg(0, SERVICE)?
            .build();
        let mut said = StreamMap::new();
        // Listened to before anything is shown: no press falls between.
        let spoken = MessageStream::for_match_rule(spoken, &bus, Some(64)).await?;
        said.insert("spoken", spoken);
        let owners = MessageStream::for_match_rule(owners, &bus, Some(16)).await?;
        said.insert("owners", owners);
        Ok(Self {
            bus,
            said,
            icon,
            owner: None,
            can: None,
        })
    }

    /// Who it is, of all servers on all buses; nothing where there is none.
    pub(super) fn name(&self) -> Option<String> {
        let owner = self.owner.as_ref()?;
        Some(format!("{} {owner}", self.bus.server_guid()))
    }

    /// What it says next; an error or nothing where the bus is gone.
    pub(super) async fn next(&mut self) -> Option<zbus::Result<Said>> {
        loop {
            let (_, message) = self.said.next().await?;
            let message = match message {
                Ok(message) => message,
                Err(error) => return Some(Err(error)),
            };
            if let Some(said) = self.understand(&message) {
                return Some(Ok(said));
            }
        }
    }

    fn understand(&mut self, message: &Message) -> Option<Said> {
        let header = message.header();
        let body = message.body();
        match header.member()?.as_str() {
            "ActionInvoked" => {
                let (number, action) = body.deserialize().ok()?;
                Some(Said::Pressed(number, action))
            }
            "NotificationClosed" => {
                let (number, _why): (u32, u32) = body.deserialize().ok()?;
                Some(Said::Closed(number))
            }
            "NameOwnerChanged" => {
                let (_, _, new): (String, String, String) = body.deserialize().ok()?;
                if new.is_empty() {
                    (self.owner, self.can) = (None, None);
                    Some(Said::Gone)
                } else if self.owner.as_ref() == Some(&new) {
                    // The one that was started by our own call.
                    None
                } else {
                    (self.owner, self.can) = (Some(new), None);
                    Some(Said::Came)
                }
            }
            _ => None,
        }
    }

    /// Whether there is one, without showing anything.
    pub(super) async fn look(&mut self) -> Option<NotificationTrouble> {
        if self.may_be_started().await || self.is_there().await {
            self.ask().await.err().or_else(|| self.lacks())
        } else {
            Some(NotificationTrouble::Absent)
        }
    }

    pub(super) fn lacks(&self) -> Option<NotificationTrouble> {
        self.can
            .is_some_and(|can| !can.actions)
            .then_some(NotificationTrouble::NoButtons)
    }

    async fn is_there(&mut self) -> bool {
        let owner: Option<String> = self
            .call(BUS, "/org/freedesktop/DBus", BUS, "GetNameOwner", &SERVICE)
            .await
            .ok();
        self.owner.clone_from(&owner);
        owner.is_some()
    }

    async fn may_be_started(&self) -> bool {
        let names: Result<Vec<String>, _> = self
            .call(
                BUS,
                "/org/freedesktop/DBus",
                BUS,
                "ListActivatableNames",
                &(),
            )
            .await;
        names.is_ok_and(|names| names.iter().any(|name| name == SERVICE))
    }

    async fn ask(&mut self) -> Result<Abilities, NotificationTrouble> {
        if let Some(can) = self.can {
            return Ok(can);
        }
        let can: Vec<String> = self
            .call(SERVICE, PATH, SERVICE, "GetCapabilities", &())
            .await?;
        // Not every one says who it is.
        let about: Result<(String, String, String, String), _> = self
            .call(SERVICE, PATH, SERVICE, "GetServerInformation", &())
            .await;
        let can = abilities(&about.map(|(name, ..)| name).unwrap_or_default(), &can);
        self.can = Some(can);
        self.is_there().await;
        Ok(can)
    }

    /// Shows it, and says by which number it goes there. What comes late makes no sound.
    pub(super) async fn show(
        &mut self,
        alert: &Alert,
        late: bool,
    ) -> Result<u32, NotificationTrouble> {
        let can = self.ask().await?;
        let (summary, body) = alert_words(alert);
        let body = if can.markup { escaped(&body) } else { body };
        let sound = if alert.sound && !late {
            ("sound-name", Value::from("message-new-instant"))
        } else {
            ("suppress-sound", Value::from(true))
        };
        let hints: HashMap<&str, Value<'_>> = HashMap::from([
            // The package's desktop file, which is named after the product.
            ("desktop-entry", Value::from("Latchkey")),
            ("category", Value::from("im.received")),
            ("urgency", Value::from(1_u8)),
            sound,
        ]);
        let shown = (
            words::say("app-name"),
            0_u32,
            self.icon.as_str(),
            summary,
            body,
            actions(alert, can),
            hints,
            // It stays until somebody looks, here or at another desktop.
            0_i32,
        );
        let number = self.call(SERVICE, PATH, SERVICE, "Notify", &shown).await?;
        self.is_there().await;
        Ok(number)
    }

    pub(super) async fn close(&self, number: u32) {
        let closed: Result<(), _> = self
            .call(SERVICE, PATH, SERVICE, "CloseNotification", &(number,))
            .await;
        if let Err(why) = closed {
            tracing::info!(?why, "a notification could not be taken back");
        }
    }

    async fn call<A, R>(
        &self,
        of: &str,
        path: &str,
        interface: &str,
        what: &str,
        with: &A,
    ) -> Result<R, NotificationTrouble>
    where
        A: serde::Serialize + DynamicType + Sync,
        R: for<'a> zbus::zvariant::DynamicDeserialize<'a>,
    {
        let calling = self
            .bus
            .call_method(Some(of), path, Some(interface), what, with);
        match tokio::time::timeout(PATIENCE, calling).await {
            Err(_) => Err(NotificationTrouble::Slow),
            Ok(Err(error)) => Err(trouble(&error)),
            Ok(Ok(answer)) => answer
                .body()
                .deserialize()
                .map_err(|_| NotificationTrouble::Failing),
        }
    }
}

fn trouble(error: &zbus::Error) -> NotificationTrouble {
    let missing = |name: &str| {
        [
            "org.freedesktop.DBus.Error.ServiceUnknown",
            "org.freedesktop.DBus.Error.NameHasNoOwner",
        ]
        .contains(&name)
    };
    match error {
        zbus::Error::MethodError(name, ..) if missing(name.as_str()) => NotificationTrouble::Absent,
        zbus::Error::FDO(error)
            if matches!(
                **error,
                fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_)
            ) =>
        {
            NotificationTrouble::Absent
        }
        _ => NotificationTrouble::Failing,
    }
}

fn abilities(server: &str, can: &[String]) -> Abilities {
    let has = |what: &str| can.iter().any(|one| one == what);
    Abilities {
        actions: has("actions"),
        markup: has("body-markup"),
        draws_itself: server.starts_with("Xfce"),
    }
}

/// Pairs of a key and its words, as the specification wants them.
fn actions(alert: &Alert, can: Abilities) -> Vec<String> {
    if !can.actions {
        return Vec::new();
    }
    let mut all = vec![ITSELF.to_owned(), button_words(AlertButton::Open)];
    for button in alert_buttons(alert) {
        // Two that do the same puzzle.
        if *button == AlertButton::Open && can.draws_itself {
            continue;
        }
        all.push(key(*button).to_owned());
        all.push(button_words(*button));
    }
    all
}

pub(super) const fn key(button: AlertButton) -> &'static str {
    match button {
        AlertButton::Open => "open",
        AlertButton::Resend => "resend",
        AlertButton::Undo => "undo",
    }
}

/// Nothing in it is a tag, whatever somebody is called (RULES A5).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::{AlertId, AlertText};

    fn alert() -> Alert {
        Alert {
            id: AlertId(1),
            count: 1,
            says: AlertText::Help {
                named: Vec::new(),
                resend: false,
            },
            sound: true,
        }
    }

    #[test]
    fn no_desktop_shows_two_buttons_that_do_the_same() {
        let able = ["body".to_owned(), "actions".to_owned()];
        let keys = |server: &str, can: &[String]| -> Vec<String> {
            actions(&alert(), abilities(server, can))
                .into_iter()
                .step_by(2)
                .collect()
        };
        assert_eq!(keys("Xfce Notify Daemon", &able), ["default"]);
        assert_eq!(keys("gnome-shell", &able), ["default", "open"]);
        assert!(keys("dunst", &able[..1]).is_empty());
    }

    // RULES D5
    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(
            escaped("<b>Ada</b> & Ben"),
            "&lt;b&gt;Ada&lt;/b&gt; &amp; Ben"
        );
    }
}
