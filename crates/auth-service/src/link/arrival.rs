//! What a browser without cookies is given on its way from `/link/TOKEN` to `/link`: which
//! link it came by, sealed, and good for saying just that. It opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_protocol::UnixMillis;

use crate::clock::MINUTE;
use crate::keys::{Keys, Purpose};
use crate::random::Random;

/// A redirect takes no longer. Later it is somebody's bookmark, and says nothing of cookies.
const FRESH: i64 = MINUTE;
const BESIDE: &[u8] = b"arrival";

/// A link that has just been opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The hash of its token, whether there is such a link or not.
    pub link: [u8; 32],
    /// When.
    pub at: UnixMillis,
}

impl Arrival {
    /// For an address; base64url only.
    #[must_use]
    pub fn seal(&self, keys: &Keys, random: &dyn Random) -> String {
        let mut plain = self.link.to_vec();
        plain.extend(self.at.0.to_be_bytes());
        URL_SAFE_NO_PAD.encode(keys.seal(Purpose::Form, BESIDE, &plain, random))
    }

    /// Reads what was sealed within the last minute.
    #[must_use]
    pub fn open(keys: &Keys, sealed: &str, now: UnixMillis) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = keys.open(Purpose::Form, BESIDE, &sealed).ok()?;
        let (link, at) = plain.split_first_chunk::<32>()?;
        let at = UnixMillis(i64::from_be_bytes(at.try_into().ok()?));
        (0..=FRESH)
            .contains(&(now.0 - at.0))
            .then_some(Self { link: *link, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, START};

    #[tokio::test]
    async fn it_is_read_for_a_minute_and_only_as_it_was_sealed() {
        let house = House::empty().await;
        let (keys, random) = (&house.app.keys, &*house.app.random);
        let arrival = Arrival {
            link: [7; 32],
            at: START,
        };
        let sealed = arrival.seal(keys, random);
        let after = |millis: i64| UnixMillis(START.0 + millis);
        for fresh in [0, FRESH] {
            assert_eq!(Arrival::open(keys, &sealed, after(fresh)), Some(arrival));
        }
        for stale in [-1, FRESH + 1] {
            assert_eq!(Arrival::open(keys, &sealed, after(stale)), None);
        }
        assert_ne!(sealed, arrival.seal(keys, random), "never the same twice");
        let turned: String = sealed.chars().rev().collect();
        for bad in ["", "x", &sealed[1..], &turned] {
            assert_eq!(Arrival::open(keys, bad, START), None, "{bad}");
        }
    }
}
