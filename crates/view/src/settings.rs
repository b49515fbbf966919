//! What a person chose on this computer, and what holds notifications back.

use latchkey_protocol::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::{Shortcut, ShortcutTrouble};

/// What the person chose here, as the window shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Settings {
    /// Minutes without input until Latchkey locks.
    pub lock_after: u32,
    /// Whether a passphrase of Latchkey's own is needed.
    pub passphrase: PassphraseState,
    /// What a notification says.
    pub notifications: NotificationText,
    /// Notifications may be heard.
    pub sound: bool,
    /// The hours in which nothing rings, by the day on which they begin; Monday first.
    pub quiet_hours: [QuietDay; 7],
    /// In quiet hours, a request that nobody has opened for too long rings all the same.
    pub on_call: bool,
    /// How close the lists stand.
    pub density: Density,
    /// Latchkey starts with the log-in to the computer; [`StartAtLogIn::Unknown`] is to be
    /// asked.
    pub start_at_log_in: StartAtLogIn,
    /// That could not be changed.
    pub start_failed: bool,
    /// The keys that show the window from anywhere, where any were chosen.
    pub shortcut: Option<Shortcut>,
    /// Why they do nothing.
    pub shortcut_trouble: Option<ShortcutTrouble>,
    /// What is wrong with this computer's notifications, if anything.
    pub notification_trouble: Option<NotificationTrouble>,
}

/// Whether a passphrase of Latchkey's own is needed (RULES D4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum PassphraseState {
    /// Unlocking the computer unlocks Latchkey.
    NotNeeded,
    /// The computer cannot tell, and none was chosen yet.
    Wanted,
    /// One was chosen.
    Chosen,
}

/// What a notification says of the client (RULES D5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum NotificationText {
    /// There are none.
    Off,
    /// That a client needs help, or how many do.
    #[default]
    Count,
    /// The initials of the name on file.
    Initials,
    /// The name on file.
    Name,
}

/// The quiet hours that begin on one day of the week, in this computer's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct QuietDay {
    /// They hold.
    pub on: bool,
    /// Minutes after midnight at which they begin.
    pub from: u16,
    /// Minutes after midnight at which they end: on the next day where that is not after
    /// `from`, so that the same minute twice is a whole day.
    pub to: u16,
}

/// How close the lists stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// With room.
    #[default]
    Comfortable,
    /// More on one screen.
    Compact,
}

/// Whether Latchkey starts with the log-in to the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum StartAtLogIn {
    /// Nobody was asked yet.
    #[default]
    Unknown,
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// What is wrong with this computer's notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum NotificationTrouble {
    /// Nothing on this computer shows them.
    Absent,
    /// What shows them does not answer.
    Slow,
    /// What shows them answered with an error.
    Failing,
    /// They are shown, and cannot be pressed.
    NoButtons,
}

/// One thing to be chosen; bounds are kept by the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// [`Settings::lock_after`]
    LockAfter(u32),
    /// [`Settings::notifications`]
    Notifications(NotificationText),
    /// [`Settings::sound`]
    Sound(bool),
    /// [`Settings::quiet_hours`]
    QuietHours([QuietDay; 7]),
    /// [`Settings::on_call`]
    OnCall(bool),
    /// [`Settings::density`]
    Density(Density),
    /// [`Settings::start_at_log_in`]
    StartAtLogIn(StartAtLogIn),
    /// [`Settings::shortcut`]
    Shortcut(Option<Shortcut>),
}

/// What holds notifications back now, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Quiet {
    /// The person is in a session.
    pub in_session: Option<UnixMillis>,
    /// The person wanted quiet.
    pub by_hand: Option<UnixMillis>,
    /// The quiet hours of the settings.
    pub hours: Option<UnixMillis>,
}
