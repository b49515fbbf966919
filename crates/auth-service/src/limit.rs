//! Floods: counted per origin and over the whole practice, in memory, before
//! anything is written or hashed (RULES A3). Limits per address are counted over
//! the asks themselves, so that they survive a restart.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use latchkey_protocol::{ErrorCode, StaffId, UnixMillis};

use crate::App;
use crate::clock::MINUTE;
use crate::refusal::Refusal;

/// Counts start anew after this long.
const WINDOW_MS: i64 = 10 * MINUTE;
/// More origins than this are not kept apart: a flood must not fill the memory.
const ORIGINS: usize = 50_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flood {
    /// Asking for links.
    Ask,
    /// Asking for help, and `/pin`.
    Help,
    /// Opening links.
    Open,
    /// Typing PINs.
    Pin,
    /// Waiting for news on the waiting page.
    News,
    /// Trying one-time addresses of staff.
    Invite,
    /// Signing desktops out.
    SignOut,
    /// Making us fetch a certificate of Amazon's.
    Certificate,
}

impl Flood {
    /// How many in a window: from one origin, and from everybody. What only staff need
    /// has no limit over everybody, or a stranger could use it up and lock them out.
    const fn most(self) -> (u32, u32) {
        match self {
            Self::Ask | Self::Help => (60, 1_000),
            Self::Pin => (60, 2_000),
            Self::Open => (300, 10_000),
            // A page that waits asks a few times a minute; a whole clinic may share one origin.
            Self::News => (1_200, 20_000),
            Self::Invite => (60, u32::MAX),
            Self::SignOut => (300, u32::MAX),
            Self::Certificate => (10, 100),
        }
    }
}

/// What one staff member may do only so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Often {
    /// Looking for a client: who types fast asks a few times a name, who copies the file asks
    /// all day.
    Find,
    /// Issuing a PIN by a match word: a few are misheard, hundreds are guessed.
    MatchWord,
}

impl Often {
    const fn most(self) -> u32 {
        match self {
            Self::Find => 120,
            Self::MatchWord => 20,
        }
    }

    const fn window(self) -> i64 {
        match self {
            Self::Find => MINUTE,
            Self::MatchWord => 10 * MINUTE,
        }
    }
}

/// Where a request comes from: an IPv4 address, or the /64 of an IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peer(Option<IpAddr>);

impl Peer {
    /// The origin of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(Some(match address {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
            },
        }))
    }
}

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Ok(Self(None));
        };
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|line| line.to_str().unwrap_or_default().split(','))
            .collect::<Vec<_>>();
        Ok(Self::of(nearest(
            peer.ip(),
            &forwarded,
            &app.config.trusted_proxies,
        )))
    }
}

/// The nearest hop that is no proxy of ours; only our proxies are believed (RULES V8).
/// What they wrote and we cannot read ends the search: behind it may stand anything.
pub(crate) fn nearest(peer: IpAddr, forwarded: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !trusted.contains(&nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(hop) => nearest = hop.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[derive(Clone, Copy)]
struct Window {
    started: i64,
    count: u32,
}

/// Too many; so many seconds to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany(pub i64);

/// The counts.
#[derive(Default)]
pub struct Limits {
    floods: Mutex<HashMap<(Flood, Option<Peer>), Window>>,
    staff: Mutex<HashMap<(Often, StaffId), Window>>,
}

impl Limits {
    /// Counts one; refuses what is too many, with the seconds to wait.
    pub fn check(&self, what: Flood, peer: &Peer, now: UnixMillis) -> Result<(), TooMany> {
        let (one, all) = what.most();
        let mut windows = self.floods.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= ORIGINS {
            windows.retain(|_, window| now.0 - window.started < WINDOW_MS);
            if windows.len() >= ORIGINS {
                windows.retain(|(_, peer), _| peer.is_none());
            }
        }
        for (key, most) in [((what, Some(peer.clone())), one), ((what, None), all)] {
            let window = windows.entry(key).or_insert(Window {
                started: now.0,
                count: 0,
            });
            if now.0 - window.started >= WINDOW_MS {
                *window = Window {
                    started: now.0,
                    count: 0,
                };
            }
            if window.count >= most {
                let wait = (window.started + WINDOW_MS - now.0 + 999) / 1_000;
                return Err(TooMany(wait.max(1)));
            }
            window.count += 1;
        }
        Ok(())
    }
}

impl Limits {
    /// Counts one act of a staff member; refuses what is too many, with when it is none.
    pub fn check_staff(
        &self,
        what: Often,
        staff: &StaffId,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let mut windows = self.staff.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|(what, _), window| now.0 - window.started < what.window());
        let window = windows.entry((what, staff.clone())).or_insert(Window {
            started: now.0,
            count: 0,
        });
        if window.count >= what.most() {
            let until = UnixMillis(window.started + what.window());
            return Err(Refusal::of(ErrorCode::TooMany).until(until));
        }
        window.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> Peer {
        Peer::of(text.parse().unwrap())
    }

    // RULES A3
    #[test]
    fn one_origin_that_floods_is_refused_until_its_window_ends_and_others_are_not() {
        let limits = Limits::default();
        let start = UnixMillis(0);
        for _ in 0..60 {
            assert_eq!(limits.check(Flood::Ask, &peer("192.0.2.1"), start), Ok(()));
        }
        let refused = limits.check(Flood::Ask, &peer("192.0.2.1"), UnixMillis(1_500));
        assert_eq!(refused, Err(TooMany(599)));
        assert_eq!(limits.check(Flood::Ask, &peer("192.0.2.2"), start), Ok(()));
        assert_eq!(limits.check(Flood::Help, &peer("192.0.2.1"), start), Ok(()));
        assert_eq!(
            limits.check(Flood::Ask, &peer("192.0.2.1"), UnixMillis(WINDOW_MS)),
            Ok(())
        );
    }

    // RULES V8
    #[test]
    fn only_what_a_named_proxy_wrote_last_is_believed() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [address("192.0.2.80"), address("192.0.2.81")];
        for (peer, forwarded, origin) in [
            ("198.51.100.7", vec!["203.0.113.9"], "198.51.100.7"),
            (
                "192.0.2.80",
                vec!["203.0.113.9", "198.51.100.7"],
                "198.51.100.7",
            ),
            ("::ffff:192.0.2.80", vec!["198.51.100.7"], "198.51.100.7"),
            (
                "192.0.2.80",
                vec!["203.0.113.9", "198.51.100.7", "192.0.2.81"],
                "198.51.100.7",
            ),
            // A stranger's own line stands before what the proxy could not name.
            ("192.0.2.80", vec!["203.0.113.9", "unknown"], "192.0.2.80"),
            (
                "192.0.2.80",
                vec!["203.0.113.9", "198.51.100.7:4711"],
                "192.0.2.80",
            ),
            ("192.0.2.80", vec![], "192.0.2.80"),
        ] {
            assert_eq!(
                nearest(address(peer), &forwarded, &proxies),
                address(origin),
                "{peer} {forwarded:?}"
            );
        }
    }

    // RULES A3
    #[test]
    fn neighbours_of_one_ipv6_network_are_one_origin() {
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::2:3"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }
}
