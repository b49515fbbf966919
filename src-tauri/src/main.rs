//! `latchkey`: the window. See the library for what it does.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    latchkey_window::run()
}
