//! `cargo xtask bindings`: what is generated and committed: the window's TypeScript from
//! `crates/view`, and the service's OpenAPI document.

use crate::run::{Outcome, command, run};

/// Writes both; the same tests without the variables fail on drift.
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
        .env("LATCHKEY_WRITE_BINDINGS", "1"))?;
    run(command("cargo")
        .args(["test", "--quiet", "-p", "latchkey-auth", "--test", "api"])
        .arg("the_committed_document_is_current")
        .env("LATCHKEY_WRITE_OPENAPI", "1"))
}
