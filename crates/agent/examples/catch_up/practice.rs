//! A practice of the real programs, and the browser in which its clinician connects.

use std::{
    fmt::Write as _,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, Response, header, redirect::Policy};
use url::Url;

pub struct Practice {
    auth: String,
    weekend: String,
    folder: PathBuf,
    port: u16,
    serving: Option<Child>,
}

impl Practice {
    /// With so many clients of one clinician, each of whom asks for help.
    pub fn make(auth: &str, weekend: &str, folder: &Path, clients: usize) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|probe| probe.local_addr())
            .unwrap()
            .port();
        let practice = Self {
            auth: auth.to_owned(),
            weekend: weekend.to_owned(),
            folder: folder.to_owned(),
            port,
            serving: None,
        };
        practice.set_up(clients);
        practice.weekend("ask");
        practice
    }

    fn set_up(&self, clients: usize) {
        let listen = format!("127.0.0.1:{}", self.port);
        let smtp = format!("maildir://{}", self.folder.join("mail").display());
        self.run(&[
            "init",
            "--practice-name=Juniper Lane Practice",
            "--practice-phone=555 0100",
            "--mail-from=signin@juniper.example",
            "--admin-name=Dana Whitfield",
            "--admin-email=dana@juniper.example",
            &format!("--listen={listen}"),
            &format!("--public-url={}", self.url()),
            &format!("--smtp={smtp}"),
        ]);
        self.run(&[
            "staff",
            "add",
            "--name=Rosa Rivera",
            "--email=rosa@juniper.example",
            "--role=clinician",
        ]);
        let mut roster =
            "first name,last name,email,phone,clinician email,external id\n".to_owned();
        for n in 0..clients {
            let _ = writeln!(
                roster,
                "Client,Number {n},client{n}@example.org,555 0111,rosa@juniper.example,c{n}"
            );
        }
        let file = self.folder.join("roster.csv");
        fs::write(&file, roster).unwrap();
        self.run(&["client", "import", file.to_str().unwrap()]);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.auth);
        command
            .env("LATCHKEY_DATA_DIR", self.path("service"))
            .env("LATCHKEY_KEYS_DIR", self.path("keys"))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> String {
        let done = self.command().args(words).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{words:?}: {said}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Has something happen while the service is off.
    pub fn weekend(&self, act: &str) {
        let done = Command::new(&self.weekend)
            .args([self.path("service"), self.path("keys")])
            .arg(act)
            .status()
            .unwrap();
        assert!(done.success());
    }

    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Starts the service.
    pub async fn open(&mut self) {
        let log = fs::File::create(self.path("service.log")).unwrap();
        let serving = self
            .command()
            .arg("serve")
            .env("LATCHKEY_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.serving = Some(serving);
        let ready = format!("{}/readyz", self.url());
        let mut left = 400;
        while !matches!(reqwest::get(&ready).await, Ok(answer) if answer.status() == 200) {
            left -= 1;
            assert!(left > 0, "the service does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the service.
    pub fn close(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            serving.kill().unwrap();
            serving.wait().unwrap();
        }
    }

    /// Plays the clinician in the browser: opens the one-time address, connects the
    /// computer, and is led back to it.
    pub async fn connect(&self, asked: &str) {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let invite = self.run(&["staff", "invite", "rosa@juniper.example"]);
        let post = |url: &str| http.post(url).header("sec-fetch-site", "same-origin");
        let answer = post(invite.trim()).send().await.unwrap();
        let cookie = value(&answer, &header::SET_COOKIE);
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let mut form: Vec<(String, String)> = Url::parse(asked)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect();
        form.push(("act".to_owned(), "connect".to_owned()));
        let answer = post(&format!("{}/oauth/authorize", self.url()))
            .header("cookie", cookie)
            .form(&form)
            .send()
            .await
            .unwrap();
        http.get(value(&answer, &header::LOCATION))
            .send()
            .await
            .unwrap();
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.close();
    }
}

fn value(answer: &Response, name: &header::HeaderName) -> String {
    let said = answer.headers().get(name);
    said.unwrap().to_str().unwrap().to_owned()
}
