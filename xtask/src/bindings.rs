//! `cargo xtask bindings`: the window's TypeScript from `crates/view`.

use crate::run::{Outcome, command, run};

/// Writes it; the same test without the variable fails on drift.
pub fn write() -> Outcome {
    run(command("cargo")
        .args([
            "test",
            "--quiet",
            "-p",
            "latchkey-view",
            "--test",
            "bindings",
        ])
        .env("LATCHKEY_WRITE_BINDINGS", "1"))
}
