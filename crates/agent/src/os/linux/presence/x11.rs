//! The X server's own count of milliseconds without input.

use x11rb::{
    connection::Connection as _, protocol::screensaver::ConnectionExt as _,
    rust_connection::RustConnection,
};

/// A connection to the server of this session.
pub(super) struct Screen {
    connection: RustConnection,
    root: u32,
}

impl Screen {
    /// Asks over the connection that is there, or a new one. The library's calls block.
    pub(super) async fn idle(kept: &mut Option<Self>) -> Option<u64> {
        let mut screen = kept.take();
        let asking = tokio::task::spawn_blocking(move || {
            if screen.is_none() {
                screen = Self::open();
            }
            let idle = screen.as_ref()?.ask()?;
            Some((screen, idle))
        });
        let (screen, idle) = asking.await.ok()??;
        *kept = screen;
        Some(idle)
    }

    fn open() -> Option<Self> {
        std::env::var_os("DISPLAY")?;
        let (connection, number) = x11rb::connect(None).ok()?;
        let root = connection.setup().roots.get(number)?.root;
        Some(Self { connection, root })
    }

    fn ask(&self) -> Option<u64> {
        let asked = self.connection.screensaver_query_info(self.root).ok()?;
        Some(u64::from(asked.reply().ok()?.ms_since_user_input))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    // RULES D4
    #[tokio::test]
    async fn the_x_server_counts_from_the_last_key() {
        if std::env::var_os("LATCHKEY_TEST_DESKTOP").is_none() {
            println!("skipped: set LATCHKEY_TEST_DESKTOP where an X server and xdotool are");
            return;
        }
        let mut screen = None;
        let press = || {
            let pressed = Command::new("xdotool").args(["key", "shift"]).status();
            assert!(pressed.expect("xdotool is installed").success());
        };
        press();
        let fresh = Screen::idle(&mut screen).await.expect("an X server");
        // Nobody else touches this screen: the count only grows.
        let grown = async {
            while Screen::idle(&mut screen)
                .await
                .is_some_and(|idle| idle < fresh + 200)
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), grown)
            .await
            .expect("the count grows");
        press();
        let again = Screen::idle(&mut screen).await.expect("an X server");
        assert!(again < fresh + 200, "{again} after {fresh}");
    }
}
