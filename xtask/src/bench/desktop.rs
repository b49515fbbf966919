//! What the desktop costs with 10,000 requests in its cache: at rest, and with its window,
//! beside a bare window with a static page in the same run.

mod bell;
mod peers;
mod rest;
mod scene;
mod sight;

use super::{
    memory,
    result::{Figure, Target, median},
};
use crate::{
    demo::{Demo, desk},
    paths,
    run::{Outcome, command, run},
};

use rest::Rest;
use scene::{REQUESTS, Scene};
use sight::{Sight, end};

/// Each start is measured so often.
const TIMES: usize = 10;
/// A window has settled by then.
const SETTLED: std::time::Duration = std::time::Duration::from_secs(3);

/// Everything, in one run.
pub fn cost(demo: &Demo) -> Outcome<Vec<Figure>> {
    build(demo.release())?;
    let demo = Demo::for_bench(demo.release())?;
    let _scene = Scene::set(&demo)?;
    println!("{REQUESTS} requests are in the cache.");
    let rest = Rest::measure(&demo)?;
    let agent = rest.agent();
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let (mut ours_pss, mut bare_pss) = (f64::NAN, f64::NAN);
    for turn in 1..=TIMES {
        let sight = Sight::of_bare(&demo)?;
        bare.push(sight.millis);
        if turn == TIMES {
            std::thread::sleep(SETTLED);
            bare_pss = memory::tree(sight.process)?;
        }
        end(sight.process)?;
        let sight = Sight::of_latchkey(&demo)?;
        ours.push(sight.millis);
        if turn == TIMES {
            std::thread::sleep(SETTLED);
            ours_pss = memory::tree(sight.process)? + memory::tree(agent)?;
        }
        end(sight.process)?;
    }
    let again = sight::again(&demo, TIMES)?;
    let (ours, bare) = (median(ours), median(bare));
    desk::end(&demo);
    let mut figures = vec![
        Figure {
            name: "desktop-start",
            value: ours,
            unit: "ms",
            beside_what: "a bare window",
            beside: bare,
            target: Target::Times(1.25),
        },
        Figure {
            name: "desktop-open",
            value: ours_pss,
            unit: "MiB",
            beside_what: "a bare window",
            beside: bare_pss,
            target: Target::Times(1.2),
        },
        Figure {
            name: "desktop-again",
            value: median(again),
            unit: "ms",
            beside_what: "a bare window's start",
            beside: bare,
            target: Target::Most(150.0),
        },
        Figure {
            name: "rest-memory",
            value: rest.megabytes,
            unit: "MB",
            beside_what: "a bare window",
            beside: bare_pss * 1.048_576,
            target: Target::Most(20.0),
        },
        Figure {
            name: "rest-cpu",
            value: rest.cpu,
            unit: "% of a core",
            beside_what: "what it may take",
            beside: 0.1,
            target: Target::Most(0.1),
        },
        Figure {
            name: "rest-wakeups",
            value: rest.wakeups,
            unit: "wake-ups a minute",
            beside_what: "the practice's signs of life",
            beside: 4.0,
            target: Target::Times(1.0),
        },
    ];
    figures.extend(bell::rung(&demo)?);
    figures.extend(peers::beside(&demo, bare, bare_pss)?);
    Ok(figures)
}

fn build(release: bool) -> Outcome {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    // Only sets the scene, so it is not worth a release.
    run(command("cargo").args(["build", "-p", "latchkey-auth", "--example", "weekend"]))?;
    run(command("cargo")
        .args(["build", "-p", "latchkey", "--example", "bare"])
        .args(profile))?;
    run(command("cargo")
        .args(["build", "-p", "latchkey-agent"])
        .args(["--example", "first_sight", "--example", "bell"])
        .args(profile))
}

/// A program of the bench.
fn example(name: &str, release: bool) -> std::path::PathBuf {
    paths::program(&format!("examples/{name}"), release)
}
