//! Everything in one place: the service, the desktops, the browsers, the air between
//! them, and the model of what was acknowledged.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use latchkey_auth::testing::START;
use sha2::{Digest, Sha256};

use crate::{
    air::{Flow, Parcels},
    browser::Browser,
    chance::{Dice, Time},
    desktop::{Computer, Desktop},
    ledger::Ledger,
    quiet::Quiet,
    service::Service,
    snapshot::Snapshot,
    staff::Waiting,
    template::{DESKS, Template},
};

/// Why a schedule ended early.
#[derive(Debug)]
pub enum Stop {
    /// An invariant does not hold.
    Broken(String),
    /// The simulation itself could not go on.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A step's outcome.
pub type Step<T = ()> = Result<T, Stop>;

/// Breaks the schedule off.
pub fn broken<T>(why: impl Into<String>) -> Step<T> {
    Err(Stop::Broken(why.into()))
}

/// Whose mailbox the owner of each browser reads: a client, one with two browsers, one
/// whose mailbox is full, a couple's, and somebody who is not on file.
const BROWSERS: [&str; 6] = [
    "ada@example.org",
    "ada@example.org",
    "ben@full.example",
    "lindqvist@example.org",
    "priya@example.org",
    "stranger@example.net",
];

/// The world.
pub struct World {
    /// What happens next.
    pub dice: Dice,
    /// What time it is.
    pub time: Arc<Time>,
    /// When nothing goes on by itself.
    pub quiet: Quiet,
    /// The service.
    pub service: Service,
    /// The desktops.
    pub desks: Vec<Desktop>,
    /// The clients' browsers.
    pub browsers: Vec<Browser>,
    /// Requests and answers in the air.
    pub air: Parcels,
    /// Open streams.
    pub flows: Vec<Flow>,
    /// What was acknowledged.
    pub ledger: Ledger,
    /// The service's tables after the last step.
    pub before: Snapshot,
    /// What the agents make their requests with.
    pub client: reqwest::Client,
    /// Commands that wait for the service.
    pub waiting: Waiting,
    /// The service's name of each desktop.
    pub devices: Vec<String>,
    /// What the keychain of each desktop keeps.
    pub secrets: Vec<Vec<u8>>,
    log: Vec<String>,
}

impl World {
    /// Lays everything out below `root`; every desktop is switched on.
    pub async fn begin(
        seed: u64,
        root: &Path,
        template: &Template,
        client: &reqwest::Client,
        quiet: &Quiet,
    ) -> anyhow::Result<Self> {
        template.lay_out_service(&root.join("data0"), &root.join("keys"))?;
        let time = Time::at(latchkey_protocol::UnixMillis(START.0 + 60_000));
        let service = Service::open(root, &time, seed, quiet).await?;
        let air = Parcels::default();
        let mut desks = Vec::new();
        for (number, staff) in DESKS.into_iter().enumerate() {
            let folder = root.join(format!("desk{number}"));
            template.lay_out_desk(number, &folder)?;
            let secret = template.desks.get(number).context("no such desk")?;
            let computer = Computer::keeping(secret.secret.clone());
            desks.push(Desktop::off(number, staff, folder, computer, &time, seed));
        }
        let before = Snapshot::take(&service.look)?;
        Ok(Self {
            dice: Dice::new(seed),
            time,
            quiet: quiet.clone(),
            service,
            desks,
            browsers: BROWSERS.map(Browser::new).into(),
            air,
            flows: Vec::new(),
            ledger: Ledger::default(),
            before,
            client: client.clone(),
            waiting: Waiting::new(),
            devices: template
                .desks
                .iter()
                .map(|desk| desk.device.clone())
                .collect(),
            secrets: template
                .desks
                .iter()
                .map(|desk| desk.secret.clone())
                .collect(),
            log: Vec::new(),
        })
    }

    /// Notes a step, in words.
    pub fn note(&mut self, words: impl Into<String>) {
        let at = self.time.now() - START.0;
        self.log.push(format!("{at:>9} ms  {}", words.into()));
    }

    /// The steps so far.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.log
    }

    /// What tells this schedule from every other.
    #[must_use]
    pub fn mark(&self) -> String {
        let digest = Sha256::digest(self.log.join("\n"));
        digest
            .iter()
            .take(8)
            .fold(String::new(), |mark, byte| format!("{mark}{byte:02x}"))
    }

    /// Switches a desktop on, with its window.
    pub fn switch_on(&mut self, desk: usize) {
        let (client, air, time) = (self.client.clone(), self.air.clone(), self.time.clone());
        if let Some(desktop) = self.desks.get_mut(desk) {
            desktop.start(&client, &air, &time);
            desktop.open_window();
        }
    }

    /// Ends once nothing goes on by itself.
    pub async fn still(&mut self) {
        self.quiet.reached().await;
        self.flows.retain(|flow| !flow.is_over());
    }

    /// Everything that waits for a disk or a keychain is done.
    pub async fn disks(&mut self) {
        loop {
            let done: usize = self
                .desks
                .iter()
                .map(|desk| desk.computer.work(usize::MAX))
                .sum();
            if done == 0 {
                return;
            }
            self.still().await;
        }
    }

    /// Time passes for everybody, and for every timer.
    pub async fn pass(&mut self, millis: i64) {
        self.time.pass(millis);
        let millis = u64::try_from(millis).unwrap_or_default();
        tokio::time::advance(std::time::Duration::from_millis(millis)).await;
        self.still().await;
        let now = self.time.now();
        let late: Vec<_> = {
            let mut air = crate::quiet::lock(&self.air);
            let (late, rest) = std::mem::take(&mut *air)
                .into_iter()
                .partition(|parcel| parcel.is_over(now));
            *air = rest;
            late
        };
        for parcel in &late {
            // Its sender has given up, and it may arrive all the same.
            if !parcel.is_copy && parcel.is_write() && self.dice.percent(50) {
                self.copy(parcel);
            }
        }
        if !late.is_empty() {
            late.into_iter().for_each(crate::air::Parcel::lose);
            self.still().await;
        }
    }

    /// The service dies where it stands, and is started again.
    pub async fn kill_service(&mut self) -> Step {
        self.ledger.fault("service killed");
        for post in self.ledger.posts.values_mut() {
            if !post.settled {
                post.reasons += 1;
            }
        }
        self.flows.clear();
        // Every connection breaks: what was not answered will not be.
        let cut: Vec<_> = {
            let mut air = crate::quiet::lock(&self.air);
            let (cut, rest) = std::mem::take(&mut *air)
                .into_iter()
                .partition(|parcel| parcel.answered.is_some());
            *air = rest;
            cut
        };
        cut.into_iter().for_each(crate::air::Parcel::lose);
        self.service.kill(&self.quiet).await?;
        self.still().await;
        self.check_step()
    }

    /// Looks at the tables after a step.
    pub fn check_step(&mut self) -> Step {
        let now = Snapshot::take(&self.service.look)?;
        let outcome = self.before.follows(&now).and_then(|()| now.holds());
        self.before = now;
        self.ledger.checks += 1;
        outcome.map_err(Stop::Broken)
    }
}
