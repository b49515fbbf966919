//! What `cargo xtask bench simulate` runs: many schedules, or one that is played again.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that is run at a terminal"
)]

mod cores;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use latchkey_simulation::{Report, Stage};

const USAGE: &str = "latchkey-simulation [--runs N] [--seed S] [--jobs N] [--keep-going]";

/// What was asked for.
#[derive(Default)]
struct Wanted {
    runs: Option<u64>,
    seed: Option<u64>,
    jobs: Option<u64>,
    keep_going: bool,
}

/// What all threads have done so far.
#[derive(Default)]
struct Sum {
    schedules: u64,
    checks: u64,
    faults: BTreeMap<&'static str, u64>,
    failed: Vec<Report>,
}

fn main() -> ExitCode {
    match wanted().and_then(|wanted| run(&wanted)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn wanted() -> anyhow::Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--keep-going" {
            wanted.keep_going = true;
            continue;
        }
        let number = words.next().and_then(|word| word.parse().ok());
        match (word.as_str(), number) {
            ("--runs", Some(_)) => wanted.runs = number,
            ("--seed", Some(_)) => wanted.seed = number,
            ("--jobs", Some(1..)) => wanted.jobs = number,
            _ => anyhow::bail!(USAGE),
        }
    }
    Ok(wanted)
}

/// True where everything held.
fn run(wanted: &Wanted) -> anyhow::Result<bool> {
    let first = wanted.seed.unwrap_or(1);
    let Some(runs) = wanted.runs.or(wanted.seed.is_none().then_some(1_000)) else {
        return one(first);
    };
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let (next, stop) = (AtomicU64::new(first), AtomicBool::new(false));
    let sum = Mutex::new(Sum::default());
    let play = &|job| -> anyhow::Result<()> {
        cores::hold_to_one(job);
        let stage = Stage::set()?;
        while !stop.load(Ordering::SeqCst) {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed - first >= runs {
                break;
            }
            // One that could not be played ends the others, too: it is told at once.
            let report = stage
                .play(seed)
                .inspect_err(|_| stop.store(true, Ordering::SeqCst))?;
            if report.broken.is_some() && !wanted.keep_going {
                stop.store(true, Ordering::SeqCst);
            }
            add(&sum, report);
        }
        Ok(())
    };
    let played = thread::scope(|scope| {
        let first = cores::first();
        let jobs = (0..wanted.jobs.unwrap_or(cores)).map(|job| first.wrapping_add(job));
        let threads: Vec<_> = jobs.map(|job| scope.spawn(move || play(job))).collect();
        threads.into_iter().try_for_each(|thread| {
            let outcome = thread.join();
            outcome
                .unwrap_or_else(|_| anyhow::bail!("a schedule panicked; what it said stands above"))
        })
    });
    let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.failed.sort_by_key(|report| report.seed);
    let held = sum.failed.is_empty() && played.is_ok();
    tell(&sum, held);
    played.map(|()| held)
}

/// Plays one schedule and shows its steps.
fn one(seed: u64) -> anyhow::Result<bool> {
    let report = Stage::set()?.play(seed)?;
    println!("{}", report.steps.join("\n"));
    println!(
        "seed {seed}: {} steps, mark {}",
        report.steps.len(),
        report.mark
    );
    if let Some(why) = &report.broken {
        println!("Does not hold: {why}");
    }
    Ok(report.broken.is_none())
}

fn add(sum: &Mutex<Sum>, report: Report) {
    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    sum.schedules += 1;
    sum.checks += report.checks;
    for (kind, count) in &report.faults {
        *sum.faults.entry(kind).or_default() += count;
    }
    if sum.schedules.is_multiple_of(1_000) {
        println!("{} schedules", sum.schedules);
    }
    if let Some(why) = &report.broken {
        println!("Does not hold, with seed {}: {why}", report.seed);
        sum.failed.push(report);
    }
}

fn tell(sum: &Sum, held: bool) {
    println!(
        "{} schedules, {} checks; faults:",
        sum.schedules, sum.checks
    );
    for (kind, count) in &sum.faults {
        println!("  {count:>9} {kind}");
    }
    if let Some(first) = sum.failed.first() {
        println!(
            "\n{} do not hold. The steps of seed {}:\n{}",
            sum.failed.len(),
            first.seed,
            first.steps.join("\n")
        );
    }
    match sum.failed.first() {
        Some(first) => println!(
            "To play it again: cargo xtask bench simulate --seed {}",
            first.seed
        ),
        None if held => println!("Nothing was lost, and nothing happened twice."),
        None => {}
    }
}
