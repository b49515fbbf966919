//! What the web engine has to be told before it starts.

/// WebKitGTK shows blank windows with some drivers unless its DMA-BUF renderer is off.
/// Under WebDriver it stays on: taking a picture hangs without it.
#[cfg(target_os = "linux")]
pub fn prepare() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let set = std::env::var_os(SWITCH).is_some();
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    if !set && !driven {
        // First of all, while this is the only thread; std's own way needs `unsafe`.
        if let Err(why) = glib::setenv(SWITCH, "1", false) {
            tracing::warn!(%why, "the renderer could not be chosen");
        }
    }
}

/// Other platforms bring a web engine that needs no help.
#[cfg(not(target_os = "linux"))]
pub fn prepare() {}
