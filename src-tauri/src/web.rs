//! The page's own process, which the web engine keeps apart: it may die alone.

use std::path::PathBuf;

use tauri::WebviewWindow;

/// Loads the page anew when its process dies, and ends the window in words when that does
/// not help. The agent sends everything that is to be drawn again.
#[cfg(target_os = "linux")]
pub fn outlive(window: &WebviewWindow, data_dir: Option<PathBuf>) -> tauri::Result<()> {
    use std::{
        cell::Cell,
        time::{Duration, Instant},
    };

    use webkit2gtk::WebViewExt;

    /// Twice within this is once too often.
    const SOON: Duration = Duration::from_secs(30);

    window.with_webview(move |view| {
        let last: Cell<Option<Instant>> = Cell::new(None);
        view.inner()
            .connect_web_process_terminated(move |view, why| {
                tracing::error!(?why, "the page's process ended");
                let died = now();
                let before = last.replace(Some(died));
                if before.is_some_and(|before| died.duration_since(before) < SOON) {
                    crate::crash::end("the page's process", data_dir.as_deref());
                }
                view.reload();
            });
    })
}

#[cfg(target_os = "linux")]
#[allow(
    clippy::disallowed_methods,
    reason = "how often it died, by nobody's clock but this computer's"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Other web engines load the page anew by themselves.
#[cfg(not(target_os = "linux"))]
pub fn outlive(_window: &WebviewWindow, _data_dir: Option<PathBuf>) -> tauri::Result<()> {
    Ok(())
}
