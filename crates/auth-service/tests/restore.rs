//! An older copy of the database is never taken for the database.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "pages/browser.rs"]
mod browser;
mod desk;
#[path = "pages/scene.rs"]
mod scene;
#[path = "api/stream.rs"]
mod stream;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use browser::Browser;
use desk::Desk;
use latchkey_auth::backup::{self, BackupError, RestoreError, Restored, Unfit};
use latchkey_auth::clock::{DAY, HOUR, MINUTE};
use latchkey_auth::db::Unavailable;
use latchkey_auth::epoch::{self, Found, Held, Remembered};
use latchkey_auth::event::{self, Actor, Event, Kind};
use latchkey_auth::testing::{Closed, House, SeededRandom};
use latchkey_auth::{client, staff};
use latchkey_protocol::{Cause, RequestId, RequestState, UnixMillis};
use reqwest::Method;
use serde_json::json;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use stream::Stream;

async fn feed(desk: &Desk<'_>, after: i64) -> Stream {
    let call = desk.call(Method::GET, "/api/v1/feed");
    let call = call.header("last-event-id", after.to_string());
    Stream::of(call.send().await.unwrap())
}

async fn restore(closed: &Closed, from: &Path) -> Result<Restored, RestoreError> {
    let path = closed.config.database_path().unwrap();
    let random = Arc::new(SeededRandom::new(77));
    backup::restore(from, &path, &closed.keys(), &*closed.clock, random).await
}

async fn held(house: &House) -> Option<Held> {
    let mut conn = house.app.reader.acquire().await.unwrap();
    epoch::held(&mut conn).await.unwrap()
}

async fn number(house: &House) -> i64 {
    house.count("SELECT MAX(number) FROM epoch").await
}

async fn whole(house: &House) -> i64 {
    let mut conn = house.app.reader.acquire().await.unwrap();
    event::verify(&mut conn, &house.app.keys).await.unwrap()
}

async fn happens(house: &House) {
    write!(house, |tx| async {
        let event = Event::new(Kind::ViewChanged, Actor::Service);
        tx.append(event).await.map_err(Unavailable::from)
    })
    .unwrap();
}

async fn backed_up(house: &House) -> PathBuf {
    let file = house.folder.path().join("copy.sqlite");
    backup::make(&house.app, &file, false).await.unwrap();
    file
}

/// Mails to clients; those to staff tell of desktops.
fn to_clients(house: &House) -> Vec<String> {
    let mails = scene::mails(house);
    let to_staff = |line: &str| line.starts_with("To: ") && line.ends_with("@juniper.example");
    mails
        .into_iter()
        .filter(|mail| !mail.lines().any(to_staff))
        .collect()
}

/// What is live when a copy is made, in the hands of those who have it.
struct Live {
    link: String,
    asker: Browser,
    session: Browser,
    waiting: Browser,
    request: RequestId,
    invite: String,
    staff_cookie: String,
    code: (desk::Key, String),
    tokens: (desk::Key, String, String),
    mailed: usize,
}

const PIN: &str = "305070";

/// As her desktop has it.
fn danas_key() -> desk::Key {
    desk::Key::new("Dana".bytes().fold(1, u8::wrapping_add).max(1))
}

impl Live {
    /// A link in Ada's mail, a session of Ben's, a PIN for Noor, a one-time address for Sam,
    /// a browser, a code and a desktop of Dana's, a mail to Priya that waits.
    async fn in_a(house: &House) -> Self {
        let desktop = Desk::of(house, "Dana").await;
        let danas = danas_key();
        assert_eq!(danas.thumbprint(), desktop.key.thumbprint());
        let mut asker = Browser::new(house);
        asker.ask("ada@example.org").await;
        let link = scene::newest_link(house, "ada@example.org").await;
        let mut session = Browser::new(house);
        session.ask("ben@full.example").await;
        let bens = scene::newest_link(house, "ben@full.example").await;
        session.open(&bens).await;
        session.post("/link", &[]).await;
        assert!(session.signed_in().await);
        let mut waiting = Browser::new(house);
        let fields = [("who", "mother@example.org"), ("what", "")];
        waiting.post("/help", &fields).await;
        let request = scene::request(house).await;
        let dana = house.staff("Dana").await;
        scene::issue(house, &request, &dana, PIN, None)
            .await
            .unwrap();
        let invite = desk::invite(house, "Sam").await;
        let staff_cookie = desk::browser(house, "Dana").await;
        let key = desk::Key::new(9);
        let wanted = desk::authorization(&key);
        let back = desk::press(house, &staff_cookie, wanted, "connect").await;
        Browser::new(house).ask("priya@example.org").await;
        Self {
            link,
            asker,
            session,
            waiting,
            request,
            invite,
            staff_cookie,
            code: (key, desk::get(&back, "code").to_owned()),
            tokens: (danas, desktop.access, desktop.refresh),
            mailed: to_clients(house).len(),
        }
    }

