//! From the feed to the screen, and what stays with the agent after a long day.

use crate::{
    bench::{
        feed::figures_of,
        result::{Figure, Target},
    },
    demo::Demo,
    paths,
    run::{Outcome, output},
};

/// How much more the agent may take after 50,000 events.
const GROWN: f64 = 1.05;

/// The agent's program between a scripted practice and a notification daemon.
pub fn rung(demo: &Demo) -> Outcome<[Figure; 2]> {
    let said = output(
        demo.command("examples/bell")
            .arg(paths::program("latchkey-agent", demo.release())),
    )?;
    let said = String::from_utf8_lossy(&said);
    let Some((bell, grown)) = said.trim().split_once('\n') else {
        return Err(format!("Nothing was measured: {said}"));
    };
    let (bell, call) = figures_of(bell.as_bytes())?;
    let (after, before) = figures_of(grown.as_bytes())?;
    Ok([
        Figure {
            name: "bell",
            value: bell,
            unit: "ms",
            beside_what: "a call on that bus",
            beside: call,
            target: Target::Most(10.0),
        },
        Figure {
            name: "grown",
            value: after,
            unit: "MB",
            beside_what: "before 50,000 events",
            beside: before,
            target: Target::Times(GROWN),
        },
    ])
}
