//! The operating system behind one trait, so that the whole loop runs in tests.

mod alert;
mod keychain;
#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(any(windows, target_os = "macos"))]
mod portable;
mod thread;

use std::path::PathBuf;

use latchkey_view::{NotificationTrouble, Shortcut, ShortcutTrouble};
use zeroize::Zeroizing;

pub use alert::{alert_buttons, alert_words, button_words};
pub use keychain::{Kept, KeychainThread, OnLate};
#[cfg(all(unix, not(target_os = "macos")))]
pub use linux::Desktop;
#[cfg(any(windows, target_os = "macos"))]
pub use portable::Desktop;
pub use thread::{Job, Thread};

/// Why the keychain did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is none.
    #[error("there is no keychain")]
    Absent,
    /// It is locked.
    #[error("the keychain is locked")]
    Locked,
    /// It does not answer.
    #[error("the keychain does not answer")]
    Slow,
    /// It took something and does not have it.
    #[error("the keychain loses what it is given")]
    Losing,
    /// It takes nothing.
    #[error("the keychain refuses to keep anything")]
    Full,
    /// It failed.
    #[error("the keychain failed")]
    Failing,
}

/// Names a notification for as long as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertId(pub u64);

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub id: AlertId,
    /// How many requests it stands for.
    pub count: u32,
    /// What it says.
    pub says: AlertText,
    /// It may be heard.
    pub sound: bool,
}

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertText {
    /// How many clients need help; of some of them the name on file or its initials, as the
    /// settings want it (RULES D5).
    Help {
        /// Those that are named; the others are counted.
        named: Vec<String>,
        /// *Resend link* can be pressed.
        resend: bool,
    },
    /// A link goes to this client in a moment, and can be held back.
    Resending(String),
    /// A link that was asked for on a notification did not go.
    NotSent,
    /// What one looks like.
    Example,
}

/// What can be pressed on a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertButton {
    /// Shows the window.
    Open,
    /// Sends a new link, in a moment.
    Resend,
    /// Holds it back.
    Undo,
}

/// Whether the agent starts with the person's log-in to the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From now on.
    Yes,
    /// Not any more; nothing of it is left behind.
    No,
    /// As it was chosen: the program may lie elsewhere by now.
    AsBefore,
}

/// It could not be said so: this file cannot be written or deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the start at log-in cannot be changed")]
pub struct StartError(pub PathBuf);

/// What the tray shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrayState {
    /// Somebody is signed in.
    pub signed_in: bool,
    /// It is locked.
    pub locked: bool,
    /// Unread requests.
    pub unread: u32,
    /// What holds notifications back.
    pub quiet: TrayQuiet,
}

/// What holds notifications back, each until a minute of the day on this computer's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrayQuiet {
    /// The person is in a session.
    pub in_session: Option<u16>,
    /// The person wanted quiet.
    pub by_hand: Option<u16>,
    /// The quiet hours of the settings.
    pub hours: Option<u16>,
}

/// What the person did outside the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OsEvent {
    /// Pressed a button on a notification, or the notification itself.
    AlertPressed(AlertId, AlertButton),
    /// It is off the screen.
    AlertClosed(AlertId),
    /// An earlier run was killed with notifications on the screen; they were taken back.
    AlertsLost,
    /// Whether this computer shows notifications.
    Notifications(Option<NotificationTrouble>),
    /// Something about the keychain changed: it came, was unlocked, or lost something.
    KeychainChanged,
    /// Pressed the keys that show the window.
    KeysPressed,
    /// Whether the keys that were asked for last do anything.
    KeysTaken(Option<ShortcutTrouble>),
    /// *Open Latchkey* in the tray.
    OpenChosen,
    /// *In session* in the tray, or its end.
    InSessionChosen(bool),
    /// *Quiet until tomorrow* in the tray, or its end.
    QuietChosen(bool),
    /// *Lock* in the tray.
    LockChosen,
    /// *Sign out* in the tray.
    SignOutChosen,
    /// *Quit* in the tray.
    QuitChosen,
    /// The computer's own lock is on.
    ComputerLocked,
    /// Somebody who may has taken it off.
    ComputerUnlocked,
    /// The screen is covered; whether anybody has to prove anything to uncover it is not
    /// known.
    ScreenCovered,
    /// The computer is about to sleep.
    FallsAsleep,
    /// It woke up.
    WokeUp,
    /// It is on a network again, or on another one.
    NetworkCame,
    /// Sent about every [`IDLE_BEAT`], whatever the clock does.
    Untouched(Idle),
    /// Whether [`OsEvent::ComputerUnlocked`] can be relied on to come.
    TellsItsLock(bool),
}

