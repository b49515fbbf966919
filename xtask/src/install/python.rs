//! Programs in Python that a test runs, in an environment of their own.

use std::{fs, path::PathBuf};

use crate::{
    paths,
    run::{Outcome, command, read, run, write_if_changed},
};

/// What is installed: each version, and each file by its hash.
pub const NAMED: &str = "tests/contract/requirements.txt";

/// Where a program is, once installed.
pub fn program(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

/// Not installed, or from another list.
pub fn is_stale() -> bool {
    let wanted = fs::read_to_string(paths::root().join(NAMED)).unwrap_or_default();
    let installed = fs::read_to_string(installed()).unwrap_or_default();
    wanted != installed
}

/// Makes the environment anew.
pub fn install() -> Outcome {
    run(command("/usr/bin/python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder()))?;
    run(command(program("pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(["--require-hashes", "--no-deps", "-r", NAMED]))?;
    let named = read(&paths::root().join(NAMED))?;
    write_if_changed(&installed(), named.as_bytes()).map(drop)
}

fn folder() -> PathBuf {
    paths::tools().join("python")
}

fn installed() -> PathBuf {
    folder().join("installed.txt")
}