    /// Life goes on: it is used up, and Ada asks for no mail.
    async fn is_used_up(&mut self, house: &House) {
        let mut elsewhere = Browser::new(house);
        elsewhere.open(&self.link).await;
        elsewhere.post("/link", &[]).await;
        assert!(elsewhere.signed_in().await);
        self.waiting.open("/waiting").await;
        self.waiting.post("/waiting", &[("pin", PIN)]).await;
        assert!(self.waiting.signed_in().await);
        let client = house.client("Ada").await;
        write!(house, |tx| async {
            client::set_no_mail(tx, &client, true).await
        })
        .unwrap();
    }

    async fn is_dead(&mut self, house: &House) {
        let mut finder = Browser::new(house);
        for (browser, whose) in [(&mut finder, "a finder"), (&mut self.asker, "the asker")] {
            browser.open(&self.link).await;
            browser.post("/link", &[]).await;
            assert!(!browser.signed_in().await, "the link, for {whose}");
        }
        assert!(!self.session.signed_in().await, "the session");
        self.waiting.open("/waiting").await;
        self.waiting.post("/waiting", &[("pin", PIN)]).await;
        assert!(!self.waiting.signed_in().await, "the PIN");
        let answer = desk::http()
            .post(house.url(&format!("/staff/invite/{}", self.invite)))
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap();
        assert_ne!(answer.status(), 200, "the one-time address");
        let (key, code) = &self.code;
        let page = desk::http()
            .get(house.url("/oauth/authorize"))
            .query(&desk::authorization(key))
            .header("cookie", &self.staff_cookie)
            .send()
            .await
            .unwrap();
        let page = page.text().await.unwrap();
        assert!(!page.contains("Connect this computer"), "the staff browser");
        assert_eq!(desk::exchange(house, key, code).await.0, 400, "the code");
        let (key, access, refresh) = &self.tokens;
        let refreshed = desk::refresh(house, key, refresh).await.0;
        assert_eq!(refreshed, 400, "the refresh token");
        let old = Desk {
            house,
            key: danas_key(),
            access: access.clone(),
            refresh: refresh.clone(),
        };
        assert_eq!(old.get("/api/v1/me").await.0, 401, "the access token");
        scene::deliver(house).await;
        assert_eq!(to_clients(house).len(), self.mailed, "the mail that waited");
        for live in [
            "SELECT COUNT(*) FROM link WHERE state = 'live'",
            "SELECT COUNT(*) FROM pin WHERE state = 'live' OR sealed_hash IS NOT NULL",
            "SELECT COUNT(*) FROM client_session WHERE ended_at IS NULL",
            "SELECT COUNT(*) FROM staff_browser WHERE ended_at IS NULL",
            "SELECT COUNT(*) FROM staff_invite WHERE used_at IS NULL",
            "SELECT COUNT(*) FROM authorization_code WHERE used_at IS NULL",
            "SELECT COUNT(*) FROM device WHERE revoked_at IS NULL",
            "SELECT COUNT(*) FROM access_token",
            "SELECT COUNT(*) FROM refresh_token WHERE state <> 'revoked'",
            "SELECT COUNT(*) FROM mail WHERE ended_at IS NULL OR sealed_body IS NOT NULL",
        ] {
            assert_eq!(house.count(live).await, 0, "{live}");
        }
    }
}

