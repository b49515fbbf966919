//! The one place where this program draws randomness.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_protocol::UnixMillis;
use uuid::{Builder, Uuid};

/// Draws random bytes. A parameter everywhere, so that a test can say "this PIN".
pub trait Random: Send + Sync + 'static {
    /// Fills the whole slice with bytes nobody can guess.
    fn fill(&self, into: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[allow(
        clippy::disallowed_methods,
        reason = "the program's one named place that draws randomness"
    )]
    fn fill(&self, into: &mut [u8]) {
        if let Err(error) = getrandom::fill(into) {
            // A secret that can be guessed is worse than no service.
            tracing::error!(%error, "the operating system gives no randomness; stopping");
            std::process::abort();
        }
    }
}

impl dyn Random {
    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A `UUIDv7`: sorts by the time it was made at.
    #[must_use]
    pub fn id(&self, now: UnixMillis) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A token of 256 bits for an address or a header, unpadded base64url.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A number below `bound`, every one equally likely.
    #[must_use]
    pub fn below(&self, bound: u32) -> u32 {
        // Numbers at or above the largest multiple of `bound` would favour small results.
        let limit = u32::MAX - u32::MAX % bound.max(1);
        loop {
            let drawn = u32::from_le_bytes(self.bytes());
            if drawn < limit {
                return drawn % bound.max(1);
            }
        }
    }
}
