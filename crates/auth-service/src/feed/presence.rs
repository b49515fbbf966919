//! Who looks at which request right now. It is in memory alone: after a restart every desktop
//! says it again within 20 s.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use latchkey_protocol::{DeviceId, Looking, StaffId, UnixMillis};
use sqlx::SqliteConnection;
use tokio::sync::watch;

use crate::clock::SECOND;

/// A desktop says so every 20 s while a request is open there; silent for this long, it is not.
const FORGOTTEN: i64 = 45 * SECOND;
/// Desktops that may look at once; one more is not told of.
const MOST: usize = 1_024;

/// What each desktop shows, and until when that is known.
pub(super) struct Presence {
    shown: Mutex<BTreeMap<DeviceId, (Looking, UnixMillis)>>,
    moved: watch::Sender<()>,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            shown: Mutex::default(),
            moved: watch::Sender::new(()),
        }
    }
}

impl Presence {
    /// This desktop shows this request.
    pub fn look(&self, device: &DeviceId, looking: &Looking, now: UnixMillis) {
        let mut shown = self.lock();
        shown.retain(|_, (_, until)| *until > now);
        if shown.len() >= MOST && !shown.contains_key(device) {
            return;
        }
        let until = UnixMillis(now.0 + FORGOTTEN);
        let before = shown.insert(device.clone(), (looking.clone(), until));
        drop(shown);
        if before.is_none_or(|(before, _)| before != *looking) {
            self.moved.send_replace(());
        }
    }

    /// This desktop does not show it any more.
    pub fn leave(&self, device: &DeviceId, looking: &Looking) {
        let mut shown = self.lock();
        // A late word about one that was put away must not end the next one.
        if shown.get(device).is_some_and(|(it, _)| it == looking) {
            shown.remove(device);
            drop(shown);
            self.moved.send_replace(());
        }
    }

    /// Wakes whoever listens when it changes.
    pub fn moved(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// What colleagues of this staff member look at: once a colleague.
    pub fn of_colleagues(&self, staff: &StaffId, now: UnixMillis) -> Vec<Looking> {
        let mut colleagues: Vec<Looking> = self
            .lock()
            .values()
            .filter(|(looking, until)| *until > now && looking.staff != *staff)
            .map(|(looking, _)| looking.clone())
            .collect();
        colleagues.sort_by(|one, other| {
            (&one.request, &one.name, &one.staff).cmp(&(&other.request, &other.name, &other.staff))
        });
        colleagues.dedup();
        colleagues
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeviceId, (Looking, UnixMillis)>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of these, those whose request this staff member sees.
pub(super) async fn seen_by(
    staff: &StaffId,
    mut looking: Vec<Looking>,
    conn: &mut SqliteConnection,
) -> sqlx::Result<Vec<Looking>> {
    let requests: Vec<&str> = looking.iter().map(|it| it.request.0.as_str()).collect();
    let theirs: Vec<String> = sqlx::query_scalar(
        "SELECT request_id FROM sight
         WHERE staff_id = $1 AND request_id IN (SELECT value FROM json_each($2))",
    )
    .bind(&staff.0)
    .bind(serde_json::Value::from(requests).to_string())
    .fetch_all(conn)
    .await?;
    looking.retain(|it| theirs.contains(&it.request.0));
    Ok(looking)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looking(request: &str) -> Looking {
        Looking {
            request: request.into(),
            staff: "s".into(),
            name: "Sam Park".to_owned(),
        }
    }

    #[test]
    fn a_desktop_shows_one_request_and_the_word_of_an_older_one_ends_nothing() {
        let presence = Presence::default();
        let [one, device] = [DeviceId::from("other"), DeviceId::from("d")];
        presence.look(&device, &looking("r1"), UnixMillis(0));
        presence.look(&device, &looking("r2"), UnixMillis(1));
        presence.leave(&device, &looking("r1"));
        presence.leave(&one, &looking("r2"));
        let shown = |at: &Presence| {
            at.lock()
                .values()
                .map(|it| it.0.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&presence), [looking("r2")]);
        presence.leave(&device, &looking("r2"));
        assert_eq!(shown(&presence), []);
    }

    #[test]
    fn it_is_bounded_and_what_is_forgotten_makes_room() {
        let presence = Presence::default();
        for number in 0..MOST + 10 {
            let device = DeviceId(format!("d{number}"));
            presence.look(&device, &looking("r1"), UnixMillis(0));
        }
        assert_eq!(presence.lock().len(), MOST);
        let late = UnixMillis(FORGOTTEN);
        presence.look(&DeviceId::from("late"), &looking("r1"), late);
        assert_eq!(presence.lock().len(), 1);
    }
}
