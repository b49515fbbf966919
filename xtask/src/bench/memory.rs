//! What the agent costs all day, beside the window that is there only while somebody looks.

use std::{fs, thread, time::Duration};

use super::result::{Figure, Target};
use crate::{
    child::{Running, until},
    demo::{Demo, desk},
    run::Outcome,
};

/// For start-up to be over.
const REST: Duration = Duration::from_secs(5);

/// Proportional set size of both, in MiB, each with all its processes.
pub fn agent(demo: &Demo) -> Outcome<Figure> {
    let agent = Running::start(&mut desk::agent(demo))?;
    if !until(Duration::from_secs(20), || desk::answers(demo)) {
        return Err("The agent does not answer.".to_owned());
    }
    let window = Running::start(
        demo.command("latchkey")
            .arg("--data-dir")
            .arg(desk::data(demo)),
    )?;
    thread::sleep(REST);
    let (value, beside) = (tree(agent.id())?, tree(window.id())?);
    desk::end(demo);
    Ok(Figure {
        name: "agent-memory",
        value,
        unit: "MiB",
        beside_what: "the window",
        beside,
        target: Target::Times(0.3),
    })
}

/// A process and those below it, in MiB.
pub fn tree(root: u32) -> Outcome<f64> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .map_err(|why| why.to_string())?
        .flatten()
        .filter_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in parentheses may hold anything; the parent is the second word after.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
            Some((id, parent.parse().ok()?))
        })
        .collect();
    let mut ids = vec![root];
    let mut at = 0;
    while let Some(&id) = ids.get(at) {
        ids.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == id)
                .map(|(id, _)| id),
        );
        at += 1;
    }
    let total: f64 = ids.iter().filter_map(|id| pss(*id)).sum();
    if total > 0.0 {
        Ok(total)
    } else {
        Err("A program ended before its memory could be measured.".to_owned())
    }
}

fn pss(id: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
