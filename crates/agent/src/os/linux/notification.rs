//! A notification, in a task that keeps its handle: some desktops close it when the
//! connection that sent it goes.

use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationResponse, Timeout, Urgency};
use tokio::sync::{OnceCell, oneshot};

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
    has_buttons: &OnceCell<bool>,
) {
    let has_buttons = *has_buttons.get_or_init(ask_for_buttons).await;
    let notification = compose(alert, has_buttons);
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

fn compose(alert: &Alert, has_buttons: bool) -> Notification {
    let (summary, body) = alert_words(alert);
    let mut notification = Notification::new();
    notification
        .appname(&words::say("app-name"))
        .summary(&summary)
        .body(&body)
        .icon("latchkey")
        .hint(Hint::DesktopEntry("latchkey".to_owned()))
        .hint(Hint::Category("im.received".to_owned()))
        .hint(Hint::Urgency(Urgency::Normal))
        // It stays until somebody looks, here or at another desktop.
        .timeout(Timeout::Never);
    if has_buttons {
        notification
            .action("default", &words::say("notify-open"))
            .action("open", &words::say("notify-open"));
    }
    notification
}

async fn ask_for_buttons() -> bool {
    // The library's own call blocks.
    let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
    match asked {
        Ok(Ok(capabilities)) => capabilities
            .iter()
            .any(|capability| capability == "actions"),
        _ => false,
    }
}
