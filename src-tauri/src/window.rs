//! The one window: where it may go (nowhere), when it shows, how it closes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use latchkey_view::{Places, ToPage, VIEW_EVENT};
use tauri::{
    AppHandle, Emitter, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent, webview::NewWindowResponse, window::Color,
};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use crate::bridge::{Bridge, Screen};

/// Its label; the capability names it.
pub const LABEL: &str = "main";

/// How long a closed window stays hidden, ready to come back at once, before its process ends.
const KEPT_HIDDEN: Duration = Duration::from_mins(5);

/// What of the window is kept: not whether it shows, which is for the first view to say.
pub const KEPT: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// Paper of either theme (tokens.css), so that nothing flashes before the page has drawn.
const PAPER: Color = Color(0xfb, 0xf9, 0xf4, 0xff);
const PAPER_AT_NIGHT: Color = Color(0x1a, 0x19, 0x17, 0xff);

/// The window of a running app.
#[derive(Clone)]
pub struct MainWindow(pub AppHandle);

impl MainWindow {
    fn window(&self) -> Option<WebviewWindow> {
        self.0.get_webview_window(LABEL)
    }
}

impl MainWindow {
    /// A hidden window has no place: what is kept is where it was.
    fn keep_place(&self) {
        let shows = |window: WebviewWindow| window.is_visible().unwrap_or(false);
        if self.window().is_some_and(shows)
            && let Err(why) = self.0.save_window_state(KEPT)
        {
            tracing::warn!(%why, "the window's place could not be kept");
        }
    }

    /// Whoever wanted it hidden wants that no more.
    fn shown(&self) {
        self.0.state::<Hidden>().0.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends the process; an orderly end keeps the window's place, and would keep a hidden
    /// one's.
    pub fn end(&self) {
        let shows = |window: WebviewWindow| window.is_visible().unwrap_or(false);
        if self.window().is_some_and(shows) {
            self.0.exit(0);
        } else {
            std::process::exit(0);
        }
    }
}

/// Counts how often the window was hidden or shown: what was to come of an earlier hiding
/// does not come after a later one.
#[derive(Default)]
pub struct Hidden(AtomicU64);

impl Screen for MainWindow {
    fn draw(&self, what: &ToPage) {
        if let Err(why) = self.0.emit_to(LABEL, VIEW_EVENT, what) {
            tracing::error!(%why, "the page could not be told");
        }
    }

    fn show(&self) {
        let Some(window) = self.window() else { return };
        if !window.is_visible().unwrap_or(false) {
            self.shown();
            noted(window.show());
            noted(window.set_focus());
        }
    }

    fn raise(&self) {
        let Some(window) = self.window() else { return };
        self.shown();
        noted(window.show());
        noted(window.unminimize());
        noted(window.set_focus());
    }
}

/// Makes the window, hidden.
///
/// # Errors
/// What the platform says.
pub fn open(app: &AppHandle, places: &Places, bridge: Arc<Bridge>) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Latchkey")
        .inner_size(1180.0, 780.0)
        .min_inner_size(360.0, 400.0)
        .center()
        .visible(false)
        .devtools(cfg!(debug_assertions))
        // Where the system can: not on Linux.
        .content_protected(true)
        .data_directory(places.web_engine())
        .disable_drag_drop_handler()
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    let paper = match window.theme() {
        Ok(Theme::Dark) => PAPER_AT_NIGHT,
        _ => PAPER,
    };
    noted(window.set_background_color(Some(paper)));

    let app = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::Focused(focused) => {
            let screen = MainWindow(app.clone());
            bridge.focus(&screen, *focused);
            // Whatever ends it later, it comes back where somebody left it.
            if !focused {
                screen.keep_place();
            }
        }
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            bridge.focus(&MainWindow(app.clone()), false);
            put_away(&app);
        }
        _ => {}
    });
    Ok(window)
}

/// Hides the window, and ends the process if nobody wants it back within a few minutes.
fn put_away(app: &AppHandle) {
    let screen = MainWindow(app.clone());
    let Some(window) = screen.window() else {
        return;
    };
    screen.keep_place();
    noted(window.hide());
    let hidden = 1 + app.state::<Hidden>().0.fetch_add(1, Ordering::SeqCst);
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(KEPT_HIDDEN).await;
        if screen.0.state::<Hidden>().0.load(Ordering::SeqCst) == hidden {
            screen.end();
        }
    });
}

/// The page that came with the program, and no other place (RULES D7).
fn is_our_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => cfg!(not(windows)),
        // How Windows' web view names the same page.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        _ => false,
    }
}

fn noted(outcome: tauri::Result<()>) {
    if let Err(why) = outcome {
        tracing::warn!(%why, "the window did not do as it was told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D7
    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        for elsewhere in [
            "https://example.org/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "about:blank",
            "asset://localhost/etc/passwd",
            "tauri://elsewhere/",
        ] {
            assert!(!is_our_page(&elsewhere.parse().unwrap()), "{elsewhere}");
        }
    }

    // RULES D7
    #[test]
    fn the_content_policy_lets_nothing_unsafe_in() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let security = &config["app"]["security"];
        let policy = security["csp"].as_str().unwrap();
        assert!(policy.starts_with("default-src 'none';"));
        assert!(!policy.contains("unsafe"));
        assert!(!policy.contains('*'));
        assert_eq!(security["assetProtocol"]["enable"], false);
        assert_eq!(
            security["dangerousDisableAssetCspModification"],
            serde_json::Value::Null
        );
        assert_eq!(config["app"]["withGlobalTauri"], false);
    }

    // RULES D7
    #[test]
    fn the_page_may_send_one_command_and_hear_events_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/window.json")).unwrap();
        assert_eq!(capability["windows"], serde_json::json!([LABEL]));
        assert_eq!(
            capability["permissions"],
            serde_json::json!([
                "core:event:allow-listen",
                "core:event:allow-unlisten",
                "allow-dispatch"
            ])
        );
    }

    #[cfg(not(windows))]
    #[test]
    fn its_own_page_is_allowed() {
        assert!(is_our_page(
            &"tauri://localhost/index.html".parse().unwrap()
        ));
    }
}
