//! A desktop that was away for a weekend: 10,000 changes until its view and its cache hold
//! everything, beside the same bytes from a server that has nothing else to do.

use std::fs;

use super::result::{Figure, Target};
use crate::{
    demo::Demo,
    paths,
    run::{Outcome, command, make_folder, output, run},
};

/// What was promised, in milliseconds.
const MOST: f64 = 1_000.0;

/// The agent's own code in a program of its own, with the real service.
pub fn catch_up(demo: &Demo) -> Outcome<Figure> {
    let profile: &[&str] = if demo.release() { &["--release"] } else { &[] };
    // Only sets the scene, so it is not worth a release.
    run(command("cargo").args(["build", "-p", "latchkey-auth", "--example", "weekend"]))?;
    run(command("cargo")
        .args(["build", "-p", "latchkey-agent", "--example", "catch_up"])
        .args(profile))?;
    let folder = demo.folder.join("weekend");
    make_folder(&folder)?;
    // As a runtime folder has to be: nobody else's.
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&folder, private).map_err(|why| why.to_string())?;
    let said = output(
        command(paths::program("examples/catch_up", demo.release()))
            .arg(paths::program("latchkey-auth", demo.release()))
            .arg(paths::program("examples/weekend", false))
            .arg(&folder),
    )?;
    let (value, beside) = figures_of(&said)?;
    Ok(Figure {
        name: "feed-catch-up",
        value,
        unit: "ms",
        beside_what: "the same bytes alone",
        beside,
        target: Target::Most(MOST),
    })
}

/// The two figures of a program's last line: what was measured, and what it is beside.
pub fn figures_of(said: &[u8]) -> Outcome<(f64, f64)> {
    let said = String::from_utf8_lossy(said);
    print!("{said}");
    let last = said.lines().last().unwrap_or_default();
    let figures: Vec<f64> = last
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    match figures[..] {
        [value, beside] => Ok((value, beside)),
        _ => Err("The bench said nothing that is a figure.".to_owned()),
    }
}
