//! Each key of a search over 100,000 cached requests, until the frame is there that the
//! window draws, beside one look for the word in the bare text.

use super::{
    feed::figures_of,
    result::{Figure, Target},
};
use crate::{
    demo::Demo,
    paths,
    run::{Outcome, command, output, run},
};

/// A frame at 60 a second, in milliseconds.
const MOST: f64 = 16.0;

/// The agent's own code in a program of its own.
pub fn keys(demo: &Demo) -> Outcome<Figure> {
    let profile: &[&str] = if demo.release() { &["--release"] } else { &[] };
    run(command("cargo")
        .args(["build", "-p", "latchkey-agent", "--example", "search"])
        .args(profile))?;
    let said = output(&mut command(paths::program(
        "examples/search",
        demo.release(),
    )))?;
    let (value, beside) = figures_of(&said)?;
    Ok(Figure {
        name: "search-100k",
        value,
        unit: "ms",
        beside_what: "the bare text",
        beside,
        target: Target::Most(MOST),
    })
}
