//! Linux: Secret Service, freedesktop notifications, `StatusNotifierItem`.

mod folders;
mod icon;
mod keychain;
mod network;
mod notification;
mod presence;
mod shortcut;
mod start;
mod tray;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use latchkey_view::{
    Places, Shortcut, connect::WINDOW_PROGRAM, socket_folder_name, start as other,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, watch},
};
use zeroize::Zeroizing;

use super::{
    Alert, AlertId, KeychainError, Os, OsEvents, SHOWN_FILE, Start, StartError, TrayState,
};

/// The person's desktop session.
pub struct Desktop {
    runtime: Handle,
    data_dir: Option<PathBuf>,
    notifications: mpsc::UnboundedSender<notification::Wish>,
    tray: watch::Sender<TrayState>,
    log_in: Option<start::LogIn>,
    keys: watch::Sender<Option<Shortcut>>,
    awake: Arc<Notify>,
}

impl Desktop {
    /// Starts with a tray that shows nobody signed in. `data_dir` is handed on to the
    /// window's program.
    #[must_use]
    pub fn new(runtime: Handle, events: OsEvents, data_dir: Option<PathBuf>) -> Self {
        let (tray, states) = watch::channel(TrayState::default());
        let (notifications, wishes) = mpsc::unbounded_channel();
        let icon = icon::place(data_dir.as_deref());
        let log_in = start::LogIn::find(&start_name(data_dir.as_deref()), data_dir.as_deref());
        let book = Places::find(data_dir.as_deref())
            .ok()
            .map(|places| places.runtime.join(SHOWN_FILE));
        runtime.spawn(notification::run(wishes, events.clone(), icon, book));
        runtime.spawn(tray::run(states, events.clone()));
        runtime.spawn(keychain::watch(events.clone()));
        let (keys, wanted) = watch::channel(None);
        runtime.spawn(shortcut::run(wanted, events.clone()));
        let awake = Arc::new(Notify::new());
        presence::start(&runtime, &events, awake.clone());
        runtime.spawn(network::watch(events));
        Self {
            runtime,
            data_dir,
            notifications,
            tray,
            log_in,
            keys,
            awake,
        }
    }

    fn start_window(&self) -> std::io::Result<()> {
        let program = other::beside(WINDOW_PROGRAM)?;
        let command = other::command(&program, self.data_dir.as_deref());
        let mut child = {
            let _inside = self.runtime.enter();
            tokio::process::Command::from(command).spawn()?
        };
        self.runtime.spawn(async move {
            let _ = child.wait().await;
        });
        Ok(())
    }
}

/// Of the files that start it: each data folder has its own, the usual one a plain name.
fn start_name(data_dir: Option<&Path>) -> String {
    data_dir.map_or_else(|| "latchkey-agent".to_owned(), socket_folder_name)
}

impl Os for Desktop {
    fn keychain_is_locked(&self) -> Result<bool, KeychainError> {
        keychain::is_locked(&self.runtime)
    }

    fn keychain_read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        keychain::read(&self.runtime, name)
    }

    fn keychain_keep(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        keychain::keep(&self.runtime, name, secret)
    }

    fn keychain_forget(&self, name: &str) -> Result<(), KeychainError> {
        keychain::forget(&self.runtime, name)
    }

    fn notify(&self, alert: &Alert) {
        let wish = notification::Wish::Show(alert.clone());
        let _ = self.notifications.send(wish);
    }

    fn withdraw(&self, alert: AlertId) {
        let _ = self.notifications.send(notification::Wish::Withdraw(alert));
    }

    fn tray(&self, state: TrayState) {
        self.tray.send_replace(state);
    }

    fn open_browser(&self, url: &str) {
        let url = url.to_owned();
        self.runtime.spawn_blocking(move || {
            // What the session names comes before what the desktop would guess.
            let opened = match std::env::var("BROWSER") {
                Ok(browser) if !browser.is_empty() => open::with_detached(url, browser),
                _ => open::that_detached(url),
            };
            // The window shows the address to be opened by hand.
            if let Err(error) = opened {
                tracing::warn!(kind = ?error.kind(), "no browser could be opened");
            }
        });
    }

    fn open_window(&self) {
        if let Err(error) = self.start_window() {
            tracing::error!(%error, "the window could not be started");
        }
    }

    fn look_at_computer(&self) {
        self.awake.notify_one();
    }

    fn lock_computer(&self) {
        self.runtime.spawn(presence::lock_computer());
    }

    fn asks_to_start(&self) -> bool {
        self.data_dir.is_none() && self.log_in.is_some()
    }

    fn start_at_log_in(&self, start: Start) -> Result<(), StartError> {
        let Some(log_in) = &self.log_in else {
            return Err(StartError(PathBuf::from("~")));
        };
        self.runtime.block_on(log_in.set(start))
    }

    fn take_keys(&self, keys: Option<Shortcut>) {
        self.keys.send_replace(keys);
    }

    fn folder_for_saving(&self) -> Option<PathBuf> {
        folders::for_saving()
    }

    fn host_name(&self) -> String {
        gethostname::gethostname().to_string_lossy().into_owned()
    }
}
