//! `cargo xtask bench`: figures of the real programs, each beside its floor or peer,
//! measured in the same run, since only ratios survive a change of machine.

mod desktop;
mod feed;
mod memory;
mod page;
mod result;
mod search;
mod simulate;

use std::path::Path;

use crate::{
    demo::Demo,
    install::{self, Need, Wanted},
    run::{Outcome, write_if_changed},
    test,
    words::Args,
};

use result::Figure;

/// Name and measurement.
type Bench = (&'static str, fn(&Demo) -> Outcome<Vec<Figure>>);

const BENCHES: [Bench; 5] = [
    ("sign-in-page", |demo| Ok(vec![page::sign_in(demo)?])),
    ("agent-memory", |demo| Ok(vec![memory::agent(demo)?])),
    ("feed", |demo| Ok(vec![feed::catch_up(demo)?])),
    ("search", |demo| Ok(vec![search::keys(demo)?])),
    ("desktop", desktop::cost),
];

/// Measures all, or the one named; `simulate` is told apart.
pub fn bench(mut args: Args) -> Outcome {
    if args.flag("simulate") {
        return simulate::simulate(args);
    }
    let json = args.value("--json");
    let release = !args.flag("--debug");
    let only = args.next();
    args.end()?;
    let chosen: Vec<_> = BENCHES
        .iter()
        .filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "There is no such bench; there are: {}.",
            names.join(", ")
        ));
    }
    install::install(&Wanted {
        packages: &[Need::Build, Need::Desktop, Need::Peers],
        node: &["ui"],
        tools: &[],
        python: false,
        yes: false,
    })?;
    test::npm_all("ui", &["build"])?;
    test::build_shipped(release)?;

    let demo = Demo::for_bench(release)?;
    let mut figures = Vec::new();
    for (name, measure) in chosen {
        println!("Measuring {name}.");
        figures.extend(measure(&demo)?);
    }
    print!("\n{}", result::table(&figures));
    if let Some(file) = json {
        write_if_changed(Path::new(&file), result::json(&figures).as_bytes())?;
    }
    if figures.iter().all(Figure::holds) {
        Ok(())
    } else {
        Err("Not every target holds.".to_owned())
    }
}
