//! Places for connections: so many in all, so many of one origin (RULES V4). Where they
//! are taken, the connection that has waited longest for a request gives way, so that
//! whoever opens thousands and says nothing stops nobody.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Bounds;
use crate::limit::Peer;

/// It waits for the head of a request.
const WAITS: u8 = 0;
/// It is being answered.
const ANSWERED: u8 = 1;
/// It is a desktop's stream, counted by session and never by network address.
const STREAM: u8 = 2;

/// All places.
pub struct Places {
    taken: Mutex<Taken>,
    bounds: Bounds,
    proxies: Vec<IpAddr>,
}

#[derive(Default)]
struct Taken {
    last: u64,
    lines: BTreeMap<u64, Line>,
    of: HashMap<Peer, usize>,
}

/// One connection.
#[derive(Clone)]
struct Line {
    /// Whom it is counted for: not a named proxy, behind which is everybody.
    peer: Option<Peer>,
    doing: Arc<AtomicU8>,
    gives_way: CancellationToken,
}

impl Line {
    fn waits(&self) -> bool {
        self.doing.load(Ordering::Relaxed) == WAITS
    }
}

impl Places {
    /// Empty.
    pub fn new(bounds: Bounds, proxies: &[IpAddr]) -> Self {
        Self {
            taken: Mutex::default(),
            bounds,
            proxies: proxies.to_vec(),
        }
    }

    /// A place, where there is one or somebody idle gives way.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let proxy = self.proxies.contains(&address.to_canonical());
        let peer = (!proxy).then(|| Peer::of(address));
        let mut taken = self.lock();
        if let Some(peer) = &peer
            && taken.of.get(peer).copied().unwrap_or_default() >= self.bounds.most_of_one
        {
            taken.make_room(|line| line.peer.as_ref() == Some(peer))?;
        }
        if taken.lines.len() >= self.bounds.most {
            taken.make_room(|_| true)?;
        }
        taken.last += 1;
        let number = taken.last;
        let line = Line {
            peer,
            doing: Arc::default(),
            gives_way: CancellationToken::new(),
        };
        if let Some(peer) = &line.peer {
            *taken.of.entry(peer.clone()).or_default() += 1;
        }
        taken.lines.insert(number, line.clone());
        Some(Place {
            places: self.clone(),
            number,
            line,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Ends the connection that has been there longest of those that wait.
    fn make_room(&mut self, fits: impl Fn(&Line) -> bool) -> Option<()> {
        let (number, line) = self
            .lines
            .iter()
            .find(|(_, line)| line.waits() && fits(line))?;
        line.gives_way.cancel();
        let number = *number;
        self.leave(number);
        Some(())
    }

    fn leave(&mut self, number: u64) {
        if let Some(line) = self.lines.remove(&number) {
            self.uncount(line.peer.as_ref());
        }
    }

    fn uncount(&mut self, peer: Option<&Peer>) {
        if let Some(peer) = peer
            && let Some(count) = self.of.get_mut(peer)
        {
            *count -= 1;
            if *count == 0 {
                self.of.remove(peer);
            }
        }
    }
}

/// A connection's place; dropped, it is free.
pub struct Place {
    places: Arc<Places>,
    number: u64,
    line: Line,
}

impl Place {
    /// Cancelled when somebody else needs the place.
    #[must_use]
    pub fn gives_way(&self) -> CancellationToken {
        self.line.gives_way.clone()
    }

    /// A request has come.
    pub fn answers(&self) {
        self.line.doing.store(ANSWERED, Ordering::Relaxed);
    }

    /// Its answer is made, unless that is a stream.
    pub fn answered(&self) {
        let _ =
            self.line
                .doing
                .compare_exchange(ANSWERED, WAITS, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// From now on it is a desktop's stream: its session counts, not where it comes from.
    pub fn becomes_stream(&self) {
        let mut taken = self.places.lock();
        self.line.doing.store(STREAM, Ordering::Relaxed);
        let peer = taken
            .lines
            .get_mut(&self.number)
            .and_then(|line| line.peer.take());
        taken.uncount(peer.as_ref());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(most: usize, most_of_one: usize) -> Arc<Places> {
        let bounds = Bounds {
            most,
            most_of_one,
            ..Bounds::default()
        };
        Arc::new(Places::new(bounds, &["192.0.2.80".parse().unwrap()]))
    }

    fn take(places: &Arc<Places>, address: &str) -> Option<Place> {
        places.take(address.parse().unwrap())
    }

    // RULES V4
    #[test]
    fn the_longest_idle_one_of_an_origin_gives_way_and_one_that_is_answered_does_not() {
        let places = places(100, 2);
        let first = take(&places, "192.0.2.1").unwrap();
        let second = take(&places, "192.0.2.1").unwrap();
        let other = take(&places, "192.0.2.2").unwrap();
        first.answers();
        let third = take(&places, "192.0.2.1").unwrap();
        assert!(second.gives_way().is_cancelled());
        assert!(!first.gives_way().is_cancelled() && !other.gives_way().is_cancelled());
        third.answers();
        assert!(take(&places, "192.0.2.1").is_none(), "all are at work");
        first.answered();
        assert!(take(&places, "192.0.2.1").is_some());
        assert!(first.gives_way().is_cancelled());
    }

    // RULES V4
    #[test]
    fn when_everything_is_taken_whoever_is_idle_gives_way_to_a_newcomer() {
        let places = places(3, 100);
        let held: Vec<_> = (0..3)
            .map(|_| take(&places, "192.0.2.1").unwrap())
            .collect();
        let new = take(&places, "192.0.2.9").unwrap();
        assert!(held[0].gives_way().is_cancelled());
        drop(held);
        drop(new);
        let taken = places.lock();
        assert!(taken.lines.is_empty() && taken.of.is_empty());
    }

    // RULES V2
    #[test]
    fn streams_and_a_named_proxy_are_not_counted_by_where_they_come_from() {
        let places = places(100, 1);
        for address in ["192.0.2.80", "192.0.2.1"] {
            let held: Vec<_> = (0..20)
                .map(|_| {
                    let place = take(&places, address).unwrap();
                    place.answers();
                    place.becomes_stream();
                    place.answered();
                    place
                })
                .collect();
            assert!(held.iter().all(|place| !place.gives_way().is_cancelled()));
        }
        assert!(places.lock().of.is_empty());
    }
}
