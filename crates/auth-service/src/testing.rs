//! What tests stand on: a clock that is told the time, seeded randomness, a practice.
//!
//! Behind the feature `testing`: a release build has no way to set time or
//! randomness (RULES V7).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

pub mod hostile;
mod key;
mod steps;

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_protocol::{ClientId, Role, StaffId, UnixMillis};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use key::Key;
pub use steps::Steps;

use crate::app::App;
use crate::client::{self, Roster};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Unavailable;
use crate::keys::Keys;
use crate::mail::outcome::Outcome;
use crate::practice::{EMERGENCY_TEXT, Practice};
use crate::random::Random;
use crate::staff::{self, StaffError};

/// Tuesday, 3 March 2026, 9:00 in New York.
pub const START: UnixMillis = UnixMillis(1_772_546_400_000);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// Stands at `at`.
    #[must_use]
    pub fn at(at: UnixMillis) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves by `millis`; a negative number moves back.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// A fate on its way.
pub type Fate<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A mail server that a test plays.
pub trait MailServer: Send + Sync + 'static {
    /// Takes a mail, as it goes over the wire, and says what becomes of it.
    fn take(&self, id: &str, message: Vec<u8>) -> Fate<'_>;
}

/// Randomness that is the same in every run.
#[derive(Debug)]
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// The stream of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, into: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(into);
    }
}

/// The roster of [`House::furnished`].
pub const ROSTER: &str = "\
first name,last name,email,phone,clinician email,external id,holder
Ada,Okafor,ada@example.org,555 0111,rosa@juniper.example,c1,self
Ben,Ortiz,ben@full.example,555 0112,rosa@juniper.example,c2,self
Priya,Nair,priya@example.org,555 0113,dana@juniper.example,c3,self
Jo,Lindqvist,lindqvist@example.org,555 0114,rosa@juniper.example,c4,self
Mika,Lindqvist,lindqvist@example.org,555 0114,rosa@juniper.example,c5,self
Noor,Haddad,mother@example.org,555 0115,dana@juniper.example,c6,parent
Noor,Haddad,father@example.org,555 0115,dana@juniper.example,c6,parent
";

/// A service on a temporary folder, with a clock that the test moves.
pub struct House {
    /// The service.
    pub app: App,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Its folder; gone with the house.
    pub folder: TempDir,
    ending: Ending,
}

/// Ends the service with the house.
struct Ending(CancellationToken);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// A house whose service is stopped; its folder stays.
pub struct Closed {
    /// As it was told.
    pub config: Config,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Its folder.
    pub folder: TempDir,
}

impl Closed {
    /// The keys.
    #[must_use]
    pub fn keys(&self) -> Arc<Keys> {
        Arc::new(Keys::load(&self.config.keys_dir).unwrap())
    }

    /// Starts the service again, where it listened before.
    pub async fn open(self) -> House {
        let Self {
            config,
            clock,
            folder,
        } = self;
        let port = config.public_url.port().unwrap();
        // Never the same ids and tokens again.
        let seed = u64::try_from(folder.path().read_dir().unwrap().count()).unwrap();
        std::fs::write(folder.path().join(format!("opened-{seed}")), "").unwrap();
        let random = Arc::new(SeededRandom::new(1_000 + seed));
        let keys = Keys::load(&config.keys_dir).unwrap();
        let fatal = Arc::new(|words: &str| panic!("{words}"));
        let app = App::open(config, keys, clock.clone(), random, fatal)
            .await
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        tokio::spawn(crate::server::serve(app.clone(), listener));
        House {
            ending: Ending(app.stopping.clone()),
            app,
            clock,
            folder,
        }
    }
}

