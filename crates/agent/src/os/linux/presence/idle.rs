//! When the computer was last used, from whoever can tell.
//!
//! GNOME's compositor knows for both of its kinds of session; X11's server knows where
//! the session is X11's (under Wayland it would only know of the programs that still
//! speak X11). logind knows where the desktop tells it, and then only of idleness. KDE's
//! `GetSessionIdleTime` is not asked: it says 0 under Wayland, whatever happens.

use std::{sync::Arc, time::Duration};

use latchkey_protocol::UnixMillis;
use tokio::{sync::Notify, time::Instant};
use zbus::Connection;

use super::{logind, x11::Screen};
use crate::{
    clock::{Clock, SystemClock},
    os::{IDLE_BEAT, Idle, OsEvent, OsEvents},
};

const MUTTER: &str = "org.gnome.Mutter.IdleMonitor";
const MUTTER_PATH: &str = "/org/gnome/Mutter/IdleMonitor/Core";
/// A desktop that hangs does not keep the beat from coming.
const PATIENCE: Duration = Duration::from_secs(3);
const BEAT: Duration = Duration::from_millis(IDLE_BEAT);
/// The practice's signs of life come as often, give or take this.
const LEEWAY: Duration = Duration::from_secs(1);
/// Where they do not come.
const LATEST: Duration = Duration::from_secs(20);

/// Asks every while, and sooner where the agent is awake anyway.
#[allow(
    clippy::disallowed_methods,
    reason = "a jump of the clock is not to count between two beats"
)]
pub(super) async fn run(events: OsEvents, awake: Arc<Notify>) {
    let mut screen = None;
    let mut asked = Instant::now();
    loop {
        let before = std::mem::replace(&mut asked, Instant::now());
        let idle = match ask(&mut screen).await {
            Some(millis) => Idle::For(millis),
            None => Idle::Unknown(millis(asked - before)),
        };
        if events.send(OsEvent::Untouched(idle)).is_err() {
            return;
        }
        let latest = tokio::time::sleep_until(asked + LATEST);
        tokio::pin!(latest);
        loop {
            tokio::select! {
                () = &mut latest => break,
                () = awake.notified() => {
                    if asked.elapsed() + LEEWAY >= BEAT {
                        break;
                    }
                }
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

async fn ask(screen: &mut Option<Screen>) -> Option<u64> {
    if let Ok(Ok(millis)) = tokio::time::timeout(PATIENCE, mutter()).await {
        return Some(millis);
    }
    if std::env::var_os("WAYLAND_DISPLAY").is_none()
        && let Some(millis) = Screen::idle(screen).await
    {
        return Some(millis);
    }
    let since = tokio::time::timeout(PATIENCE, logind::idle_since()).await;
    let micros = since.ok()?.ok()??;
    let since = UnixMillis(i64::try_from(micros / 1000).ok()?);
    u64::try_from(SystemClock.now().0 - since.0).ok()
}

async fn mutter() -> zbus::Result<u64> {
    let bus = Connection::session().await?;
    let answer = bus
        .call_method(Some(MUTTER), MUTTER_PATH, Some(MUTTER), "GetIdletime", &())
        .await?;
    answer.body().deserialize()
}
