//! A practice on disk, driven by the program alone.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use latchkey_auth::event;
use latchkey_auth::keys::Keys;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

/// A practice on disk, driven by the program alone.
pub struct Place {
    pub folder: TempDir,
    port: u16,
    /// The program, and as whom it runs where that is not whoever runs the test.
    pub program: PathBuf,
    pub user: Option<(u32, u32)>,
}

impl Place {
    pub fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = probe.local_addr().unwrap().port();
        Self {
            folder: tempfile::tempdir().unwrap(),
            port,
            program: env!("CARGO_BIN_EXE_latchkey-auth").into(),
            user: None,
        }
    }

    pub fn set_up() -> Self {
        let place = Self::new();
        let done = place.run(&place.init());
        assert!(done.status.success(), "{}", text(&done.stderr));
        place
    }

    pub fn init(&self) -> Vec<String> {
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("LATCHKEY_KEYS_DIR", self.path("keys"))
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    pub fn ok(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert!(
            done.status.success(),
            "{arguments:?}: {}",
            text(&done.stderr)
        );
        text(&done.stdout)
    }

    /// Fails with this code; gives what was said on stderr.
    pub fn fails(&self, code: i32, arguments: &[&str]) -> String {
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

    pub fn serve(&self) -> Serving {
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

    pub async fn database(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.path("data/latchkey.sqlite"))
            .connect()
            .await
            .unwrap()
    }

    pub async fn verify(&self) -> i64 {
        let keys = Keys::load(&self.path("keys")).unwrap();
        event::verify(&mut self.database().await, &keys)
            .await
            .unwrap()
    }

    pub fn roster(&self, csv: &str) -> String {
        let path = self.path("roster.csv");
        fs::write(&path, csv).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

pub struct Serving {
    child: Child,
    log: std::thread::JoinHandle<String>,
}

impl Serving {
    /// SIGKILL: nothing is tidied up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; gives the exit code and the whole log.
    pub fn stop(mut self) -> (Option<i32>, String) {
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

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