impl House {
    /// An empty database, seed 1; nothing listens.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// An empty database; `change` sees the configuration first.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FakeClock::at(START));
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
        let mut config = Config {
            data_dir: folder.path().join("data"),
            keys_dir: folder.path().join("keys"),
            smtp: format!("maildir://{}", folder.path().join("mail").display()),
            ..Config::default()
        };
        change(&mut config);
        let keys = Keys::load_or_create(&config.keys_dir, &*random).unwrap();
        let app = App::open(
            config,
            keys,
            clock.clone(),
            random,
            Arc::new(|words| panic!("{words}")),
        )
        .await
        .unwrap();
        Self {
            ending: Ending(app.stopping.clone()),
            app,
            clock,
            folder,
        }
    }

    /// Juniper Lane Practice with Rosa (clinician), Sam (front desk), Dana (admin who
    /// sees clients) and the clients of [`ROSTER`]; it listens on a loopback port.
    pub async fn furnished() -> Self {
        Self::furnished_with(|_| {}).await
    }

    /// The same; `change` sees the service before it listens.
    pub async fn furnished_with(change: impl FnOnce(&mut App)) -> Self {
        // For the tests' own HTTP client; another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut house = Self::with(|config| {
            config.public_url = format!("http://localhost:{port}").parse().unwrap();
        })
        .await;
        change(&mut house.app);
        house.furnish().await;
        tokio::spawn(crate::server::serve(house.app.clone(), listener));
        house
    }

    /// Stops the service and waits until nobody has the database open.
    pub async fn close(self) -> Closed {
        let Self {
            app,
            clock,
            folder,
            ending,
        } = self;
        drop(ending);
        let config = (*app.config).clone();
        app.reader.close().await;
        drop(app);
        let path = config.database_path().unwrap();
        let closed = async {
            while crate::db::alone(&path).unwrap().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), closed)
            .await
            .unwrap();
        Closed {
            config,
            clock,
            folder,
        }
    }

    async fn furnish(&self) {
        self.app
            .writer
            .run(|tx| {
                Box::pin(async move {
                    juniper().create(tx).await?;
                    for (email, name, role) in [
                        ("rosa@juniper.example", "Rosa Rivera", Role::Clinician),
                        ("sam@juniper.example", "Sam Park", Role::FrontDesk),
                        ("dana@juniper.example", "Dana Whitfield", Role::Admin),
                    ] {
                        staff::add(tx, email, name, role).await?;
                    }
                    Ok::<_, StaffError>(())
                })
            })
            .await
            .unwrap();
        self.import(ROSTER).await;
    }

    /// Imports a roster that has no bad rows.
    pub async fn import(&self, csv: &str) {
        let roster = Roster::read(csv.as_bytes()).unwrap();
        assert_eq!(roster.bad, []);
        let imported = self
            .app
            .writer
            .run(|tx| Box::pin(async move { client::import(tx, roster, false).await }))
            .await
            .unwrap();
        assert_eq!(imported.bad, []);
    }

    /// The address of a path, as a browser on this machine opens it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.app.config.public(path)
    }

    /// The staff member of this first name.
    pub async fn staff(&self, first_name: &str) -> StaffId {
        sqlx::query_scalar("SELECT id FROM staff WHERE name LIKE $1")
            .bind(format!("{first_name} %"))
            .fetch_one(&self.app.reader)
            .await
            .map(StaffId)
            .unwrap()
    }

    /// The client of this first name.
    pub async fn client(&self, first_name: &str) -> ClientId {
        sqlx::query_scalar("SELECT id FROM client WHERE first_name = $1")
            .bind(first_name)
            .fetch_one(&self.app.reader)
            .await
            .map(ClientId)
            .unwrap()
    }

    /// Changes the database as no part of the service would: to set a scene.
    pub async fn sql(&self, sql: &'static str) {
        self.app
            .writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::raw_sql(sql).execute(tx.conn()).await?;
                    Ok::<_, Unavailable>(())
                })
            })
            .await
            .unwrap();
    }

    /// Counts: `SELECT COUNT(*) …`.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.reader)
            .await
            .unwrap()
    }
}

/// The practice of [`House::furnished`].
#[must_use]
pub fn juniper() -> Practice {
    Practice {
        name: "Juniper Lane Practice".to_owned(),
        short_name: "Juniper Lane".to_owned(),
        phone: "555 0100".to_owned(),
        hours: "Monday to Friday, 9 to 5".to_owned(),
        time_zone: "America/New_York".to_owned(),
        emergency_text: EMERGENCY_TEXT.to_owned(),
        exit_url: "https://www.weather.gov".to_owned(),
        mail_from: "signin@juniper.example".to_owned(),
        home_url: None,
    }
}
