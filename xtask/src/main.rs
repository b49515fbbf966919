//! The project's chores: `cargo xtask help` lists them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person at the terminal"
)]

mod bench;
mod bindings;
mod browser;
mod child;
mod clock;
mod demo;
mod desktop;
mod fuzz;
mod icons;
mod install;
mod mailbox;
mod mutants;
mod package;
mod paths;
mod rules;
mod run;
mod screenshots;
mod stage;
mod test;
mod words;

use std::process::ExitCode;

use words::Args;

const HELP: &str = "\
cargo xtask CHORE

  demo [--yes] [--quiet] [--headless] [--release]
                     the whole of Latchkey on this computer, with a practice of its own
  test [STAGE...]    every check and test there is, or the stages named
  rules              every rule of docs/rules.md with the test that holds it
  package            the bundles for this system
  screenshots        the pictures in docs/, from the real app and the real pages
  bench [NAME] [--json FILE] [--debug]
                     figures of the real programs, each beside its floor or peer
  fuzz [--seconds N] [--keep] [--yes] [TARGET...]
                     hostile input for each parser that meets the outside, 600 s a target
  bench simulate [--runs N] [--seed S]
                     many schedules of agent and service with faults, or one played again
  bindings           write the window's TypeScript and docs/openapi.json from the code
  icons              make every size of the app and tray icons from icons/source
  mutants [FILE...]  change the service's rules in one place after the other, and name
                     what no test notices; hours for all files
  desktop COMMAND... run a command inside a desktop session without a screen
";

fn main() -> ExitCode {
    let mut args = Args::from_command_line();
    let chore = args.next().unwrap_or_default();
    let outcome = match chore.as_str() {
        "test" => test::test(args),
        "rules" => args.end().and_then(|()| rules::print()),
        "fuzz" => fuzz::fuzz(args),
        "bindings" => args.end().and_then(|()| bindings::write()),
        "icons" => args.end().and_then(|()| icons::make()),
        "demo" => demo::demo(args),
        "play-browser" => demo::desk::play_browser(args),
        "package" => package::package(args),
        "screenshots" => args.end().and_then(|()| screenshots::take()),
        "mutants" => mutants::mutants(args),
        "bench" => bench::bench(args),
        "desktop" => desktop::run_inside(args),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprintln!("There is no chore named {other}.\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
