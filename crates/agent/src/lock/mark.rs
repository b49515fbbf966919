//! Whether Latchkey was locked when the agent was last heard of. It lies in the runtime
//! folder, which goes at log-out: logging in is unlocking the computer.

use std::path::Path;

use latchkey_protocol::UnixMillis;
use serde::{Deserialize, Serialize};

/// The file's name, below the runtime folder.
pub const MARK_FILE: &str = "lock.json";

/// How it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockMark {
    /// It was locked.
    pub locked: bool,
    /// When this was so.
    pub at: UnixMillis,
    /// Wrong passphrases in a row.
    pub wrong: u32,
    /// The next passphrase is taken then.
    pub wait_until: Option<UnixMillis>,
}

impl LockMark {
    /// As it was kept; a mark that cannot be read counts as locked.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        match std::fs::read(folder.join(MARK_FILE)) {
            Ok(text) => Some(serde_json::from_slice(&text).unwrap_or(Self {
                locked: true,
                ..Self::default()
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(_) => Some(Self {
                locked: true,
                ..Self::default()
            }),
        }
    }

    /// Whether an agent that starts at this time starts locked: it was locked, or nobody
    /// watched for so long that nobody knows who sits there now. A clock that was set
    /// back tells nothing, so it counts as long.
    #[must_use]
    pub fn locks(&self, now: UnixMillis, after_millis: u64) -> bool {
        let away = now
            .0
            .checked_sub(self.at.0)
            .and_then(|away| u64::try_from(away).ok());
        self.locked || away.is_none_or(|away| away >= after_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D4
    #[test]
    fn killing_the_agent_or_the_clock_is_no_way_round_the_lock() {
        let open = LockMark {
            at: UnixMillis(1_000_000),
            ..LockMark::default()
        };
        let locked = LockMark {
            locked: true,
            ..open
        };
        assert!(!open.locks(UnixMillis(1_000_001), 60_000));
        assert!(open.locks(UnixMillis(1_060_000), 60_000), "away too long");
        assert!(open.locks(UnixMillis(999_999), 60_000), "clock set back");
        assert!(locked.locks(UnixMillis(1_000_001), 60_000));
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(LockMark::read(folder.path()), None, "logged in anew");
        std::fs::write(folder.path().join(MARK_FILE), "{").unwrap();
        assert!(LockMark::read(folder.path()).unwrap().locked);
    }
}
