//! How many connections there may be, and how slow they may be (RULES V4).

use std::time::Duration;

/// Bounds of the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at once.
    pub most: usize,
    /// Connections of one origin at once; streams of desktops and named proxies are not
    /// counted.
    pub most_of_one: usize,
    /// How long a request's head may take, and how long a connection may lie idle.
    pub head: Duration,
    /// How long a request's body may take from its first byte to its last.
    pub body: Duration,
    /// How long a reader may take nothing of what it asked for.
    pub stuck: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            most: 8_192,
            most_of_one: 256,
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            stuck: Duration::from_secs(30),
        }
    }
}

impl Bounds {
    /// With as many connections as the system lets this process hold files, and some left
    /// for the database and the mail server.
    #[must_use]
    pub fn of_files(files: u64) -> Self {
        const OURS: u64 = 128;
        let bounds = Self::default();
        let most = usize::try_from(files.saturating_sub(OURS)).unwrap_or(usize::MAX);
        Self {
            most: bounds.most.min(most.max(64)),
            ..bounds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_allows_few_files_gets_fewer_connections() {
        assert_eq!(Bounds::of_files(1_024).most, 896);
        assert_eq!(Bounds::of_files(1_000_000).most, 8_192);
        assert_eq!(Bounds::of_files(10).most, 64);
    }
}
