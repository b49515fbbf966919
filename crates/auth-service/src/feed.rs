//! The feed: every change of a help request goes out to the desktops that may see it,
//! in the order of the event log (RULES V2).
//!
//! A reader walks through the requests by the position of the event that changed them
//! last. Each step is taken in one read transaction, and rights are decided there.
//! What changes afterwards gets a position beyond everything in that transaction, so
//! nothing can appear behind a reader.

mod encoding;
mod presence;
mod reader;
mod seat;
pub(crate) mod start;

use std::time::Duration;

use latchkey_protocol::{Cover, DeviceId, Looking, MailOutage, StaffId, UnixMillis};
use tokio::sync::{Semaphore, watch};

use crate::clock::DAY;
use encoding::Encodings;
use presence::Presence;
use seat::Seats;

pub use reader::Reader;
pub use start::Start;

/// A comment comes this often; revoked desktops and disabled staff are noticed at the latest then.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Solved requests are sent this long; whoever was away longer starts anew.
pub const KEPT: i64 = 14 * DAY;

/// How many streams read the database at once: connections are left for clients' pages,
/// however many streams an event wakes.
const TURNS: usize = 2;

/// What the streams share.
pub struct Feed {
    encodings: Encodings,
    seats: Seats,
    turns: Semaphore,
    keep_alive: Duration,
    outages: watch::Sender<Vec<MailOutage>>,
    presence: Presence,
    covers: watch::Sender<Vec<Cover>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self::with_keep_alive(KEEP_ALIVE)
    }
}

impl Feed {
    /// With a comment every so often.
    #[must_use]
    pub fn with_keep_alive(keep_alive: Duration) -> Self {
        Self {
            encodings: Encodings::default(),
            seats: Seats::default(),
            turns: Semaphore::new(TURNS),
            keep_alive,
            outages: watch::Sender::default(),
            presence: Presence::default(),
            covers: watch::Sender::default(),
        }
    }

    /// Tells every stream what is out now, if that is news.
    pub(crate) fn tell_outages(&self, now: Vec<MailOutage>) {
        self.outages.send_if_modified(|told| {
            let news = *told != now;
            *told = now;
            news
        });
    }

    /// Tells every stream which cover periods there are, if that is news.
    pub(crate) fn tell_covers(&self, now: Vec<Cover>) {
        self.covers.send_if_modified(|told| {
            let news = *told != now;
            *told = now;
            news
        });
    }

    /// What is out now, as the desktops were told.
    #[must_use]
    pub fn outages(&self) -> Vec<MailOutage> {
        self.outages.borrow().clone()
    }

    /// A desktop shows a request, or does not any more.
    pub(crate) fn look(&self, device: &DeviceId, looking: &Looking, away: bool, now: UnixMillis) {
        if away {
            self.presence.leave(device, looking);
        } else {
            self.presence.look(device, looking, now);
        }
    }

    /// A desktop of this staff member has a stream open.
    #[must_use]
    pub fn is_connected(&self, staff: &StaffId) -> bool {
        self.seats.is_taken_by(staff)
    }

    /// How many streams are open.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.seats.taken()
    }
}
