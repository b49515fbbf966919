//! `cargo xtask mutants`: changes the service's code in one place after the other, and
//! names each change that no test notices (docs/mutants.md).

use crate::{
    install::{self, Need, Wanted},
    paths,
    run::{Outcome, command, run},
    words::Args,
};

/// All of it, or the files that are named. Hours for all of it: `.ci/run` leaves it out.
pub fn mutants(mut args: Args) -> Outcome {
    install::install(&Wanted {
        packages: &[Need::Build],
        node: &[],
        tools: &[install::CARGO_MUTANTS],
        python: false,
        yes: false,
    })?;
    let folder = paths::target().join("mutants");
    let mut chore = command("cargo");
    chore
        .args(["mutants", "--package", "latchkey-auth", "--output"])
        .arg(&folder)
        // What comes from outside is built once, not once in each copy of the source.
        .env("CARGO_TARGET_DIR", folder.join("build"))
        .env("PATH", install::path_with_tools());
    while let Some(file) = args.next() {
        chore.args(["--file", &file]);
    }
    run(&mut chore)
}
