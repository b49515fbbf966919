//! One schedule: a world, a seed, and what happens in it.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context as _;

use crate::{
    quiet::Quiet,
    template::Template,
    world::{Step, Stop, World},
};

/// How many things happen before everything heals.
const STEPS: (i64, i64) = (20, 60);

/// What came of a schedule.
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// What happened, in words.
    pub steps: Vec<String>,
    /// What tells it from every other.
    pub mark: String,
    /// The invariant that does not hold, if one does not.
    pub broken: Option<String>,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// How many checks were made.
    pub checks: u64,
}

/// What the schedules of one thread share.
pub struct Stage {
    template: Template,
    client: reqwest::Client,
    root: tempfile::TempDir,
}

impl Stage {
    /// Makes the practice that each schedule begins with.
    pub fn set() -> anyhow::Result<Self> {
        // Another thread may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let memory = PathBuf::from("/dev/shm");
        let below = if memory.is_dir() {
            memory
        } else {
            std::env::temp_dir()
        };
        Ok(Self {
            template: Template::make()?,
            client: reqwest::Client::builder().no_proxy().build()?,
            root: tempfile::Builder::new()
                .prefix("latchkey-")
                .tempdir_in(below)?,
        })
    }

    /// Plays the schedule of this seed.
    pub fn play(&self, seed: u64) -> anyhow::Result<Report> {
        // A folder of its own: threads of the schedule before may still be closing their
        // database, and SQLite deletes the files beside one by their paths.
        let folder = tempfile::tempdir_in(self.root.path())?;
        let (still, quiet) = Quiet::runtime()?;
        still
            .run(async {
                let root = folder.path();
                let mut world =
                    World::begin(seed, root, &self.template, &self.client, &quiet).await?;
                let outcome = play(&mut world).await;
                report(seed, &world, outcome)
            })
            .context("the runtime is gone")?
    }
}

fn report(seed: u64, world: &World, outcome: Step) -> anyhow::Result<Report> {
    let broken = match outcome {
        Ok(()) => None,
        Err(Stop::Broken(why)) => Some(why),
        Err(Stop::Failed(error)) => {
            return Err(error.context(format!("seed {seed}\n{}", world.steps().join("\n"))));
        }
    };
    Ok(Report {
        seed,
        steps: world.steps().to_vec(),
        mark: world.mark(),
        broken,
        faults: world.ledger.faults.clone(),
        checks: world.ledger.checks,
    })
}

async fn play(world: &mut World) -> Step {
    for at in 0..world.desks.len() {
        if world.dice.percent(80) {
            world.switch_on(at);
        }
    }
    world.still().await;
    if world.dice.percent(80) {
        world.calm().await?;
    }
    let steps = world.dice.between(STEPS.0, STEPS.1);
    // Some days the network is good, and on others little arrives as it was sent.
    let good = if world.dice.percent(50) { 50 } else { 20 };
    for _ in 0..steps {
        let in_the_air =
            world.parcels() + world.flows.iter().filter(|flow| flow.waiting() > 0).count();
        match world.dice.below(100) {
            0..=29 => world.client_acts().await?,
            30..=56 => world.staff_acts().await?,
            57..=64 if in_the_air > 0 => world.something_in_the_air().await?,
            65..=70 => world.time_passes().await?,
            71..=82 => world.service_works().await?,
            83..=89 => world.computer_fails().await?,
            90..=92 => world.operator_acts().await?,
            _ => {}
        }
        if world.dice.percent(good) {
            world.calm().await?;
        } else {
            for _ in 0..world.dice.below(4) {
                if world.parcels() + world.flows.len() > 0 {
                    world.something_in_the_air().await?;
                }
            }
        }
        world.listen()?;
    }
    world.finish().await
}
