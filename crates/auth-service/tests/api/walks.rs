//! Many readers who come and go at random while two processes write: each ends with what
//! the service shows (RULES V2).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use latchkey_auth::App;
use latchkey_auth::api::Desk;
use latchkey_auth::client::{self, Roster};
use latchkey_auth::config::Config;
use latchkey_auth::db::Unavailable;
use latchkey_auth::event::{Actor, Event, Kind};
use latchkey_auth::feed::{Feed, Reader, Start};
use latchkey_auth::keys::Keys;
use latchkey_auth::staff;
use latchkey_auth::testing::{House, SeededRandom};
use latchkey_protocol::{DeviceId, HelpRequest, RequestId, Role};
use tokio::sync::oneshot;

use crate::desktop::Desktop;
use crate::scene::{asks_for_help, happens, stranger_asks};
use crate::stream::Said;

/// What a desktop holds, and the position it would resume from.
#[derive(Clone, Default)]
struct Held {
    requests: BTreeMap<RequestId, HelpRequest>,
    position: Option<i64>,
}

impl Held {
    fn take(&mut self, said: &Said) {
        match said.event.as_str() {
            "request" => {
                let request = said.request();
                self.requests.insert(request.id.clone(), request);
            }
            "gone" => drop(self.requests.remove(&said.gone().request)),
            "reset" => *self = Self::default(),
            other => panic!("{other}"),
        }
        self.position = said.id.or(self.position);
    }

    /// What is compared: not when the waiting page last asked, which needs no event.
    fn shown(&self) -> BTreeMap<&RequestId, (i64, usize)> {
        self.requests
            .iter()
            .map(|(id, request)| (id, (request.position.0, request.timeline.len())))
            .collect()
    }
}

/// The numbers of a reader's own dice.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// A second process on the same database, as the command line is one.
async fn command_line(house: &House) -> App {
    let config = Config {
        data_dir: house.app.config.data_dir.clone(),
        keys_dir: house.app.config.keys_dir.clone(),
        ..Config::default()
    };
    let keys = Keys::load(&config.keys_dir).unwrap();
    App::open(
        config,
        keys,
        house.clock.clone(),
        Arc::new(SeededRandom::new(2)),
        Arc::new(|words| panic!("{words}")),
    )
    .await
    .unwrap()
}

/// Ada changes hands, and the unmatched are everybody's or the front desk's by turns.
async fn reorganise(app: &App, house: &House, round: usize) {
    let clinician = ["rosa", "dana"][round % 2];
    let line = format!(
        "first name,last name,email,phone,clinician email,external id\n\
         Ada,Okafor,ada@example.org,555 0111,{clinician}@juniper.example,c1\n"
    );
    let roster = Roster::read(line.as_bytes()).unwrap();
    app.writer
        .run(|tx| Box::pin(async move { client::import(tx, roster, false).await }))
        .await
        .unwrap();
    let desk = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let email = format!("desk{round}@juniper.example");
                staff::add(tx, &email, "Kim Lee", Role::FrontDesk).await
            })
        })
        .await
        .unwrap();
    let ben = house.client("Ben").await;
    app.writer
        .run(move |tx| {
            Box::pin(async move {
                let event = Event::new(Kind::ClientChanged, Actor::Operator).client(&ben);
                Ok::<_, Unavailable>(tx.append(event).await?)
            })
        })
        .await
        .unwrap();
    app.writer
        .run(move |tx| Box::pin(async move { staff::disable(tx, &desk).await }))
        .await
        .unwrap();
}

/// Comes and goes, now and then with an older cache, until nobody writes any more and
/// everything is read.
async fn walk(house: Arc<House>, name: &'static str, seed: u64, over: Arc<AtomicBool>) -> Held {
    let desktop = Desktop::of(&house, name).await;
    let (mut held, mut older) = (Held::default(), Vec::new());
    let mut dice = Dice(seed);
    loop {
        let last = over.load(Ordering::SeqCst);
        let mut feed = desktop.feed(held.position).await;
        let most = if last { usize::MAX } else { dice.below(60) };
        for _ in 0..most {
            // The first comment of a stream comes when everything is said.
            match feed.block().await.map(|block| Said::read(&block)) {
                Some(Some(said)) => held.take(&said),
                Some(None) if last => return held,
                Some(None) => {}
                None => break,
            }
        }
        older.push(held.clone());
        if dice.below(4) == 0 {
            held = older[dice.below(older.len())].clone();
        }
    }
}

