//! The one window: where it may go (nowhere), when it shows, how it closes.

use std::{sync::Arc, time::Duration};

use latchkey_view::{Places, ToPage, VIEW_EVENT};
use tauri::{
    AppHandle, Emitter, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent, webview::NewWindowResponse, window::Color,
};

use crate::bridge::{Bridge, Screen};

/// Its label; the capability names it.
pub const LABEL: &str = "main";

/// How long a closed window stays hidden, ready to come back at once, before its process ends.
const KEPT_HIDDEN: Duration = Duration::from_mins(3);

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

impl Screen for MainWindow {
    fn draw(&self, what: &ToPage) {
        if let Err(why) = self.0.emit_to(LABEL, VIEW_EVENT, what) {
            tracing::error!(%why, "the page could not be told");
        }
    }

    fn show(&self) {
        let Some(window) = self.window() else { return };
        if !window.is_visible().unwrap_or(false) {
            noted(window.show());
            noted(window.set_focus());
        }
    }

    fn raise(&self) {
        let Some(window) = self.window() else { return };
        noted(window.show());
        noted(window.unminimize());
        noted(window.set_focus());
    }
}

/// Makes the window, hidden.
///
/// # Errors
/// What the platform says.
pub fn open(app: &AppHandle, places: &Places, bridge: Arc<Bridge>) -> tauri::Result<()> {
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
        WindowEvent::Focused(focused) => bridge.focus(&MainWindow(app.clone()), *focused),
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            bridge.focus(&MainWindow(app.clone()), false);
            put_away(&app);
        }
        _ => {}
    });
    Ok(())
}

/// Hides the window, and ends the process if nobody wants it back within a few minutes.
fn put_away(app: &AppHandle) {
    let screen = MainWindow(app.clone());
    let Some(window) = screen.window() else {
        return;
    };
    noted(window.hide());
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(KEPT_HIDDEN).await;
        if !window.is_visible().unwrap_or(false) {
            screen.0.exit(0);
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
