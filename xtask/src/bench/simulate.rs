//! `cargo xtask bench simulate`: many schedules of the simulation, or one that is played again.

use crate::{
    clock::Stopwatch,
    install::{self, Need, Wanted},
    paths,
    run::{Outcome, command, run},
    words::Args,
};

/// Plays `--runs` schedules, from `--seed` on; or, with a seed alone, that one.
pub fn simulate(mut args: Args) -> Outcome {
    let mut words = Vec::new();
    for name in ["--runs", "--seed", "--jobs"] {
        if let Some(value) = args.value(name) {
            words.extend([name.to_owned(), value]);
        }
    }
    if args.flag("--keep-going") {
        words.push("--keep-going".to_owned());
    }
    args.end()?;
    install::install(&Wanted {
        packages: &[Need::Build],
        node: &[],
        python: false,
        tools: &[],
        yes: false,
    })?;
    run(command("cargo").args([
        "build",
        "--profile",
        "simulation",
        "-p",
        "latchkey-simulation",
    ]))?;
    let watch = Stopwatch::start();
    let program = paths::target().join("simulation/latchkey-simulation");
    let outcome = run(command(program).args(words));
    println!("{:.1} minutes.", watch.read().as_secs_f64() / 60.0);
    outcome
}
