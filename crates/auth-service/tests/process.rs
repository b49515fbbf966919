//! The real program: its command line, its logs, and what a kill leaves behind.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use latchkey_auth::clock::{Clock, SystemClock};
use latchkey_auth::event;
use latchkey_auth::keys::Keys;
use latchkey_auth::random::{Random, SystemRandom};
use latchkey_auth::secret::Token;
use latchkey_auth::testing::Key;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

/// A practice on disk, driven by the program alone.
struct Place {
    folder: TempDir,
    port: u16,
}

impl Place {
    fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = probe.local_addr().unwrap().port();
        Self {
            folder: tempfile::tempdir().unwrap(),
            port,
        }
    }

    fn set_up() -> Self {
        let place = Self::new();
        let done = place.run(&place.init());
        assert!(done.status.success(), "{}", text(&done.stderr));
        place
    }

    fn init(&self) -> Vec<String> {
        [
            "init",
            "--practice-name=Juniper Lane Practice",
            "--practice-phone=555 0100",
            "--mail-from=signin@juniper.example",
            "--admin-name=Dana Whitfield",
            "--admin-email=dana@juniper.example",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([
            format!("--listen=127.0.0.1:{}", self.port),
            format!("--public-url={}", self.url("")),
            format!("--smtp=maildir://{}", self.path("mail").display()),
            format!("--data-dir={}", self.path("data").display()),
        ])
        .collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey-auth"));
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("LATCHKEY_KEYS_DIR", self.path("keys"))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    fn ok(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert!(
            done.status.success(),
            "{arguments:?}: {}",
            text(&done.stderr)
        );
        text(&done.stdout)
    }

    /// Fails with this code; gives what was said on stderr.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert_eq!(
            done.status.code(),
            Some(code),
            "{arguments:?}: {}",
            text(&done.stderr)
        );
        assert_eq!(text(&done.stdout), "");
        text(&done.stderr)
    }

    fn serve(&self) -> Serving {
        let mut child = self
            .command()
            .arg("serve")
            .env("LATCHKEY_LOG", "trace")
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        while !first.contains("Listening on") {
            first.clear();
            assert!(log.read_line(&mut first).unwrap() > 0, "it did not start");
        }
        let log = std::thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).unwrap();
            rest
        });
        Serving { child, log }
    }

    async fn database(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.path("data/latchkey.sqlite"))
            .connect()
            .await
            .unwrap()
    }

    async fn verify(&self) -> i64 {
        let keys = Keys::load(&self.path("keys")).unwrap();
        event::verify(&mut self.database().await, &keys)
            .await
            .unwrap()
    }

    fn roster(&self, csv: &str) -> String {
        let path = self.path("roster.csv");
        fs::write(&path, csv).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

struct Serving {
    child: Child,
    log: std::thread::JoinHandle<String>,
}

impl Serving {
    /// SIGKILL: nothing is tidied up.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; gives the exit code and the whole log.
    fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let code = self.child.wait().unwrap().code();
        (code, self.log.join().unwrap())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A desktop that signed in through the real pages: its key and access token.
async fn sign_in(place: &Place) -> (Key, String) {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const REDIRECT: &str = "http://127.0.0.1:49152/callback";
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let key = Key::new(7);
    let invite = place.ok(&["staff", "invite", "dana@juniper.example"]);
    let post = |url: &str| http.post(url).header("sec-fetch-site", "same-origin");
    let answer = post(invite.trim()).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let answer = post(&place.url("/oauth/authorize"))
        .header("cookie", cookie.split(';').next().unwrap())
        .form(&[
            ("response_type", "code"),
            ("client_id", "latchkey-desktop"),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("dpop_jkt", &key.thumbprint()),
            ("device_name", "Dana's desktop"),
            ("act", "connect"),
        ])
        .send()
        .await
        .unwrap();
    let back = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let url = place.url("/oauth/token");
    let tokens: serde_json::Value = http
        .post(&url)
        .header("dpop", key.proof(SystemClock.now(), "POST", &url, None))
        .form(&[
            ("grant_type", "authorization_code"),
            ("client_id", "latchkey-desktop"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    (key, tokens["access_token"].as_str().unwrap().to_owned())
}

async fn feed(place: &Place, key: &Key, access: &str) -> reqwest::Response {
    let url = place.url("/api/v1/feed");
    let answer = reqwest::Client::new()
        .get(&url)
        .header("authorization", format!("DPoP {access}"))
        .header(
            "dpop",
            key.proof(SystemClock.now(), "GET", &url, Some(access)),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer
}

/// Waits until the stream ends; the test's own limit is the rule's.
async fn ends(mut stream: reqwest::Response) {
    let end = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(std::time::Duration::from_secs(15), end)
        .await
        .unwrap();
}

async fn accept(url: String) -> Result<u16, reqwest::Error> {
    let answer = reqwest::Client::new()
        .post(url)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await?;
    Ok(answer.status().as_u16())
}

#[test]
fn init_prints_one_address_and_writes_what_serve_needs() {
    let place = Place::new();
    let done = place.run(&place.init());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let printed = text(&done.stdout);
    assert!(
        printed.starts_with(&place.url("/staff/invite/")),
        "{printed}"
    );
    assert_eq!(printed.lines().count(), 1);
    for (name, mode) in [
        ("keys", 0o700),
        ("keys/root.key", 0o600),
        ("keys/latchkey-auth.toml", 0o600),
        ("data", 0o700),
        ("data/latchkey.sqlite", 0o600),
    ] {
        let found = fs::metadata(place.path(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
    let again = place.run(&place.init());
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("has a practice already"));
    let (code, _) = place.serve().stop();
    assert_eq!(code, Some(0));
}

#[test]
fn what_is_missing_at_init_is_named_and_nothing_is_made() {
    let place = Place::new();
    let without: Vec<String> = place
        .init()
        .into_iter()
        .filter(|flag| !flag.starts_with("--admin-email"))
        .collect();
    let done = place.run(&without);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("--admin-email is missing"));
    assert!(!place.path("data").exists() && !place.path("keys").exists());
    let mut wrong = place.init();
    wrong.push("--time-zone=Mars/Olympus".to_owned());
    let done = place.run(&wrong);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("there is no time zone"));
    assert!(!place.path("data").exists());
}

#[test]
fn wrong_arguments_end_with_two_and_failures_with_one() {
    let place = Place::set_up();
    place.fails(2, &["no-such-command"]);
    place.fails(2, &["serve", "--listen", "nowhere"]);
    place.fails(2, &["serve", "--config", "/no/such/file"]);
    place.fails(
        2,
        &[
            "staff", "add", "--email", "x", "--name", "X", "--role", "admin",
        ],
    );
    place.fails(1, &["staff", "invite", "nobody"]);
    place.fails(1, &["client", "show", "nobody"]);
    place.fails(1, &["client", "import", "/no/such/file"]);
    let words = place.fails(1, &["serve", "--database", "postgres://db.example.org/x"]);
    assert!(words.contains("does not speak postgres yet"), "{words}");
    let words = place.fails(1, &["serve", "--data-dir", "/no/such/folder"]);
    assert!(words.contains("there is no database"), "{words}");
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let place = Place::set_up();
    let invite = |command: &mut Command| {
        let done = command
            .args(["staff", "invite", "dana@juniper.example"])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    assert!(invite(&mut place.command()).starts_with(&place.url("/")));
    let env = |command: &mut Command| {
        command.env("LATCHKEY_PUBLIC_URL", "https://env.example.org");
    };
    let mut command = place.command();
    env(&mut command);
    assert!(invite(&mut command).starts_with("https://env.example.org/"));
    let mut command = place.command();
    env(&mut command);
    command.args(["--public-url", "https://flag.example.org"]);
    assert!(invite(&mut command).starts_with("https://flag.example.org/"));
    let file = place.path("keys/latchkey-auth.toml");
    let written = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{written}publik_url = \"x\"\n")).unwrap();
    let words = place.fails(2, &["staff", "list"]);
    assert!(words.contains("\"publik_url\""), "{words}");
}

// RULES V6
#[test]
fn keys_that_others_can_read_or_that_are_gone_are_refused_in_words() {
    let place = Place::set_up();
    let key = place.path("keys/root.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(
        place
            .fails(1, &["staff", "list"])
            .contains("can be read by others")
    );
    fs::remove_file(&key).unwrap();
    assert!(
        place
            .fails(1, &["staff", "list"])
            .contains("there is a database but no key")
    );
    assert!(
        place
            .fails(1, &["serve"])
            .contains("there is a database but no key")
    );
    assert!(!key.exists(), "no new key for an old database");
}

// RULES X1
#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_in_words() {
    let place = Place::set_up();
    let mut conn = place.database().await;
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let words = place.fails(1, &["migrate"]);
    assert!(words.contains("made by a newer latchkey-auth"), "{words}");
}

#[test]
fn a_roster_with_a_bad_row_imports_nothing_and_names_the_line() {
    let place = Place::set_up();
    place.ok(&[
        "staff",
        "add",
        "--email",
        "rosa@juniper.example",
        "--name",
        "Rosa Rivera",
        "--role",
        "clinician",
    ]);
    let file = place.roster(
        "first name,last name,email,clinician email,shoe size\n\
         Ada,Okafor,ada@example.org,rosa@juniper.example,9\n\
         Ben,,ben@example.org,rosa@juniper.example,8\n\
         Cy,Lang,cy@example.org,nobody@juniper.example,7\n",
    );
    let words = place.fails(1, &["client", "import", &file]);
    for part in [
        "left out: shoe size",
        "line 3: the last name",
        "line 4: the clinician",
        "nothing was imported",
    ] {
        assert!(words.contains(part), "{words}");
    }
    assert_eq!(place.ok(&["client", "list"]), "");
    let said = place.ok(&["client", "import", "--skip-bad-rows", &file]);
    assert_eq!(said, "1 added, 0 changed, 0 unchanged, 2 rows left out\n");
    let said = place.ok(&["client", "import", "--skip-bad-rows", &file]);
    assert_eq!(said, "0 added, 0 changed, 1 unchanged, 2 rows left out\n");
    let list = place.ok(&["client", "list"]);
    assert!(list.contains("Okafor, Ada  with Rosa Rivera"), "{list}");
    let id = list.split_whitespace().next().unwrap();
    place.ok(&["client", "no-mail", id, "on"]);
    place.ok(&["client", "disable", id]);
    let card = place.ok(&["client", "show", id]);
    assert!(
        card.contains("(disabled, no mail)") && card.contains("ada@example.org"),
        "{card}"
    );
}

#[test]
fn the_last_admin_cannot_be_disabled() {
    let place = Place::set_up();
    let words = place.fails(1, &["staff", "disable", "dana@juniper.example"]);
    assert!(words.contains("last admin"), "{words}");
    place.ok(&[
        "staff",
        "add",
        "--email",
        "eve@juniper.example",
        "--name",
        "Eve",
        "--role",
        "admin",
    ]);
    place.ok(&["staff", "disable", "dana@juniper.example"]);
    assert!(
        place
            .fails(1, &["staff", "invite", "dana@juniper.example"])
            .contains("disabled")
    );
    assert!(place.ok(&["staff", "list"]).contains("(disabled)"));
}

// RULES V5
#[tokio::test]
async fn audit_says_what_is_whole_what_is_broken_and_what_happened() {
    let place = Place::set_up();
    let count = place.verify().await;
    assert_eq!(
        place.ok(&["audit", "verify"]),
        format!("{count} events, none changed or missing.\n")
    );
    let lines = place.ok(&["audit", "export"]);
    assert_eq!(i64::try_from(lines.lines().count()).unwrap(), count + 1);
    assert!(lines.lines().last().unwrap().contains("\"audit_exported\""));
    assert!(lines.contains("dana@juniper.example"));
    assert_eq!(place.ok(&["audit", "export", "--since", "2999-01-01"]), "");
    place.fails(2, &["audit", "export", "--since", "yesterday"]);
    place.fails(1, &["audit", "export", "--client", "nobody"]);
    let mut conn = place.database().await;
    sqlx::raw_sql(
        "DROP TRIGGER event_is_not_changed;
         UPDATE event SET actor_kind = 'stranger' WHERE position = 2",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let words = place.fails(1, &["audit", "verify"]);
    assert!(words.contains("the event at position 2 "), "{words}");
    sqlx::raw_sql("UPDATE event_head SET mac = zeroblob(32)")
        .execute(&mut conn)
        .await
        .unwrap();
    let words = place.fails(1, &["audit", "verify"]);
    assert!(words.contains("position 2 "), "{words}");
    let words = place.fails(1, &["serve"]);
    assert!(words.contains("audit verify"), "{words}");
}

// RULES V1
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_9_loses_nothing_that_was_acknowledged_and_doubles_nothing() {
    const WRITES: usize = 300;
    let place = Place::set_up();
    let mut conn = place.database().await;
    let random: &dyn Random = &SystemRandom;
    let mut tokens = Vec::new();
    for _ in 0..WRITES {
        let token = Token::draw(random);
        sqlx::query(
            "INSERT INTO staff_invite (token_hash, staff_id, created_at, expires_at)
             SELECT $1, id, 0, 9223372036854775807 FROM staff",
        )
        .bind(token.hash().as_slice())
        .execute(&mut conn)
        .await
        .unwrap();
        tokens.push((
            token.hash(),
            place.url(&format!("/staff/invite/{}", token.reveal())),
        ));
    }
    let serving = place.serve();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = tokens
        .into_iter()
        .map(|(hash, url)| {
            let acknowledged = acknowledged.clone();
            tokio::spawn(async move {
                let done = matches!(accept(url).await, Ok(200));
                acknowledged.fetch_add(usize::from(done), Ordering::SeqCst);
                (hash, done)
            })
        })
        .collect();
    while acknowledged.load(Ordering::SeqCst) < WRITES / 10 {
        tokio::task::yield_now().await;
    }
    serving.kill();
    let mut kept = Vec::new();
    for call in calls {
        let (hash, done) = call.await.unwrap();
        if done {
            kept.push(hash);
        }
    }
    assert!(
        kept.len() < WRITES,
        "the kill came too late to say anything"
    );
    for hash in &kept {
        let used: Option<i64> =
            sqlx::query_scalar("SELECT used_at FROM staff_invite WHERE token_hash = $1")
                .bind(hash.as_slice())
                .fetch_one(&mut conn)
                .await
                .unwrap();
        assert!(used.is_some(), "an acknowledged write is gone");
    }
    let count = async |conn: &mut SqliteConnection, sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
    };
    let used = "SELECT COUNT(*) FROM staff_invite WHERE used_at IS NOT NULL";
    let told = "SELECT COUNT(*) FROM event WHERE kind = 'staff_invite_used'";
    let browsers = "SELECT COUNT(*) FROM staff_browser";
    let written = count(&mut conn, used).await;
    assert_eq!(
        written,
        count(&mut conn, told).await,
        "state and event stand together"
    );
    assert_eq!(written, count(&mut conn, browsers).await);
    place.verify().await;
    let (code, _) = place.serve().stop();
    assert_eq!(code, Some(0), "it starts again on what the kill left");
}

// RULES S8
#[tokio::test(flavor = "multi_thread")]
async fn at_trace_the_log_holds_no_token_address_or_name() {
    let place = Place::set_up();
    let file = place
        .roster("first name,last name,email,phone\nAda,Okafor,ada.okafor@example.org,555 0111\n");
    place.ok(&["client", "import", &file]);
    let invite = place.ok(&["staff", "invite", "dana@juniper.example"]);
    let token = invite.trim().rsplit('/').next().unwrap().to_owned();
    let serving = place.serve();
    let http = reqwest::Client::new();
    let answer = http
        .post(invite.trim())
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    for path in ["/", "/help", "/pin"] {
        let page = http.get(place.url(path)).send().await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
    }
    let asked = http
        .post(place.url("/"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", "ada.okafor@example.org")])
        .send()
        .await
        .unwrap();
    assert!(asked.status().is_success() || asked.status().is_redirection());
    http.post(place.url("/oauth/token"))
        .form(&[("grant_type", "refresh_token"), ("refresh_token", &token)])
        .send()
        .await
        .unwrap();
    http.get(place.url("/api/v1/me"))
        .header("authorization", format!("DPoP {token}"))
        .send()
        .await
        .unwrap();
    let mails = place.path("mail/new");
    let deadline = 200;
    for tried in 0.. {
        if fs::read_dir(&mails).is_ok_and(|mut found| found.next().is_some()) {
            break;
        }
        assert!(tried < deadline, "no mail came");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mail = fs::read_dir(&mails)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mail = fs::read_to_string(mail).unwrap();
    let link = mail.split("/link/").nth(1).unwrap();
    let link: String = link
        .replace("=\n", "")
        .replace("=\r\n", "")
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    assert_eq!(link.len(), 43, "{mail}");
    http.get(place.url(&format!("/link/{link}")))
        .send()
        .await
        .unwrap();
    let (_, log) = serving.stop();
    for route in [
        "/staff/invite/{token}",
        "/link/{token}",
        "/oauth/token",
        "/api/v1/me",
    ] {
        assert!(log.contains(route), "the log says too little: {log}");
    }
    let secrets = [
        token.as_str(),
        &cookie,
        &link,
        "ada.okafor",
        "okafor",
        "Okafor",
        "555 0111",
        "dana@",
        "Whitfield",
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "the log holds {secret:?}");
    }
}

// RULES S5
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_the_command_line_revokes_loses_its_stream_and_its_calls() {
    let place = Place::set_up();
    let serving = place.serve();
    let (key, access) = sign_in(&place).await;
    let stream = feed(&place, &key, &access).await;
    assert_eq!(
        place.ok(&["staff", "revoke-devices", "dana@juniper.example"]),
        "1 desktops ended.\n"
    );
    ends(stream).await;
    let url = place.url("/api/v1/me");
    let answer = reqwest::Client::new()
        .get(&url)
        .header("authorization", format!("DPoP {access}"))
        .header(
            "dpop",
            key.proof(SystemClock.now(), "GET", &url, Some(&access)),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(serving.stop().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_told_to_stop_ends_its_streams_and_leaves() {
    let place = Place::set_up();
    let serving = place.serve();
    let (key, access) = sign_in(&place).await;
    let stream = feed(&place, &key, &access).await;
    let stopped = tokio::task::spawn_blocking(move || serving.stop());
    ends(stream).await;
    assert_eq!(stopped.await.unwrap().0, Some(0));
    place.verify().await;
}
