//! The project's chores: `cargo xtask help` lists them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person at the terminal"
)]

mod clock;
mod icons;
mod paths;
mod rules;
mod run;
mod words;

use std::process::ExitCode;

use words::Args;

const HELP: &str = "\
cargo xtask CHORE

  rules         every rule of docs/rules.md with the test that holds it
  icons         make every size of the app and tray icons from icons/source
";

fn main() -> ExitCode {
    let mut args = Args::from_command_line();
    let chore = args.next().unwrap_or_default();
    let outcome = match chore.as_str() {
        "icons" => icons::make(),
        "rules" => rules::print(),
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