// RULES V6
#[tokio::test]
async fn everything_that_was_live_in_an_old_copy_is_dead_and_a_desktop_begins_anew() {
    let house = House::furnished().await;
    let mut live = Live::in_a(&house).await;
    let copy = backed_up(&house).await;
    live.is_used_up(&house).await;
    let last = house.count("SELECT MAX(position) FROM event").await;
    let last_at = house.count("SELECT MAX(at) FROM event").await;

    let closed = house.close().await;
    let done = restore(&closed, &copy).await.unwrap();
    assert_eq!(done.epoch, 2);
    closed.clock.advance(-HOUR);
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2);
    whole(&house).await;
    assert!(
        house.app.now() >= UnixMillis(last_at),
        "time is not behind an event that is lost"
    );
    live.is_dead(&house).await;

    // A new sign-in works, and its feed begins anew, wherever the old one was.
    let rosa = Desk::of(&house, "Rosa").await;
    for position in [last, last - 1, 1, last + 500_000] {
        let mut desktop = feed(&rosa, position).await;
        assert_eq!(desktop.said().await.event, "reset", "after {position}");
    }
    let sam = Desk::of(&house, "Sam").await;
    let mut desktop = feed(&sam, last).await;
    assert_eq!(desktop.said().await.event, "reset");
    let document = desktop.said().await.request();
    assert_eq!(document.id, live.request);
    assert_eq!(document.state, RequestState::Looking, "its PIN has ended");
}

// RULES V6
#[tokio::test]
async fn clients_get_no_mail_after_a_restore_until_an_admin_has_confirmed_and_staff_read_why() {
    let house = House::furnished().await;
    let mut live = Live::in_a(&house).await;
    let copy = backed_up(&house).await;
    live.is_used_up(&house).await;
    let closed = house.close().await;
    let replaced = restore(&closed, &copy).await.unwrap().replaced.unwrap();
    let house = closed.open().await;
    house.clock.advance(3 * MINUTE);
    let sam = Desk::of(&house, "Sam").await;
    let mut desktop = feed(&sam, 0).await;
    let document = desktop.said().await.request();
    assert_eq!(document.diagnosis.cause, Cause::MailHeld);

    // Whoever asks reads what everybody reads; staff are told why nothing goes.
    let mut priya = Browser::new(&house);
    let asked = priya.ask("priya@example.org").await;
    let mut nobody = Browser::new(&house);
    assert_eq!(nobody.ask("nobody@example.net").await.status, asked.status);
    let path = format!("/api/v1/requests/{}/link", live.request);
    let id = house.app.random.id(house.app.now()).to_string();
    let (status, problem) = sam.post(&path, &id, json!({})).await;
    let told = (status.as_u16(), &problem["code"]);
    assert_eq!(told, (409, &json!("mail_held")));
    scene::deliver(&house).await;
    assert_eq!(to_clients(&house).len(), live.mailed, "held back");
    let all = scene::mails(&house).len();
    assert!(all > live.mailed, "mails to staff go out");

    // The admin sees what is lost, confirms, and what was asked for meanwhile goes out.
    let mut conn = house.app.reader.acquire().await.unwrap();
    let plans = epoch::plans(&mut conn, Some(&replaced)).await.unwrap();
    assert_eq!(plans.no_mail, []);
    let changes = plans.lost.unwrap().into_iter();
    let changes: Vec<_> = changes.map(|it| (it.name, it.what)).collect();
    assert_eq!(changes, [("Ada Okafor".to_owned(), "asked for no mail")]);
    assert!(confirm(&house).await);
    assert_eq!(held(&house).await, None);
    let link = scene::newest_link(&house, "priya@example.org").await;
    assert_eq!(to_clients(&house).len(), live.mailed + 1);
    priya.open(&link).await;
    priya.post("/link", &[]).await;
    assert!(priya.signed_in().await);
    let document = desktop.said().await.request();
    assert_eq!(document.diagnosis.cause, Cause::NothingAsked);
    whole(&house).await;
}

async fn plain(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false);
    options.connect().await.unwrap()
}

async fn confirm(house: &House) -> bool {
    write!(house, |tx| async {
        epoch::confirm(tx).await.map_err(Unavailable::from)
    })
    .unwrap()
}

