//! macOS and Windows: their keychains and notifications through the same libraries.
//! Written for them, not compiled here; the tray is Linux's only so far, and everything
//! in it is in the window, too.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use latchkey_view::{
    NotificationTrouble, Shortcut, ShortcutTrouble, connect::WINDOW_PROGRAM, start,
};
use notify_rust::{Notification, NotificationResponse};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::{
    Alert, AlertButton, AlertId, IDLE_BEAT, Idle, KeychainError, Os, OsEvent, OsEvents, Start,
    StartError, TrayState, alert_buttons, alert_words, button_words,
};
use crate::words;

/// The user's part of an entry's name; the other part belongs to the data folder.
const ENTRY: &str = "root-key";

/// The person's desktop session.
pub struct Desktop {
    runtime: Handle,
    events: OsEvents,
    data_dir: Option<PathBuf>,
    withdrawn: Arc<Mutex<Vec<AlertId>>>,
}

impl Desktop {
    /// `data_dir` is handed on to the window's program.
    #[must_use]
    pub fn new(runtime: Handle, events: OsEvents, data_dir: Option<PathBuf>) -> Self {
        let _ = events.send(OsEvent::TellsItsLock(false));
        let beats = events.clone();
        runtime.spawn(async move {
            while beats
                .send(OsEvent::Untouched(Idle::Unknown(IDLE_BEAT)))
                .is_ok()
            {
                tokio::time::sleep(Duration::from_millis(IDLE_BEAT)).await;
            }
        });
        Self {
            runtime,
            events,
            data_dir,
            withdrawn: Arc::default(),
        }
    }
}

impl Os for Desktop {
    fn keychain_read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn keychain_keep(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        entry(name)?.set_secret(secret).map_err(|error| why(&error))
    }

    fn keychain_forget(&self, name: &str) -> Result<(), KeychainError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(why(&error)),
        }
    }

    fn notify(&self, alert: &Alert) {
        let (alert, events, withdrawn) =
            (alert.clone(), self.events.clone(), self.withdrawn.clone());
        // A thread each: the library waits for the press by blocking.
        std::thread::spawn(move || {
            let (summary, body) = alert_words(&alert);
            let mut notification = Notification::new();
            notification
                .appname(&words::say("app-name"))
                .summary(&summary)
                .body(&body);
            for button in alert_buttons(&alert) {
                notification.action(key(*button), &button_words(*button));
            }
            if alert.sound {
                notification.sound_name("default");
            }
            let shown = notification.show();
            let trouble = shown.is_err().then_some(NotificationTrouble::Failing);
            let _ = events.send(OsEvent::Notifications(trouble));
            let Ok(handle) = shown else { return };
            let _ = handle.wait_for_response(|response: &NotificationResponse| {
                let mut offered = alert_buttons(&alert).iter().copied();
                let pressed = match response {
                    NotificationResponse::Default => Some(AlertButton::Open),
                    NotificationResponse::Action(action) => {
                        offered.find(|button| key(*button) == action)
                    }
                    _ => None,
                };
                let mut withdrawn = withdrawn.lock().unwrap_or_else(PoisonError::into_inner);
                let was_withdrawn = withdrawn.contains(&alert.id);
                withdrawn.retain(|id| *id != alert.id);
                if !was_withdrawn {
                    let _ = events.send(match pressed {
                        Some(button) => OsEvent::AlertPressed(alert.id, button),
                        None => OsEvent::AlertClosed(alert.id),
                    });
                }
            });
        });
    }

    /// These systems' libraries cannot take one back; a press on it is ignored.
    fn withdraw(&self, alert: AlertId) {
        self.withdrawn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(alert);
    }

    fn tray(&self, _state: TrayState) {}

    fn open_browser(&self, url: &str) {
        let url = url.to_owned();
        self.runtime.spawn_blocking(move || {
            if let Err(error) = open::that_detached(url) {
                tracing::warn!(kind = ?error.kind(), "no browser could be opened");
            }
        });
    }

    fn open_window(&self) {
        let started = start::beside(WINDOW_PROGRAM)
            .and_then(|program| start::command(&program, self.data_dir.as_deref()).spawn());
        if let Err(error) = started {
            tracing::error!(%error, "the window could not be started");
        }
    }

    /// Not on these systems yet: their own settings can start it.
    fn start_at_log_in(&self, start: Start) -> Result<(), StartError> {
        match start {
            Start::Yes => Err(StartError(PathBuf::new())),
            Start::No | Start::AsBefore => Ok(()),
        }
    }

    /// Not on these systems yet: a passphrase unlocks Latchkey there.
    fn lock_computer(&self) {}

    /// Not on these systems yet.
    fn take_keys(&self, keys: Option<Shortcut>) {
        let trouble = keys.map(|_| ShortcutTrouble::NotHere);
        let _ = self.events.send(OsEvent::KeysTaken(trouble));
    }

    fn folder_for_saving(&self) -> Option<PathBuf> {
        let home = std::env::home_dir()?;
        [home.join("Downloads"), home]
            .into_iter()
            .find(|folder| folder.is_dir())
    }

    fn host_name(&self) -> String {
        gethostname::gethostname().to_string_lossy().into_owned()
    }
}

const fn key(button: AlertButton) -> &'static str {
    match button {
        AlertButton::Open => "open",
        AlertButton::Resend => "resend",
        AlertButton::Undo => "undo",
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeychainError> {
    keyring::Entry::new(name, ENTRY).map_err(|error| why(&error))
}

fn why(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(_) => KeychainError::Locked,
        _ => KeychainError::Failing,
    }
}