// RULES V2
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_comes_and_goes_while_two_processes_write_ends_with_what_the_service_shows() {
    let house = House::furnished_with(|app| {
        app.feed = Arc::new(Feed::with_keep_alive(Duration::from_millis(20)));
    })
    .await;
    let house = Arc::new(house);
    // Nobody is at the front desk for good, so that the unmatched change hands, too.
    let sam = house.staff("Sam").await;
    let disabled = house
        .app
        .writer
        .run(move |tx| Box::pin(async move { staff::disable(tx, &sam).await }));
    disabled.await.unwrap();
    let mut requests = Vec::new();
    for name in ["Ada", "Ben", "Priya", "Ada"] {
        requests.push(asks_for_help(&house, name).await);
        requests.push(stranger_asks(&house).await);
    }
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (1..=8)
        .map(|seed| {
            let name = ["Rosa", "Dana"][usize::try_from(seed).unwrap() % 2];
            (
                name,
                tokio::spawn(walk(house.clone(), name, seed, over.clone())),
            )
        })
        .collect();
    let other = command_line(&house).await;
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (house, requests) = (house.clone(), requests.clone());
            tokio::spawn(async move {
                for step in 0..40 {
                    happens(&house, &requests[(writer + step * 3) % requests.len()]).await;
                }
            })
        })
        .collect();
    for round in 0..12 {
        reorganise(&other, &house, round).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    // The service notices what the other process wrote last, and then all is said.
    let newest = house.count("SELECT MAX(position) FROM event").await;
    let mut position = house.app.writer.position();
    position
        .wait_for(|position| position.0 >= newest)
        .await
        .unwrap();
    over.store(true, Ordering::SeqCst);
    for (name, reader) in readers {
        let held = reader.await.unwrap();
        let mut fresh = Held::default();
        let mut feed = Desktop::of(&house, name).await.feed(None).await;
        while let Some(said) = Said::read(&feed.block().await.unwrap()) {
            fresh.take(&said);
        }
        assert!(!fresh.requests.is_empty());
        assert_eq!(held.shown(), fresh.shown(), "{name}");
    }
}

// RULES V2, V4
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_streams_are_all_told_and_a_page_waits_for_none_of_them() {
    let house = Arc::new(House::furnished().await);
    let ada = asks_for_help(&house, "Ada").await;
    house
        .sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             INSERT INTO device (id, staff_id, name, jkt, created_at, expires_at, last_seen_at)
             SELECT 'desk' || i, (SELECT id FROM staff WHERE name LIKE 'Rosa%'), 'a desk', 'k', 1,
                    9000000000000, 1 FROM n",
        )
        .await;
    let staff = house.staff("Rosa").await;
    let readers: Vec<_> = (0..1_000)
        .map(|number| {
            let desk = Desk {
                staff: staff.clone(),
                device: DeviceId(format!("desk{}", number / 2 + 1)),
            };
            let mut reader = Reader::new(house.app.clone(), desk, Start::Whole);
            let (ready, is_ready) = oneshot::channel();
            let told = tokio::spawn(async move {
                // The document, its id, and the breath after everything is said.
                for _ in 0..3 {
                    reader.next().await.unwrap();
                }
                ready.send(()).unwrap();
                reader.next().await.unwrap();
                reader.next().await.unwrap()
            });
            (told, is_ready)
        })
        .collect();
    let mut told = Vec::new();
    for (reader, is_ready) in readers {
        is_ready.await.unwrap();
        told.push(reader);
    }
    assert_eq!(house.app.feed.streams(), 1_000);
    let position = happens(&house, &ada).await;
    let page = reqwest::get(house.url("/")).await.unwrap();
    assert_eq!(page.status(), 200);
    let waiting = told.iter().filter(|reader| !reader.is_finished()).count();
    for reader in told {
        let id = reader.await.unwrap();
        assert_eq!(id, format!("id: {position}\n\n"));
    }
    assert!(waiting > 0, "the page came while they were being told");
}