/// The files of a database, as somebody copies them by hand.
fn copied(closed: &Closed, to: &Path) {
    fs::copy(closed.config.database_path().unwrap(), to).unwrap();
}

fn put_back(closed: &Closed, from: &Path) {
    let path = closed.config.database_path().unwrap();
    for part in ["-wal", "-shm"] {
        let _ = fs::remove_file(path.with_extension(format!("sqlite{part}")));
    }
    fs::copy(from, path).unwrap();
}

// RULES V6
#[tokio::test]
async fn an_old_file_that_is_put_back_by_hand_is_noticed_at_the_next_start() {
    let house = House::furnished().await;
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let closed = house.close().await;
    let old = closed.folder.path().join("old.sqlite");
    copied(&closed, &old);

    // As it was left: nothing has ended.
    put_back(&closed, &old);
    let house = closed.open().await;
    assert_eq!((number(&house).await, held(&house).await), (1, None));
    happens(&house).await;
    let lost = house.count("SELECT MAX(position) FROM event").await;
    let closed = house.close().await;

    // One event behind is enough, and the copy in its own folder does not help.
    put_back(&closed, &old);
    let path = closed.config.database_path().unwrap();
    let mut conn = latchkey_auth::db::look(&path).await.unwrap();
    assert_eq!(
        epoch::found(&mut conn, &closed.keys()).await.unwrap(),
        Found::Copy
    );
    drop(conn);
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2);
    let since = held(&house).await.unwrap();
    assert!(since.lost_until.is_some() && since.replaced.is_none());
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM link WHERE state = 'live'")
            .await,
        0
    );
    let began = house
        .count("SELECT position FROM epoch WHERE number = 2")
        .await;
    assert!(began > lost + 1_000, "no position is given out twice");
    whole(&house).await;

    // Once is once; and an even older one is noticed just so.
    let house = house.close().await.open().await;
    assert_eq!(number(&house).await, 2);
    let closed = house.close().await;
    put_back(&closed, &old);
    let house = closed.open().await;
    assert_eq!(number(&house).await, 3);
    whole(&house).await;
}

// RULES V6
#[tokio::test]
async fn a_copy_that_went_on_elsewhere_is_another_history() {
    let house = House::furnished().await;
    let closed = house.close().await;
    let old = closed.folder.path().join("old.sqlite");
    copied(&closed, &old);
    let house = closed.open().await;
    happens(&house).await;
    let closed = house.close().await;
    let first = epoch::remembered(&closed.keys()).unwrap();
    let mark = fs::read(closed.config.keys_dir.join("epoch")).unwrap();

    // With the keys of that moment the old copy goes further than the first one had.
    fs::remove_file(closed.config.keys_dir.join("epoch")).unwrap();
    put_back(&closed, &old);
    let house = closed.open().await;
    for _ in 0..3 {
        happens(&house).await;
    }
    confirm(&house).await;
    let closed = house.close().await;
    fs::write(closed.config.keys_dir.join("epoch"), mark).unwrap();
    assert_eq!(epoch::remembered(&closed.keys()).unwrap(), first);
    let path = closed.config.database_path().unwrap();
    let mut conn = plain(&path).await;
    sqlx::raw_sql("DELETE FROM epoch WHERE number > 1")
        .execute(&mut conn)
        .await
        .unwrap();
    drop(conn);
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2);
    assert!(held(&house).await.is_some());
}

// RULES V6
#[tokio::test]
async fn without_what_the_keys_folder_remembers_it_is_taken_for_a_copy() {
    for spoiled in [None, Some("words\n"), Some("")] {
        let closed = House::furnished().await.close().await;
        let mark = closed.config.keys_dir.join("epoch");
        assert_eq!(
            fs::metadata(&mark).unwrap().permissions().mode() & 0o777,
            0o600
        );
        match spoiled {
            None => fs::remove_file(&mark).unwrap(),
            Some(text) => fs::write(&mark, text).unwrap(),
        }
        let house = closed.open().await;
        assert_eq!(number(&house).await, 2, "{spoiled:?}");
        assert!(held(&house).await.is_some());
        let house = house.close().await.open().await;
        assert_eq!(number(&house).await, 2, "once is once");
    }
}

