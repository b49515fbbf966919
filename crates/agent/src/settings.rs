//! What the person chose, in a file that a person can read.

use std::{io, path::Path};

use latchkey_view::{Density, NotificationText, QuietDay, Setting, Shortcut, StartAtLogIn};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::files::write_private;

/// The file's name, below the config folder.
pub const SETTINGS_FILE: &str = "settings.json";

/// Minutes without input until it locks. There is no "never": a computer in a practice
/// is left alone some time (45 CFR 164.312(a)(2)(iii)).
const SHORTEST: u32 = 1;
const LONGEST: u32 = 60;
const USUAL: u32 = 15;

const LAST_MINUTE: u16 = 24 * 60 - 1;
/// What is offered for a day that never was quiet: from 18:00 to 8:00.
const AFTER_HOURS: QuietDay = QuietDay {
    on: false,
    from: 18 * 60,
    to: 8 * 60,
};

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Minutes without input until it locks.
    pub lock_after_minutes: u32,
    /// What a notification says.
    pub notifications: NotificationText,
    /// Notifications may be heard.
    pub sound: bool,
    /// When nothing rings, by the day on which it begins; Monday first.
    pub quiet_hours: [QuietDay; 7],
    /// What nobody has opened for too long rings in quiet hours, too.
    pub on_call: bool,
    /// How close the lists stand.
    pub density: Density,
    /// Whether it starts with the log-in to the computer.
    pub start_at_log_in: StartAtLogIn,
    /// The keys that show the window from anywhere, where any were chosen.
    pub shortcut: Option<Shortcut>,
    /// What another version keeps here stays as it is.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_after_minutes: USUAL,
            notifications: NotificationText::default(),
            sound: true,
            quiet_hours: [AFTER_HOURS; 7],
            on_call: false,
            density: Density::default(),
            start_at_log_in: StartAtLogIn::default(),
            shortcut: None,
            others: Map::new(),
        }
    }
}

impl Settings {
    /// With what was asked for, or the nearest that is allowed.
    pub fn set(&mut self, setting: Setting) {
        match setting {
            Setting::LockAfter(minutes) => {
                self.lock_after_minutes = minutes.clamp(SHORTEST, LONGEST);
            }
            Setting::Notifications(text) => self.notifications = text,
            Setting::Sound(sound) => self.sound = sound,
            Setting::QuietHours(days) => {
                self.quiet_hours = days.map(|day| QuietDay {
                    on: day.on,
                    from: day.from.min(LAST_MINUTE),
                    to: day.to.min(LAST_MINUTE),
                });
            }
            Setting::OnCall(on_call) => self.on_call = on_call,
            Setting::Density(density) => self.density = density,
            Setting::StartAtLogIn(start) => self.start_at_log_in = start,
            Setting::Shortcut(keys) => self.shortcut = keys.filter(|keys| keys.may_be_taken()),
        }
    }

    /// Nobody is asked whether it starts with the log-in: it does not, unless somebody wants
    /// it to.
    pub fn ask_nothing_of_start(&mut self) {
        if self.start_at_log_in == StartAtLogIn::Unknown {
            self.start_at_log_in = StartAtLogIn::No;
        }
    }

    /// How long nobody may touch the computer.
    #[must_use]
    pub const fn lock_after_millis(&self) -> u64 {
        self.lock_after_minutes as u64 * 60_000
    }

