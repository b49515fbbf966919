//! npm packages, and programs that cargo installs.

use std::{fs, path::PathBuf, time::SystemTime};

use crate::{
    paths,
    run::{Outcome, command, run},
};

/// A program from crates.io.
pub struct Tool {
    /// Package and program.
    pub name: &'static str,
    /// The version that was tried.
    pub version: &'static str,
}

/// Drives the window in the tests.
pub const TAURI_DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "2.1.0",
};

/// Holds deny.toml.
pub const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};

/// Changes the code to see whether a test notices; only `cargo xtask mutants` wants it.
pub const CARGO_MUTANTS: Tool = Tool {
    name: "cargo-mutants",
    version: "27.1.0",
};

/// Builds what is in fuzz/.
pub const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
};

/// Where a tool is, once installed.
pub fn tool(name: &str) -> PathBuf {
    paths::tools().join("bin").join(name)
}

impl Tool {
    /// Not installed, or another version.
    pub fn missing(&self) -> bool {
        let installed = fs::read_to_string(paths::tools().join(".crates.toml")).unwrap_or_default();
        let line = format!("\"{} {} ", self.name, self.version);
        !(installed.contains(&line) && tool(self.name).exists())
    }

    /// Builds it without optimising: it runs for seconds, and is built for minutes otherwise.
    pub fn install(&self) -> Outcome {
        run(command("cargo")
            .args(["install", "--locked", "--debug", "--version", self.version])
            .arg("--root")
            .arg(paths::tools())
            .arg(self.name)
            .env("CARGO_TARGET_DIR", paths::target().join("tools/build")))
    }
}

/// True where the lock file is newer than what was installed from it.
pub fn node_is_stale(folder: &str) -> bool {
    let folder = paths::root().join(folder);
    let lock = changed(folder.join("package-lock.json"));
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    match (lock, installed) {
        (Some(lock), Some(installed)) => lock > installed,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// `npm ci`: exactly what the lock file names.
pub fn node_install(folder: &str) -> Outcome {
    run(command("npm").args(["--prefix", folder, "ci", "--no-audit", "--no-fund"]))
}

fn changed(path: PathBuf) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
