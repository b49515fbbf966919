//! A practice that follows a script, an operating system that is a record, a clock that
//! is moved by hand.

mod bench;
mod bus;
mod clock;
#[cfg(target_os = "linux")]
mod disk;
mod documents;
mod os;
mod practice;
mod window;

pub use bench::{
    Bench, come_back, is_connected, is_locked, is_offline, is_signed_in, is_signed_out,
};
pub use bus::{Bus, Mood, Notifications, Panel, Systemd};
pub use clock::{FakeClock, MORNING};
#[cfg(target_os = "linux")]
pub use disk::SmallDisk;
pub use documents::{document, request, solved, with_pin};
pub use os::{FakeKeychain, FakeOs};
pub use practice::{ScriptedPractice, event};
pub use window::TestWindow;

use std::time::Duration;

/// Waits until a condition holds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(10), waiting)
            .await
            .is_ok(),
        "never happened: {what}"
    );
}
