//! Stages of a long chore: each timed, the first failure ends them, a table at the end.

use std::time::Duration;

use crate::{clock::Stopwatch, run::Outcome};

/// One stage.
pub struct Stage {
    /// Its word on the command line and in the table.
    pub name: &'static str,
    /// What it does, in a few words.
    pub what: &'static str,
    /// Does it.
    pub act: fn() -> Outcome,
}

/// Runs them in order; with names, only those.
pub fn run_all(stages: &[Stage], only: &[String]) -> Outcome {
    if let Some(name) = only
        .iter()
        .find(|name| stages.iter().all(|stage| stage.name != *name))
    {
        let names: Vec<_> = stages.iter().map(|stage| stage.name).collect();
        return Err(format!(
            "There is no stage named {name}; there are: {}.",
            names.join(", ")
        ));
    }
    let whole = Stopwatch::start();
    let mut table = Vec::new();
    let mut failure = None;
    for stage in stages {
        if !only.is_empty() && !only.iter().any(|name| name == stage.name) {
            continue;
        }
        println!("\n=== {}: {}", stage.name, stage.what);
        let watch = Stopwatch::start();
        let outcome = (stage.act)();
        table.push((stage.name, watch.read(), outcome.is_ok()));
        if let Err(why) = outcome {
            failure = Some(format!("{} failed: {why}", stage.name));
            break;
        }
    }
    println!("\nMinutes of each stage:");
    for (name, took, passed) in &table {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("  {name:<10} {:>6}  {word}", minutes(*took));
    }
    println!("  {:<10} {:>6}", "together", minutes(whole.read()));
    if let Some(why) = &failure {
        println!("\n{why}");
    }
    let passed = table.iter().filter(|(_, _, passed)| *passed).count();
    println!(
        "\nlatchkey: {passed} passed, {} failed",
        table.len() - passed
    );
    match failure {
        None => Ok(()),
        Some(_) => Err("Not everything holds.".to_owned()),
    }
}

fn minutes(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64() / 60.0)
}
