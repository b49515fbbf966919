//! A notification, in a task that keeps its handle: some desktops close it when the
//! connection that sent it goes.

use std::{path::PathBuf, time::Duration};

use notify_rust::{Hint, Notification, NotificationResponse, Timeout, Urgency};
use tokio::sync::{OnceCell, oneshot};

use super::icon;
use crate::{
    os::{Alert, OsEvent, OsEvents, alert_words},
    words,
};

/// After this long nobody needs to be told by a notification any more.
const LONGEST: Duration = Duration::from_hours(12);

/// Shows it until it is pressed, closed, withdrawn, or too old.
pub(super) async fn show(
    alert: &Alert,
    withdrawn: oneshot::Receiver<()>,
    events: &OsEvents,
    daemon: &OnceCell<Daemon>,
    data_dir: Option<PathBuf>,
) {
    let daemon = daemon.get_or_init(|| Daemon::ask(data_dir)).await;
    let notification = compose(alert, daemon);
    let Ok(handle) = notification.show_async().await else {
        tracing::warn!(alert = alert.id.0, "the notification could not be shown");
        return;
    };
    let mut pressed = None;
    tokio::select! {
        () = handle.wait_for_action_async(|response| pressed = Some(is_opening(response))) => {}
        _ = withdrawn => {}
        () = tokio::time::sleep(LONGEST) => {}
    }
    let event = match pressed {
        Some(true) => OsEvent::AlertOpened(alert.id),
        Some(false) => OsEvent::AlertClosed(alert.id),
        None => {
            handle.close_async().await;
            return;
        }
    };
    let _ = events.send(event);
    // A resident one stays on the screen after a press.
    handle.close_async().await;
}

fn is_opening(response: &NotificationResponse) -> bool {
    match response {
        NotificationResponse::Default => true,
        NotificationResponse::Action(action) => action == "open",
        _ => false,
    }
}

fn compose(alert: &Alert, daemon: &Daemon) -> Notification {
    let (summary, body) = alert_words(alert);
    let mut notification = Notification::new();
    notification
        .appname(&words::say("app-name"))
        .summary(&summary)
        .body(&body)
        .icon(&daemon.icon)
        .hint(Hint::DesktopEntry("latchkey".to_owned()))
        .hint(Hint::Category("im.received".to_owned()))
        .hint(Hint::Urgency(Urgency::Normal))
        // It stays until somebody looks, here or at another desktop.
        .timeout(Timeout::Never);
    for action in daemon.actions {
        notification.action(action, &words::say("notify-open"));
    }
    notification
}

/// What shows the notifications here; asked once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Daemon {
    /// What can be pressed: the notification itself (`default`), and a button.
    actions: &'static [&'static str],
    icon: String,
}

impl Daemon {
    async fn ask(data_dir: Option<PathBuf>) -> Self {
        // The library's own calls block, and the icon is written to a file.
        let asked = tokio::task::spawn_blocking(move || {
            let capabilities = notify_rust::get_capabilities().unwrap_or_default();
            let name = notify_rust::get_server_information()
                .map(|information| information.name)
                .unwrap_or_default();
            Self {
                actions: actions(&name, &capabilities),
                icon: icon::place(data_dir.as_deref()),
            }
        });
        asked.await.unwrap_or(Self {
            actions: &[],
            icon: icon::NAME.to_owned(),
        })
    }
}

fn actions(daemon: &str, capabilities: &[String]) -> &'static [&'static str] {
    if !capabilities
        .iter()
        .any(|capability| capability == "actions")
    {
        &[]
    } else if daemon.starts_with("Xfce") {
        // It draws a button for `default` too, and two that do the same puzzle.
        &["default"]
    } else {
        &["default", "open"]
    }
}

#[cfg(test)]
mod tests {
    use super::actions;

    #[test]
    fn no_desktop_shows_two_buttons_that_do_the_same() {
        let able = ["body".to_owned(), "actions".to_owned()];
        assert_eq!(actions("Xfce Notify Daemon", &able), ["default"]);
        assert_eq!(actions("gnome-shell", &able), ["default", "open"]);
        assert!(actions("dunst", &able[..1]).is_empty());
    }
}