    /// As they were kept. Where one cannot be read its usual value holds; where the file
    /// cannot, all of them do, and the file stays until something is chosen anew.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let text = match std::fs::read(folder.join(SETTINGS_FILE)) {
            Ok(text) => text,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(kind = ?error.kind(), "the settings cannot be read");
                }
                return Self::default();
            }
        };
        serde_json::from_slice(&text).map_or_else(
            |error| {
                tracing::warn!(line = error.line(), "the settings are not understood");
                Self::default()
            },
            Self::of,
        )
    }

    fn of(mut kept: Map<String, Value>) -> Self {
        let mut settings = Self::default();
        let understood = [
            take(&mut kept, "lock_after_minutes").map(Setting::LockAfter),
            take(&mut kept, "notifications").map(Setting::Notifications),
            take(&mut kept, "sound").map(Setting::Sound),
            take(&mut kept, "quiet_hours").map(Setting::QuietHours),
            take(&mut kept, "on_call").map(Setting::OnCall),
            take(&mut kept, "density").map(Setting::Density),
            take(&mut kept, "start_at_log_in").map(Setting::StartAtLogIn),
            take(&mut kept, "shortcut").map(Setting::Shortcut),
        ];
        for setting in understood.into_iter().flatten() {
            settings.set(setting);
        }
        settings.others = kept;
        settings
    }

    /// Keeps them.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        write_private(&folder.join(SETTINGS_FILE), &text)
    }
}

fn take<T: DeserializeOwned>(kept: &mut Map<String, Value>, name: &str) -> Option<T> {
    let value = T::deserialize(kept.remove(name)?).ok();
    if value.is_none() {
        tracing::warn!(name, "a setting is not understood");
    }
    value
}

#[cfg(test)]
mod tests {
    use latchkey_view::ShortcutKey;

    use super::*;

    // RULES D4
    #[test]
    fn there_is_no_never_and_no_lock_that_makes_work_impossible() {
        let folder = tempfile::tempdir().unwrap();
        for (kept, minutes) in [
            (r#"{"lock_after_minutes": 0}"#, 1),
            (r#"{"lock_after_minutes": 4294967295}"#, 60),
            (r#"{"lock_after_minutes": 5}"#, 5),
            (r#"{"lock_after_minutes": -1}"#, 15),
            ("{}", 15),
            ("not json", 15),
        ] {
            std::fs::write(folder.path().join(SETTINGS_FILE), kept).unwrap();
            let read = Settings::read(folder.path());
            assert_eq!(read.lock_after_minutes, minutes, "{kept}");
        }
    }

    // RULES X1
    #[test]
    fn what_another_version_keeps_in_the_settings_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SETTINGS_FILE);
        std::fs::write(&path, r#"{"lock_after_minutes": 5, "moon": "full"}"#).unwrap();
        let mut read = Settings::read(folder.path());
        read.set(Setting::LockAfter(10));
        read.write(folder.path()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("moon") && text.contains("10"), "{text}");
    }

    // RULES X1
    #[test]
    fn one_setting_that_is_not_understood_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let kept = r#"{"notifications": "smoke signals", "sound": false, "on_call": 7,
            "quiet_hours": [], "density": "compact"}"#;
        std::fs::write(folder.path().join(SETTINGS_FILE), kept).unwrap();
        let read = Settings::read(folder.path());
        assert_eq!(read.notifications, NotificationText::Count, "names nobody");
        assert_eq!(read.density, Density::Compact);
        assert!(!read.sound && !read.on_call);
        assert_eq!(read.quiet_hours, Settings::default().quiet_hours);
        assert_eq!(read.others, Map::new());
    }

    #[test]
    fn a_minute_after_the_last_of_a_day_is_the_last() {
        let mut settings = Settings::default();
        let day = QuietDay {
            on: true,
            from: 1_440,
            to: u16::MAX,
        };
        settings.set(Setting::QuietHours([day; 7]));
        assert_eq!(settings.quiet_hours[6].from, 1_439);
        assert_eq!(settings.quiet_hours[6].to, 1_439);
    }

    #[test]
    fn what_was_chosen_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut chosen = Settings::default();
        chosen.set(Setting::Notifications(NotificationText::Initials));
        chosen.set(Setting::OnCall(true));
        let keys = Shortcut {
            control: true,
            alt: true,
            shift: false,
            logo: false,
            key: ShortcutKey::Letter(b'L'),
        };
        chosen.set(Setting::Shortcut(Some(keys)));
        assert_eq!(chosen.shortcut, Some(keys));
        chosen.quiet_hours[4].on = true;
        chosen.write(folder.path()).unwrap();
        assert_eq!(Settings::read(folder.path()), chosen);
    }
}
