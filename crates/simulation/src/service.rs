//! The service: the real one, on a real file, killed and opened again as the schedule says.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::Context as _;
use axum::{Router, body::Body, http, response::Response};
use latchkey_auth::{
    App,
    config::Config,
    cover, document, help,
    keys::Keys,
    mail::{
        self, Post,
        outcome::{Outcome, reply},
    },
    pages::whereabouts,
    pin::{self, Hasher},
    retention::Retention,
    server, team,
    testing::{Fate, MailServer, Steps},
};
use tokio::{sync::oneshot, task::JoinHandle};
use tower::ServiceExt as _;

use crate::{
    chance::{Seeded, Time, Watch},
    quiet::{Quiet, lock},
};

/// A mail in the hands of the mail server, which has not said yet what becomes of it.
pub struct Handed {
    /// Its id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// The token of the link in it.
    pub link: Option<String>,
    back: oneshot::Sender<Outcome>,
}

impl Handed {
    /// Whether the service waits for an answer no more.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.back.is_closed()
    }

    /// Says what becomes of it.
    pub fn answer(self, outcome: Outcome) {
        let _ = self.back.send(outcome);
    }
}

/// The mail server.
#[derive(Default)]
pub struct Mails(Mutex<Vec<Handed>>);

impl Mails {
    /// Takes out the mails that wait for an answer.
    #[must_use]
    pub fn take_out(&self) -> Vec<Handed> {
        std::mem::take(&mut *lock(&self.0))
    }
}

impl MailServer for Mails {
    fn take(&self, id: &str, message: Vec<u8>) -> Fate<'_> {
        let (back, outcome) = oneshot::channel();
        let text = String::from_utf8_lossy(&message).replace("=\r\n", "");
        let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest.to_owned());
        let link = after("/link/").map(|rest| rest.chars().take(43).collect());
        let to = after("\r\nTo: ").and_then(|rest| rest.lines().next().map(str::to_owned));
        lock(&self.0).push(Handed {
            id: id.to_owned(),
            to: to.unwrap_or_default(),
            link,
            back,
        });
        Box::pin(async move {
            let silent = || Outcome::Deferred(reply(0, "The connection broke"));
            outcome.await.unwrap_or_else(|_| silent())
        })
    }
}

/// The running service.
pub struct Service {
    /// Itself.
    pub app: App,
    /// Its writer's steps.
    pub steps: Steps,
    /// Its clock.
    pub clock: Arc<Watch>,
    /// Its mail server.
    pub mails: Arc<Mails>,
    /// A look at the database from outside.
    pub look: rusqlite::Connection,
    router: Router,
    root: PathBuf,
    random: Arc<Seeded>,
    posting: Option<JoinHandle<()>>,
    retention: Retention,
    /// Since when nobody could be rung for what waits.
    copies: help::copy::Copies,
    lives: u32,
}

impl Service {
    /// Opens what was laid out below `root`.
    pub async fn open(
        root: &Path,
        time: &Arc<Time>,
        seed: u64,
        quiet: &Quiet,
    ) -> anyhow::Result<Self> {
        let clock = Watch::of(time);
        let random = Arc::new(Seeded::of(seed, 1));
        let (app, look) = open(root, 0, &clock, &random, quiet).await?;
        Ok(Self {
            steps: app.writer.steps().clone(),
            router: server::router(&app),
            app,
            clock,
            mails: Arc::default(),
            look,
            root: root.to_owned(),
            random,
            posting: None,
            retention: Retention::default(),
            copies: help::copy::Copies::default(),
            lives: 0,
        })
    }

    /// Handles a request. `None`: killed before the answer.
    pub async fn call(&self, request: http::Request<Body>) -> Option<Response> {
        let router = self.router.clone();
        tokio::select! {
            biased;
            response = router.oneshot(request) => match response {
                Ok(response) => Some(response),
                Err(never) => match never {},
            },
            () = self.steps.killed() => None,
        }
    }

    /// Kills it, and opens what lies on the disk.
    pub async fn kill(&mut self, quiet: &Quiet) -> anyhow::Result<()> {
        if let Some(posting) = self.posting.take() {
            posting.abort();
        }
        let _ = self.mails.take_out();
        let from = data(&self.root, self.lives);
        self.lives += 1;
        let to = data(&self.root, self.lives);
        fs::create_dir_all(&to)?;
        // What was written, committed or not; the old life writes on into its own files.
        for name in ["latchkey.sqlite", "latchkey.sqlite-wal"] {
            if from.join(name).exists() {
                fs::copy(from.join(name), to.join(name))?;
            }
        }
        let (app, look) = open(&self.root, self.lives, &self.clock, &self.random, quiet).await?;
        self.steps = app.writer.steps().clone();
        self.router = server::router(&app);
        self.app = app;
        self.look = look;
        mail::release(&self.app).await?;
        self.retention = Retention::default();
        self.copies = help::copy::Copies::default();
        Ok(())
    }

    /// Begins to hand over what is due, unless it does so already.
    pub fn post(&mut self) {
        if self
            .posting
            .as_ref()
            .is_some_and(|task| !task.is_finished())
        {
            return;
        }
        let (app, post) = (self.app.clone(), Post::Played(self.mails.clone()));
        self.posting = Some(tokio::spawn(async move {
            let _ = mail::deliver_due(&app, &post).await;
        }));
    }

    /// What it does by itself. False where it was killed meanwhile.
    pub async fn chores(&mut self) -> anyhow::Result<bool> {
        let (app, retention) = (&self.app, &mut self.retention);
        let copies = &mut self.copies;
        let all = async {
            pin::expire::expire_due(app).await?;
            help::stuck::look(app).await?;
            help::escalate::look(app).await?;
            team::look(app).await?;
            cover::look(app).await?;
            copies.look(app).await?;
            help::near::look(app).await?;
            whereabouts::look(app).await?;
            mail::outage::look(app).await?;
            document::aging::look(app).await?;
            retention.look(app).await?;
            anyhow::Ok(())
        };
        let done = tokio::select! {
            biased;
            done = all => done,
            () = self.steps.killed() => return Ok(false),
        };
        if self.steps.is_dead() {
            return Ok(false);
        }
        done.context("what the service does by itself fails")
            .map(|()| true)
    }
}

fn data(root: &Path, life: u32) -> PathBuf {
    root.join(format!("data{life}"))
}

async fn open(
    root: &Path,
    life: u32,
    clock: &Arc<Watch>,
    random: &Arc<Seeded>,
    quiet: &Quiet,
) -> anyhow::Result<(App, rusqlite::Connection)> {
    let config = Config {
        data_dir: data(root, life),
        keys_dir: root.join("keys"),
        ..Config::default()
    };
    let path = config.database_path()?;
    let keys = Keys::load(&config.keys_dir)?;
    let on_fatal = Arc::new(give_up);
    let mut app = App::open(config, keys, clock.clone(), random.clone(), on_fatal)
        .await
        .context("the service does not open")?;
    app.hasher = Hasher::quick();
    let (steps, reader) = (app.writer.steps().clone(), app.reader.clone());
    quiet.watch(move || steps.is_working() || reader.num_idle() < reader.size() as usize);
    let look = rusqlite::Connection::open(path)?;
    look.execute_batch("PRAGMA query_only = ON;")?;
    Ok((app, look))
}

/// A database that cannot be trusted any more ends the schedule.
fn give_up(words: &str) {
    panic!("{words}");
}