/// The picture that notifications name by path, below the runtime folder.
pub const ICON_FILE: &str = "latchkey.png";

/// Which notifications are on the screen, below the runtime folder.
pub const SHOWN_FILE: &str = "shown.json";

/// The computer is asked when it was last used no more often than this, in milliseconds.
pub const IDLE_BEAT: u64 = 15_000;

/// How long nobody has touched keyboard, mouse or screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// So many milliseconds.
    For(u64),
    /// The computer cannot tell; so many milliseconds after it was asked before.
    Unknown(u64),
}

/// The operating system. Calls return at once, except those on the keychain,
/// which have a thread of their own.
pub trait Os: Send + Sync + 'static {
    /// Whether the keychain is there and locked, so that reading it may ask the person
    /// for a password. Blocks.
    ///
    /// # Errors
    /// [`KeychainError`]
    fn keychain_is_locked(&self) -> Result<bool, KeychainError> {
        Ok(false)
    }

    /// What the keychain keeps under a name; `None` only where an unlocked one
    /// definitely has nothing. Blocks.
    ///
    /// # Errors
    /// [`KeychainError`]
    fn keychain_read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError>;

    /// Keeps a secret. Blocks.
    ///
    /// # Errors
    /// [`KeychainError`]
    fn keychain_keep(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError>;

    /// Makes the keychain forget what it keeps under a name; fine where there is nothing.
    /// Blocks.
    ///
    /// # Errors
    /// [`KeychainError`]
    fn keychain_forget(&self, name: &str) -> Result<(), KeychainError>;

    /// Shows a notification.
    fn notify(&self, alert: &Alert);

    /// Takes a notification off the screen.
    fn withdraw(&self, alert: AlertId);

    /// Draws the tray anew.
    fn tray(&self, state: TrayState);

    /// Opens the system browser.
    fn open_browser(&self, url: &str);

    /// Starts the window's program.
    fn open_window(&self);

    /// The agent is awake anyway: what is asked from time to time can be asked now.
    fn look_at_computer(&self) {}

    /// Asks the computer to lock itself; [`OsEvent::ComputerLocked`] says that it did.
    fn lock_computer(&self);

    /// Whether to ask the person once if the agent is to start with the log-in: not where it
    /// could not, nor for a folder that was given by hand.
    fn asks_to_start(&self) -> bool {
        false
    }

    /// Has the agent start with the log-in, or not. Blocks.
    ///
    /// # Errors
    /// [`StartError`]
    fn start_at_log_in(&self, start: Start) -> Result<(), StartError>;

    /// Takes these keys from every program, or gives them back; [`OsEvent::KeysTaken`] says
    /// whether they were given.
    fn take_keys(&self, keys: Option<Shortcut>);

    /// The folder for what a person saves, where there is one. Blocks.
    fn folder_for_saving(&self) -> Option<PathBuf> {
        None
    }

    /// This computer's name, to be offered as the name of the device.
    fn host_name(&self) -> String;

    /// A thread for work that blocks: the keychain's, and the disk's.
    fn thread(&self) -> Thread {
        Thread::start()
    }
}

/// Where [`OsEvent`]s go. Never waits: the loop of a platform must not.
pub type OsEvents = tokio::sync::mpsc::UnboundedSender<OsEvent>;
