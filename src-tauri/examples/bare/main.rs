//! A window with a static page and nothing else: what Latchkey's own is measured beside
//! (`cargo xtask bench desktop`).
#![allow(
    clippy::expect_used,
    reason = "a tool of the bench: without a window there is nothing to measure"
)]

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    tauri::Builder::default()
        .setup(|app| {
            WebviewWindowBuilder::new(app, "bare", WebviewUrl::App("index.html".into()))
                .title("Bare")
                .inner_size(1180.0, 780.0)
                .center()
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!(
            "src-tauri/examples/bare/tauri.conf.json"
        ))
        .expect("a window opens");
}
