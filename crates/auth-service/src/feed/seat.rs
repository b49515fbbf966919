//! How many streams a desktop may hold open. A desktop whose network died comes back
//! before the old stream is noticed to be dead, so the newest one wins.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use latchkey_protocol::{DeviceId, StaffId};
use tokio_util::sync::CancellationToken;

use crate::api::Desk;

/// Streams of one desktop.
const MOST: usize = 2;

type Row = HashMap<DeviceId, Streams>;

/// One desktop's.
struct Streams {
    staff: StaffId,
    open: VecDeque<(u64, CancellationToken)>,
}

/// The streams that are open, by desktop; never by network address, or a practice
/// behind one router would push itself out.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<(u64, Row)>>);

impl Seats {
    /// Takes a seat; where there are too many, the oldest stream of that desktop ends.
    pub fn take(&self, desk: &Desk) -> Seat {
        let mut guard = self.lock();
        let (last, row) = &mut *guard;
        *last += 1;
        let number = *last;
        let ended = CancellationToken::new();
        let mine = &mut row
            .entry(desk.device.clone())
            .or_insert_with(|| Streams {
                staff: desk.staff.clone(),
                open: VecDeque::new(),
            })
            .open;
        mine.push_back((number, ended.clone()));
        while mine.len() > MOST {
            if let Some((_, oldest)) = mine.pop_front() {
                oldest.cancel();
            }
        }
        Seat {
            seats: self.clone(),
            device: desk.device.clone(),
            number,
            ended,
        }
    }

    pub fn taken(&self) -> usize {
        self.lock().1.values().map(|mine| mine.open.len()).sum()
    }

    pub fn is_taken_by(&self, staff: &StaffId) -> bool {
        self.lock().1.values().any(|mine| mine.staff == *staff)
    }

    fn lock(&self) -> MutexGuard<'_, (u64, Row)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One stream's seat, free again when dropped.
pub(super) struct Seat {
    seats: Seats,
    device: DeviceId,
    number: u64,
    /// Cancelled when a newer stream of this desktop took it.
    pub ended: CancellationToken,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut guard = self.seats.lock();
        if let Some(mine) = guard.1.get_mut(&self.device) {
            mine.open.retain(|(number, _)| *number != self.number);
            if mine.open.is_empty() {
                guard.1.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_streams_of_a_desktop_stay() {
        let seats = Seats::default();
        let [one, two] = ["one", "two"].map(|device| Desk {
            staff: StaffId::from("rosa"),
            device: DeviceId::from(device),
        });
        let first = seats.take(&one);
        let second = seats.take(&one);
        let other = seats.take(&two);
        assert!(!first.ended.is_cancelled());
        let third = seats.take(&one);
        assert!(first.ended.is_cancelled());
        assert!(!second.ended.is_cancelled() && !third.ended.is_cancelled());
        assert!(!other.ended.is_cancelled());
        assert!(seats.is_taken_by(&one.staff) && !seats.is_taken_by(&StaffId::from("sam")));
        drop((first, second, third, other));
        assert!(!seats.is_taken_by(&one.staff));
        assert_eq!(seats.taken(), 0);
        assert!(seats.lock().1.is_empty());
    }
}
