//! Gives the window its one command and its capabilities.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    if !Path::new("ui/dist/index.html").exists() {
        // The bundle goes into the program, so there is nothing to compile without it.
        println!(
            "cargo::error=ui/dist is missing: run `npm --prefix ui ci && npm --prefix ui run build` first"
        );
        return;
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(&["dispatch"]));
    if let Err(why) = tauri_build::try_build(attributes) {
        println!("cargo::error={}", format!("{why:#}").replace('\n', " "));
    }
}