// RULES V6
#[tokio::test]
async fn an_end_between_the_two_writes_is_no_restore() {
    // The file is there, the first epoch's row is not yet.
    let house = House::furnished().await;
    house.sql("DELETE FROM epoch").await;
    let house = house.close().await.open().await;
    assert_eq!((number(&house).await, held(&house).await), (1, None));

    // The row of a later epoch is there, the file does not know yet.
    let closed = house.close().await;
    let mark = fs::read(closed.config.keys_dir.join("epoch")).unwrap();
    let copy = closed.folder.path().join("old.sqlite");
    copied(&closed, &copy);
    restore(&closed, &copy).await.unwrap();
    fs::write(closed.config.keys_dir.join("epoch"), mark).unwrap();
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2, "not a third one");
    let Remembered::Mark(known) = epoch::remembered(&house.app.keys).unwrap() else {
        panic!("nothing is remembered");
    };
    assert_eq!(known.epoch, 2);

    // A line that a power cut spoiled: the other one counts.
    happens(&house).await;
    let closed = house.close().await;
    let mark = closed.config.keys_dir.join("epoch");
    let Remembered::Mark(known) = epoch::remembered(&closed.keys()).unwrap() else {
        panic!("nothing is remembered");
    };
    let mut bytes = fs::read(&mark).unwrap();
    let newest = format!("position {} at", known.position.0);
    let at = String::from_utf8(bytes.clone())
        .unwrap()
        .find(&newest)
        .unwrap();
    bytes[at] = b'?';
    fs::write(&mark, bytes).unwrap();
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2);
}

// RULES V6, V1
#[tokio::test]
async fn what_is_remembered_is_never_ahead_of_the_disk_and_not_behind_an_answer() {
    let house = House::furnished().await;
    for _ in 0..20 {
        happens(&house).await;
        let newest = house.count("SELECT MAX(position) FROM event").await;
        let Remembered::Mark(known) = epoch::remembered(&house.app.keys).unwrap() else {
            panic!("nothing is remembered");
        };
        assert_eq!(known.position.0, newest);
    }
}

// RULES V6
#[tokio::test]
async fn a_copy_made_while_everybody_writes_is_whole_private_and_without_the_keys() {
    let house = House::furnished().await;
    let writers: Vec<_> = (0..40)
        .map(|_| {
            let writer = house.app.writer.clone();
            tokio::spawn(async move {
                writer
                    .run(|tx| {
                        Box::pin(async move {
                            let event = Event::new(Kind::ViewChanged, Actor::Service);
                            tx.append(event).await.map_err(Unavailable::from)
                        })
                    })
                    .await
                    .unwrap();
            })
        })
        .collect();
    let copy = backed_up(&house).await;
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let bytes = fs::read(&copy).unwrap();
    let key = fs::read(house.app.config.keys_dir.join("root.key")).unwrap();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(b"ada@example.org") && !holds(key.trim_ascii_end()));
    let beside: Vec<_> = copy
        .parent()
        .unwrap()
        .read_dir()
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.starts_with("copy").then_some(name)
        })
        .collect();
    assert_eq!(beside, ["copy.sqlite"]);

    // A second one is not made over it unless that is said, and never over the database.
    let again = backup::make(&house.app, &copy, false).await;
    assert!(matches!(again, Err(BackupError::There(_))), "{again:?}");
    assert_eq!(fs::read(&copy).unwrap(), bytes);
    backup::make(&house.app, &copy, true).await.unwrap();
    let path = house.app.config.database_path().unwrap();
    let itself = backup::make(&house.app, &path, true).await;
    assert!(matches!(itself, Err(BackupError::Itself(_))), "{itself:?}");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'backed_up'")
            .await,
        2
    );
}

