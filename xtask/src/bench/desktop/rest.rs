//! The agent when nobody looks: its memory, its time, and how often it wakes up.

use std::{fs, thread, time::Duration};

use super::scene::arrived;
use crate::{
    bench::memory,
    child::Running,
    clock::Stopwatch,
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
/// So often it is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// What follows sooner belongs to the same wake-up: one thread hands on to another.
const STILL: Duration = Duration::from_millis(250);

/// What was seen.
pub struct Rest {
    agent: Running,
    /// Proportional set size.
    pub megabytes: f64,
    /// Of one core.
    pub cpu: f64,
    /// A minute, of all its threads together.
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
        let before = Spent::of(agent.id())?;
        let wakeups = wakeups(agent.id())?;
        let after = Spent::of(agent.id())?;
        Ok(Self {
            megabytes,
            cpu: 100.0 * (after.nanos - before.nanos) / 1e9 / WATCHED.as_secs_f64(),
            wakeups: wakeups * 60.0 / WATCHED.as_secs_f64(),
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

/// How often anything in it woke up after it had been still.
fn wakeups(process: u32) -> Outcome<f64> {
    let watch = Stopwatch::start();
    let (mut known, mut still) = (Spent::of(process)?.switches, Stopwatch::start());
    let mut woken = 0.0;
    while watch.read() < WATCHED {
        thread::sleep(LOOK);
        let switches = Spent::of(process)?.switches;
        if switches != known {
            if still.read() > STILL {
                woken += 1.0;
            }
            (known, still) = (switches, Stopwatch::start());
        }
    }
    Ok(woken)
}

/// What its threads have done since they began.
struct Spent {
    nanos: f64,
    /// They went to sleep so often.
    switches: u64,
}

impl Spent {
    fn of(process: u32) -> Outcome<Self> {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).map_err(|why| why.to_string())?;
        let mut all = Self {
            nanos: 0.0,
            switches: 0,
        };
        for task in tasks.flatten() {
            // A thread may end meanwhile.
            let said = |file| fs::read_to_string(task.path().join(file)).unwrap_or_default();
            all.nanos += number::<f64>(said("schedstat").split_whitespace().next());
            all.switches += number::<u64>(
                said("status")
                    .lines()
                    .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")),
            );
        }
        Ok(all)
    }
}

fn number<T: std::str::FromStr + Default>(text: Option<&str>) -> T {
    text.and_then(|text| text.trim().parse().ok())
        .unwrap_or_default()
}
