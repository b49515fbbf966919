//! The browser's answer on a loopback port (RFC 8252).

use std::{io, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

use crate::words;

const LONGEST_HEAD: usize = 16 * 1024;
const HEAD_LIMIT: Duration = Duration::from_secs(5);
const STYLE: &str = "body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:29rem;margin:12vh auto;padding:0 1.5rem;color:#22201c;background:#fbf9f4}h1{font:500 2rem/1.2 'Source Serif 4',Georgia,'Liberation Serif','DejaVu Serif',serif;letter-spacing:-.015em;margin:0 0 .5rem}p{margin:0;color:#5c564b}@media(prefers-color-scheme:dark){body{color:#efeae0;background:#1a1917}p{color:#b9b1a3}}";

/// What the browser brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) state: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
}

/// Which page the browser shows.
#[derive(Clone, Copy)]
pub(super) enum Page {
    Done,
    Denied,
    Failed,
}

/// The port, bound before the browser opens.
pub(super) struct Callback {
    listener: TcpListener,
    port: u16,
}

impl Callback {
    pub(super) async fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// Waits for the browser, and shows the page that the answer deserves. Other
    /// requests (a favicon, a curious program) get a plain 404, and connections on which
    /// nothing comes, as browsers open ahead of time, hold nobody up.
    pub(super) async fn wait(&self, judge: impl Fn(&Returned) -> Page) -> Returned {
        let mut reading = JoinSet::new();
        loop {
            let (mut stream, target) = tokio::select! {
                Some(read) = reading.join_next() => match read {
                    Ok(Some(read)) => read,
                    Ok(None) | Err(_) => continue,
                },
                accepted = self.listener.accept() => {
                    match accepted {
                        Ok((stream, _)) => drop(reading.spawn(read_in_time(stream))),
                        Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                    }
                    continue;
                }
            };
            if let Some(returned) = read_target(&target) {
                answer(&mut stream, "200 OK", &page(judge(&returned))).await;
                return returned;
            }
            answer(&mut stream, "404 Not Found", "").await;
        }
    }
}

async fn read_in_time(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let head = tokio::time::timeout(HEAD_LIMIT, read_head(&mut stream)).await;
    let target = head.ok()??;
    Some((stream, target))
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut part).await.ok()?;
        if read == 0 || head.len() + read > LONGEST_HEAD {
            return None;
        }
        head.extend_from_slice(part.get(..read)?);
    }
    target_of(&head)
}

/// The path and query of a GET; what no browser would write there is none.
pub(crate) fn target_of(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let mut words = head.lines().next()?.split(' ');
    let target = match (words.next(), words.next(), words.next()) {
        (Some("GET"), Some(target), Some(_)) => Some(target),
        _ => None,
    }?;
    let plain = target.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| target.to_owned())
}

pub(crate) fn read_target(target: &str) -> Option<Returned> {
    let url = Url::parse("http://127.0.0.1/").ok()?.join(target).ok()?;
    if url.path() != "/callback" {
        return None;
    }
    let mut returned = Returned::default();
    for (name, value) in url.query_pairs() {
        let field = match &*name {
            "state" => &mut returned.state,
            "iss" => &mut returned.issuer,
            "code" => &mut returned.code,
            "error" => &mut returned.error,
            _ => continue,
        };
        // Said twice is said wrongly (RFC 6749 §3.1).
        *field = if field.is_some() {
            Some(String::new())
        } else {
            Some(value.into_owned())
        };
    }
    Some(returned)
}

fn page(page: Page) -> String {
    let name = match page {
        Page::Done => "page-done",
        Page::Denied => "page-denied",
        Page::Failed => "page-failed",
    };
    let title = words::say(&format!("{name}-title"));
    let text = words::say(&format!("{name}-text"));
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Latchkey</title><style>{STYLE}</style><main><h1>{title}</h1><p>{text}</p></main></html>"
    )
}

/// A browser that has gone away meanwhile changes nothing.
async fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_callback_is_an_answer() {
        assert_eq!(read_target("/favicon.ico"), None);
        assert_eq!(read_target("//elsewhere.example/other"), None);
        let returned =
            read_target("/callback?code=a%20b&state=s&iss=https%3A%2F%2Fj.example").unwrap();
        assert_eq!(returned.code.as_deref(), Some("a b"));
        assert_eq!(returned.issuer.as_deref(), Some("https://j.example"));
    }

    #[test]
    fn a_head_that_no_browser_would_write_is_no_answer() {
        let target = |line: &str| target_of(format!("{line}\r\n\r\n").as_bytes());
        assert_eq!(target("GET /a?b HTTP/1.1").as_deref(), Some("/a?b"));
        for line in [
            "POST /a HTTP/1.1",
            "GET /a",
            "GET /a\rb HTTP/1.1",
            "GET /é HTTP/1.1",
        ] {
            assert_eq!(target(line), None, "{line}");
        }
    }

    #[test]
    fn a_state_that_is_said_twice_is_not_believed() {
        let returned = read_target("/callback?state=right&state=wrong").unwrap();
        assert_eq!(returned.state.as_deref(), Some(""));
    }
}
