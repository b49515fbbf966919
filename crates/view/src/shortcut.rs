//! Keys that show the window from anywhere.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A combination of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a key that is held or not"
)]
pub struct Shortcut {
    /// With Ctrl.
    pub control: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift.
    pub shift: bool,
    /// With the key that has the computer's logo.
    pub logo: bool,
    /// Which key.
    pub key: ShortcutKey,
}

impl Shortcut {
    /// It takes nothing away that every program needs: Ctrl+C stays what it is, and Ctrl+Alt
    /// with a function key belongs to the computer.
    #[must_use]
    pub const fn may_be_taken(self) -> bool {
        let Self {
            control,
            alt,
            shift,
            logo,
            key,
        } = self;
        match key {
            ShortcutKey::Function(_) => logo || (control != alt),
            ShortcutKey::Letter(_) | ShortcutKey::Digit(_) | ShortcutKey::Space => {
                logo || (control && alt) || ((control || alt) && shift)
            }
        }
    }
}

/// A key by what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub enum ShortcutKey {
    /// A to Z.
    Letter(u8),
    /// 0 to 9.
    Digit(u8),
    /// F1 to F12.
    Function(u8),
    /// The long one.
    Space,
}

impl fmt::Display for ShortcutKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letter(letter) | Self::Digit(letter) => write!(f, "{}", char::from(*letter)),
            Self::Function(number) => write!(f, "F{number}"),
            Self::Space => f.write_str("Space"),
        }
    }
}

impl From<ShortcutKey> for String {
    fn from(key: ShortcutKey) -> Self {
        key.to_string()
    }
}

/// That is no key that can be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such key")]
pub struct NoSuchKey;

impl TryFrom<String> for ShortcutKey {
    type Error = NoSuchKey;

    fn try_from(name: String) -> Result<Self, NoSuchKey> {
        match name.as_bytes() {
            [letter @ b'A'..=b'Z'] => Ok(Self::Letter(*letter)),
            [digit @ b'0'..=b'9'] => Ok(Self::Digit(*digit)),
            b"Space" => Ok(Self::Space),
            [b'F', number @ ..] if !number.starts_with(b"0") && !number.starts_with(b"+") => name
                [1..]
                .parse()
                .ok()
                .filter(|number| (1..=12).contains(number))
                .map(Self::Function)
                .ok_or(NoSuchKey),
            _ => Err(NoSuchKey),
        }
    }
}

/// Why the chosen keys do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutTrouble {
    /// Another program has them.
    Taken,
    /// No program is given keys on this desktop.
    NotHere,
    /// This keyboard has no such key.
    NoSuchKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_it_is_read() {
        for name in ["A", "Z", "0", "9", "F1", "F12", "Space"] {
            let key = ShortcutKey::try_from(name.to_owned()).unwrap();
            assert_eq!(key.to_string(), name);
        }
        for name in ["", "a", "É", "AA", "F0", "F13", "F01", "F+1", "space", "10"] {
            assert_eq!(
                ShortcutKey::try_from(name.to_owned()),
                Err(NoSuchKey),
                "{name}"
            );
        }
    }

    #[test]
    fn keys_that_every_program_needs_are_not_taken() {
        let shortcut = |held: &str, key: &str| Shortcut {
            control: held.contains('c'),
            alt: held.contains('a'),
            shift: held.contains('s'),
            logo: held.contains('l'),
            key: ShortcutKey::try_from(key.to_owned()).unwrap(),
        };
        for (held, key) in [
            ("ca", "L"),
            ("cs", "9"),
            ("l", "L"),
            ("c", "F9"),
            ("las", "Space"),
        ] {
            assert!(shortcut(held, key).may_be_taken(), "{held} {key}");
        }
        for (held, key) in [
            ("", "L"),
            ("c", "C"),
            ("a", "F"),
            ("s", "A"),
            ("", "F1"),
            ("s", "F9"),
            ("ca", "F1"),
        ] {
            assert!(!shortcut(held, key).may_be_taken(), "{held} {key}");
        }
    }
}
