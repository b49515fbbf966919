//! `cargo xtask test`: every check and test there is. `.ci/run` calls just this.

use crate::{
    desktop, install,
    install::{Need, Wanted},
    paths, rules,
    run::{Outcome, command, run},
    stage::{Stage, run_all},
    words::Args,
};

/// Cheap ones first; the window cannot be compiled without the pages that `ui` builds.
const STAGES: &[Stage] = &[
    Stage {
        name: "install",
        what: "what is missing on this machine",
        act: || install::install(&wanted()),
    },
    Stage {
        name: "fmt",
        what: "rustfmt",
        act: || run(command("cargo").args(["fmt", "--all", "--check"])),
    },
    Stage {
        name: "rules",
        what: "each rule of docs/rules.md has its test",
        act: rules::print,
    },
    Stage {
        name: "ui",
        what: "types, lint, tests and axe on every state of the window's pages, then build them",
        act: || npm_all("ui", &["check", "lint", "test", "axe", "build"]),
    },
    Stage {
        name: "deny",
        what: "bans, licences and sources of what comes from outside",
        act: || {
            run(command("cargo")
                .args(["deny", "check", "--hide-inclusion-graph"])
                .args(["bans", "licenses", "sources"])
                .env("PATH", install::path_with_tools()))
        },
    },
    Stage {
        name: "clippy",
        what: "clippy, pedantic, for each program",
        act: || each_program("clippy", &["--all-targets", "--", "-D", "warnings"]),
    },
    Stage {
        name: "service",
        what: "tests of latchkey-auth",
        act: || run(command("cargo").args(["test", "-p", "latchkey-auth"])),
    },
    Stage {
        name: "contract",
        what: "schemathesis: every answer of the API is one that its OpenAPI document describes",
        act: || {
            run(command("cargo")
                .args(["test", "-p", "latchkey-auth", "--test", "api", "contract"])
                .env(
                    "LATCHKEY_SCHEMATHESIS",
                    install::python_program("schemathesis"),
                ))
        },
    },
    Stage {
        name: "postfix",
        what: "what becomes of mails at a real Postfix, started by the test on loopback",
        act: || {
            run(command("cargo")
                .args(["test", "-p", "latchkey-auth", "--test", "postfix"])
                .env("LATCHKEY_POSTFIX", install::POSTFIX_PROGRAMS))
        },
    },
    Stage {
        name: "desktop",
        what: "tests of everything else, inside a real desktop session",
        act: || {
            build_desktop_tests()?;
            run(desktop::session()?
                .command("cargo")
                .args(["test", "--workspace", "--exclude", "latchkey-auth"])
                .env("LATCHKEY_TEST_DESKTOP", "1"))
        },
    },
    Stage {
        name: "programs",
        what: "build the programs that the whole-system tests run",
        act: programs,
    },
    Stage {
        name: "e2e",
        what: "the whole system: window, agent, service, mail, browser, keychain",
        act: end_to_end,
    },
];

/// Runs them all, or those named.
pub fn test(mut args: Args) -> Outcome {
    let mut only = Vec::new();
    while let Some(word) = args.next() {
        only.push(word);
    }
    run_all(STAGES, &only)
}

/// What the tests need.
pub fn wanted() -> Wanted<'static> {
    Wanted {
        packages: &[Need::Build, Need::Desktop, Need::Test],
        node: &["ui", "tests"],
        tools: install::TEST_TOOLS,
        python: true,
        yes: false,
    }
}

/// The service apart from the rest: together they would share one SQLite (docs/decisions).
pub fn each_program(verb: &str, more: &[&str]) -> Outcome {
    run(command("cargo")
        .args([verb, "-p", "latchkey-auth"])
        .args(more))?;
    run(command("cargo")
        .args([verb, "--workspace", "--exclude", "latchkey-auth"])
        .args(more))
}

/// Builds what people run: without the simulation, which would make the service once more.
pub fn build_shipped(release: bool) -> Outcome {
    let how: &[&str] = if release { &["--release"] } else { &[] };
    run(command("cargo")
        .args(["build", "-p", "latchkey-auth"])
        .args(how))?;
    run(command("cargo")
        .args(["build", "--workspace", "--exclude", "latchkey-auth"])
        .args(["--exclude", "latchkey-simulation"])
        .args(how))
}

/// Outside the session, so that it holds no clock while the compiler works.
fn build_desktop_tests() -> Outcome {
    run(command("cargo").args([
        "test",
        "--no-run",
        "--workspace",
        "--exclude",
        "latchkey-auth",
    ]))
}

/// Scripts of a package.json, one after the other.
pub fn npm_all(folder: &str, scripts: &[&str]) -> Outcome {
    for script in scripts {
        run(command("npm").args(["--prefix", folder, "run", script]))?;
    }
    Ok(())
}

/// Builds what the whole-system tests run.
pub fn programs() -> Outcome {
    each_program("build", &[])
}

/// The whole-system tests, in a desktop session of their own.
pub fn end_to_end() -> Outcome {
    npm_all("tests", &["check"])?;
    let session = desktop::session()?;
    run(session
        .command("npm")
        .args(["--prefix", "tests", "run", "test"])
        .env("LATCHKEY_PROGRAMS", paths::target().join("debug"))
        .env("LATCHKEY_PICTURES", paths::target().join("e2e"))
        .env("LATCHKEY_DRIVER", install::tool("tauri-driver")))
}
