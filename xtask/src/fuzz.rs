//! `cargo xtask fuzz`: feeds every parser that meets the outside with what nobody would
//! think of (`fuzz/`). What it finds is kept and read again by the tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{
    clock::Stopwatch,
    install::{self, Need, Wanted},
    paths,
    run::{Outcome, command, make_folder, output, run},
    words::Args,
};

/// How long a target runs where nothing else is said: ten minutes.
const SECONDS: &str = "600";
/// Longer inputs say nothing new and are slow.
const LONGEST: u32 = 8_192;

/// What one target came to.
struct Run {
    target: String,
    took: Duration,
    executions: String,
    fresh: usize,
    crashed: bool,
}

/// Builds the targets, runs each for its time, and prints a table.
pub fn fuzz(mut args: Args) -> Outcome {
    let seconds = args.value("--seconds").unwrap_or_else(|| SECONDS.into());
    let seconds: u32 = seconds
        .parse()
        .map_err(|_| format!("--seconds {seconds}: how many seconds for each target?"))?;
    let keep = args.flag("--keep");
    let yes = args.flag("--yes");
    let targets = wanted(args)?;
    install::install(&Wanted {
        packages: &[Need::Build],
        node: &[],
        tools: &[install::CARGO_FUZZ],
        python: false,
        yes,
    })?;
    build()?;
    let mut runs = Vec::new();
    for target in &targets {
        println!("\n=== {target}: {seconds} s");
        runs.push(one(target, seconds)?);
        if keep {
            keep_what_is_new(target)?;
        }
    }
    println!(
        "\n{:<10} {:>8} {:>12} {:>6}  crash",
        "target", "seconds", "executions", "new"
    );
    for run in &runs {
        let crash = if run.crashed { "FOUND" } else { "none" };
        println!(
            "{:<10} {:>8} {:>12} {:>6}  {crash}",
            run.target,
            run.took.as_secs(),
            run.executions,
            run.fresh
        );
    }
    if runs.iter().any(|run| run.crashed) {
        return Err("A target crashed: its input is in fuzz/found; the tests fail until it is read rightly.".to_owned());
    }
    Ok(())
}

/// Those named, or all there are.
fn wanted(mut args: Args) -> Outcome<Vec<String>> {
    let mut all: Vec<String> = fs::read_dir(folder().join("fuzz_targets"))
        .map_err(|why| format!("fuzz/fuzz_targets cannot be read: {why}"))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    all.sort();
    let mut named = Vec::new();
    while let Some(word) = args.next() {
        if !all.contains(&word) {
            return Err(format!(
                "There is no target named {word}; there are: {}.",
                all.join(", ")
            ));
        }
        named.push(word);
    }
    Ok(if named.is_empty() { all } else { named })
}

/// Without a sanitizer: there is no `unsafe` of ours to watch, and so the stable
/// compiler will do. Nothing behaves otherwise than in the program that ships.
fn build() -> Outcome {
    run(command("cargo")
        .args(["fuzz", "build", "--sanitizer", "none", "--no-cfg-fuzzing"])
        .args(["--fuzz-dir", "fuzz", "--target-dir"])
        .arg(built())
        .env("PATH", install::path_with_tools()))
}

fn one(target: &str, seconds: u32) -> Outcome<Run> {
    let (work, found) = (live(target), folder().join("found").join(target));
    make_folder(&work)?;
    make_folder(&found)?;
    let log = built().join(format!("{target}.log"));
    let file = fs::File::create(&log)
        .map_err(|why| format!("{} could not be written: {why}", log.display()))?;
    let before = count(&work);
    let watch = Stopwatch::start();
    let status = program(target)?
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(&work)
        .args([folder().join("corpus").join(target), found.clone()])
        .stderr(file)
        .status()
        .map_err(|why| format!("{target} could not be started: {why}"))?;
    let took = watch.read();
    let said = fs::read_to_string(&log).unwrap_or_default();
    let executions = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .map_or("unknown", str::trim)
        .to_owned();
    // Said by the fuzzer and by the panic; the input itself lies in the folder.
    if !status.success() {
        let tail: Vec<&str> = said.lines().rev().take(40).collect();
        println!("{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(Run {
        target: target.to_owned(),
        took,
        executions,
        fresh: count(&work).saturating_sub(before),
        crashed: !status.success(),
    })
}

/// `--keep`: adds to the corpus the fewest inputs that reach what it did not.
fn keep_what_is_new(target: &str) -> Outcome {
    run(program(target)?
        // By places reached alone: how often each was would keep ten times as many.
        .args(["-set_cover_merge=1", "-use_counters=0", "-use_cmp=0"])
        .arg(folder().join("corpus").join(target))
        .arg(live(target)))
}

fn program(target: &str) -> Outcome<Command> {
    let said = output(command("rustc").arg("-vV"))?;
    let said = String::from_utf8_lossy(&said);
    let host = said
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc does not say for what it builds.")?;
    Ok(command(built().join(host).join("release").join(target)))
}

fn folder() -> PathBuf {
    paths::root().join("fuzz")
}

fn built() -> PathBuf {
    paths::target().join("fuzz")
}

/// What a machine has found so far; large, so not in the repository.
fn live(target: &str) -> PathBuf {
    built().join("corpus").join(target)
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}
