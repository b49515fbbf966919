//! What the person chose, in a file that a person can read.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::files::write_private;

/// The file's name, below the config folder.
pub const SETTINGS_FILE: &str = "settings.json";

/// Minutes without input until it locks. There is no "never": a computer in a practice
/// is left alone some time (45 CFR 164.312(a)(2)(iii)).
const SHORTEST: u32 = 1;
const LONGEST: u32 = 60;
const USUAL: u32 = 15;

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Minutes without input until it locks.
    pub lock_after_minutes: u32,
    /// What another version keeps here stays as it is.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_after_minutes: USUAL,
            others: Map::new(),
        }
    }
}

impl Settings {
    /// With what was asked for, or the nearest that is allowed.
    pub fn set_lock_after(&mut self, minutes: u32) {
        self.lock_after_minutes = minutes.clamp(SHORTEST, LONGEST);
    }

    /// How long nobody may touch the computer.
    #[must_use]
    pub const fn lock_after_millis(&self) -> u64 {
        self.lock_after_minutes as u64 * 60_000
    }

    /// As they were kept. Where they cannot be read the usual ones hold, and the file
    /// stays until something is chosen anew.
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
        let mut settings: Self = serde_json::from_slice(&text).unwrap_or_else(|error| {
            tracing::warn!(line = error.line(), "the settings are not understood");
            Self::default()
        });
        settings.set_lock_after(settings.lock_after_minutes);
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

#[cfg(test)]
mod tests {
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
        read.set_lock_after(10);
        read.write(folder.path()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("moon") && text.contains("10"), "{text}");
    }
}
