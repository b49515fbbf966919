//! The real program on a real message bus: soon after its computer is back, so is it.

use std::time::Duration;

use latchkey_agent::clock::{Clock, SystemClock};
use latchkey_view::{Connection, View};

use crate::{
    desktop::here,
    presence::{Logind, owns, with_session},
    support::is_connected,
};

const NETWORK_MANAGER: &str = "org.freedesktop.NetworkManager";
/// The first waits are as short as the one that follows a network.
const LONG: i64 = 4_000;

fn waits_long(view: &View) -> bool {
    match &view.connection {
        Connection::Offline(offline) => offline.retry_at.0 - SystemClock.now().0 >= LONG,
        _ => false,
    }
}

#[tokio::test]
async fn logind_tells_that_the_computer_woke_and_network_manager_that_it_is_connected() {
    if !here() {
        return;
    }
    let mut real = with_session().await;
    let logind = Logind::start(&real.bus).await;
    let network = owns(&real.bus, &[NETWORK_MANAGER]).await;
    real.start().await;
    let mut window = real.window().await;
    real.sign_in(&mut window).await;
    for wakes in [true, false] {
        window.sees("connected", is_connected).await;
        real.practice.close().await;
        window.sees("it waits long", waits_long).await;
        real.practice.reopen().await;
        if wakes {
            logind.sleep(false).await;
        } else {
            let path = "/org/freedesktop/NetworkManager";
            // Connecting, and connected to the world.
            for state in [40_u32, 70] {
                network
                    .emit_signal(None::<&str>, path, NETWORK_MANAGER, "StateChanged", &state)
                    .await
                    .unwrap();
            }
        }
        let back = window.sees("connected", is_connected);
        let in_time = tokio::time::timeout(Duration::from_secs(3), back).await;
        assert!(in_time.is_ok(), "wakes: {wakes}");
    }
}
