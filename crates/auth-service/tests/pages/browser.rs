//! A browser as a server sees it: cookies, forms, redirects. It speaks HTTP by
//! itself, so that nothing but the service writes into the log of a test.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};

use latchkey_auth::testing::House;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

/// One browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    port: u16,
    from: Ipv4Addr,
    /// The cookies it holds.
    pub jar: BTreeMap<String, String>,
    /// What it says about where a form came from; an old browser says nothing.
    pub site: Option<&'static str>,
    /// What it says about itself.
    pub about: &'static str,
}

/// What a person's browser says about itself.
const PERSON: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
                      Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n\
                      Accept-Language: en-US,en;q=0.5\r\n\
                      Sec-Fetch-Mode: navigate\r\n";

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    pub fn cookies(&self) -> Vec<&str> {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a field in the page.
    pub fn field(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\"")).unwrap();
        let (_, rest) = rest.split_once("value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub fn new(house: &House) -> Self {
        Self::from(house, Ipv4Addr::LOCALHOST)
    }

    /// One that comes from another loopback address.
    pub fn from(house: &House, from: Ipv4Addr) -> Self {
        Self {
            port: house.app.config.public_url.port().unwrap(),
            from,
            jar: BTreeMap::new(),
            site: Some("same-origin"),
            about: PERSON,
        }
    }

    pub async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        head += self.about;
        if !self.jar.is_empty() {
            let cookies: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let _ = write!(head, "Cookie: {}\r\n", cookies.join("; "));
        }
        if method == "POST" {
            let _ = write!(
                head,
                "Content-Type: {kind}\r\nContent-Length: {}\r\n",
                body.len()
            );
            if let Some(site) = self.site {
                let _ = write!(head, "Sec-Fetch-Site: {site}\r\n");
            }
        }
        let mut request = (head + "\r\n").into_bytes();
        request.extend(body);
        let answer = self.raw(&request).await.unwrap();
        for cookie in answer.cookies() {
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// These bytes and no others; nothing where the server hangs up without a word.
    pub async fn raw(&self, request: &[u8]) -> Option<Answer> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((self.from, 0))).unwrap();
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = socket.connect(server).await.unwrap();
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(request).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| {
                line.split_once(": ")
                    .unwrap_or((line.trim_end_matches(':'), ""))
            })
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Some(Answer {
            status,
            headers,
            body: body.to_owned(),
        })
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", b"").await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(
            "POST",
            path,
            "application/x-www-form-urlencoded",
            body.as_bytes(),
        )
        .await
    }

    /// Opens a page and goes where it leads.
    pub async fn open(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            if answer.status != 303 {
                break;
            }
            let to = answer.location().to_owned();
            answer = self.get(&to).await;
        }
        answer
    }

    /// Asks for a link.
    pub async fn ask(&mut self, email: &str) -> Answer {
        self.post("/", &[("email", email)]).await
    }

    /// Whether somebody is signed in here.
    pub async fn signed_in(&mut self) -> bool {
        self.get("/me").await.status == 200
    }
}