// RULES V6, V5, X1
#[tokio::test]
async fn what_is_not_fit_is_refused_in_words_and_the_database_is_as_it_was() {
    let house = House::furnished().await;
    let copy = backed_up(&house).await;
    let path = house.app.config.database_path().unwrap();
    let random = Arc::new(SeededRandom::new(77));
    let clock = house.clock.clone();
    let running = backup::restore(&copy, &path, &house.app.keys, &*clock, random).await;
    assert!(matches!(running, Err(RestoreError::Running)), "{running:?}");
    let closed = house.close().await;
    let before = fs::read(&path).unwrap();
    let spoil = |name: &str, sql: &'static str| {
        let file = closed.folder.path().join(name);
        fs::copy(&copy, &file).unwrap();
        async move {
            let mut conn = plain(&file).await;
            sqlx::raw_sql("DROP TRIGGER event_is_not_changed; DROP TRIGGER event_is_not_deleted")
                .execute(&mut conn)
                .await
                .unwrap();
            sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
            file
        }
    };
    let garbage = closed.folder.path().join("garbage");
    fs::write(
        &garbage,
        "not a database, but longer than a header of one would be".repeat(20),
    )
    .unwrap();
    let torn = closed.folder.path().join("torn");
    let bytes = fs::read(&copy).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    for (file, said) in [
        (garbage, "not a database"),
        (torn, "damaged"),
        (
            spoil(
                "newer",
                "INSERT INTO _sqlx_migrations VALUES (9001, 'x', '', 1, x'', 0)",
            )
            .await,
            "newer",
        ),
        (
            spoil("changed", "UPDATE event SET at = at + 1 WHERE position = 3").await,
            "position 3",
        ),
        (
            spoil("cut", "DELETE FROM event WHERE position > 5").await,
            "position 6",
        ),
        (
            spoil("foreign", "DROP TABLE event_head").await,
            "not one of latchkey-auth",
        ),
        (path.clone(), "itself"),
        (closed.folder.path().join("nothing"), "No such file"),
    ] {
        let refused = restore(&closed, &file).await.unwrap_err();
        assert!(
            refused.to_string().contains(said),
            "{}: {refused}",
            file.display()
        );
        assert_eq!(fs::read(&path).unwrap(), before, "{}", file.display());
    }
    assert_eq!(
        fs::read_dir(path.parent().unwrap()).unwrap().count(),
        2,
        "the database and its lock"
    );
    let house = closed.open().await;
    assert_eq!((number(&house).await, held(&house).await), (1, None));
}

// RULES V6
#[tokio::test]
async fn a_copy_opens_only_with_its_own_keys() {
    let copy = {
        let house = House::furnished().await;
        let copy = backed_up(&house).await;
        let kept = tempfile::NamedTempFile::new().unwrap();
        fs::copy(copy, kept.path()).unwrap();
        kept
    };
    let closed = House::empty().await;
    let closed = closed.close().await;
    fs::remove_file(closed.config.keys_dir.join("root.key")).unwrap();
    let random = SeededRandom::new(5);
    latchkey_auth::keys::Keys::load_or_create(&closed.config.keys_dir, &random).unwrap();
    let refused = restore(&closed, copy.path()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            RestoreError::Unfit(_, Unfit::Log(event::Broken::Forged(1)))
        ),
        "{refused}"
    );
}

// RULES V6
#[tokio::test]
async fn a_new_computer_with_the_keys_and_a_copy_is_enough() {
    let house = House::furnished().await;
    let copy = backed_up(&house).await;
    happens(&house).await;
    let closed = house.close().await;
    fs::remove_dir_all(&closed.config.data_dir).unwrap();
    let done = restore(&closed, &copy).await.unwrap();
    assert_eq!(done.replaced, None);
    let house = closed.open().await;
    assert_eq!(number(&house).await, 2);
    assert!(house.count("SELECT COUNT(*) FROM client").await > 5);
    whole(&house).await;
}

// RULES V6
#[tokio::test]
async fn time_that_was_set_back_stands_still_for_whoever_reads_too() {
    let house = House::furnished().await;
    let dana = house.staff("Dana").await;
    house.clock.advance(DAY);
    write!(house, |tx| staff::invite(tx, &dana)).unwrap();
    let then = house.app.now();
    house.clock.advance(-DAY);
    assert_eq!(house.app.now(), then);
    house.clock.advance(DAY + MINUTE);
    assert_eq!(house.app.now(), UnixMillis(then.0 + MINUTE));
}
