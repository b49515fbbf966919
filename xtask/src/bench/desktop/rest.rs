//! The agent when nobody looks: its memory, its time, and how often it wakes up.

use std::{fs, thread, time::Duration};

use super::scene::arrived;
use crate::{
    bench::memory,
    child::Running,
    demo::{Demo, desk},
    run::Outcome,
};

/// So often the agent is started until it stays.
const TRIES: u32 = 20;
/// After each.
const BETWEEN: Duration = Duration::from_secs(1);
/// For start-up to be over.
const SETTLED: Duration = Duration::from_secs(20);
/// So long nothing is done.
const WATCHED: Duration = Duration::from_mins(1);

/// What was seen.
pub struct Rest {
    agent: Running,
    /// Proportional set size.
    pub megabytes: f64,
    /// Of one core.
    pub cpu: f64,
    /// A minute, of the thread that wakes up most.
    pub wakeups: f64,
}

impl Rest {
    /// Starts the agent anew, so that what the first fetch took is not counted.
    pub fn measure(demo: &Demo) -> Outcome<Self> {
        desk::end(demo);
        let agent = start(demo)?;
        arrived(demo)?;
        thread::sleep(SETTLED);
        let megabytes = memory::tree(agent.id())? * 1.048_576;
        let before = threads(agent.id())?;
        thread::sleep(WATCHED);
        let after = threads(agent.id())?;
        let spent: f64 = after.iter().map(|one| one.nanos).sum::<f64>()
            - before.iter().map(|one| one.nanos).sum::<f64>();
        let woken = after.iter().map(|one| {
            let earlier = before.iter().find(|other| other.id == one.id);
            one.wakeups - earlier.map_or(0.0, |other| other.wakeups)
        });
        Ok(Self {
            megabytes,
            cpu: 100.0 * spent / 1e9 / WATCHED.as_secs_f64(),
            wakeups: woken.fold(0.0, f64::max) * 60.0 / WATCHED.as_secs_f64(),
            agent,
        })
    }

    /// Its process.
    pub fn agent(&self) -> u32 {
        self.agent.id()
    }
}

/// The one before it lets go of the folder once it has written everything; until then
/// another one ends at once.
fn start(demo: &Demo) -> Outcome<Running> {
    for _ in 0..TRIES {
        let mut agent = Running::start(&mut desk::agent(demo))?;
        thread::sleep(BETWEEN);
        if agent.lives().is_ok() {
            return Ok(agent);
        }
    }
    Err("The agent does not start again.".to_owned())
}

/// What one has done since it began.
struct Thread {
    id: String,
    nanos: f64,
    wakeups: f64,
}

fn threads(process: u32) -> Outcome<Vec<Thread>> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).map_err(|why| why.to_string())?;
    Ok(tasks
        .flatten()
        .filter_map(|task| {
            let spent = fs::read_to_string(task.path().join("schedstat")).ok()?;
            let status = fs::read_to_string(task.path().join("status")).ok()?;
            let woken = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            Some(Thread {
                id: task.file_name().to_string_lossy().into_owned(),
                nanos: spent.split_whitespace().next()?.parse().ok()?,
                wakeups: woken.trim().parse().ok()?,
            })
        })
        .collect())
}
