//! Addresses where something else than a practice answers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use latchkey_view::{Command, Session, SignedOut};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{Bench, is_signed_out};

/// Presses *Sign in* with this address, and gives why that failed.
pub async fn refused(bench: &Bench, practice: String) -> SignedOut {
    let mut window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
    window.act(Command::SignIn { practice }).await;
    let why = |session: &Session| match session {
        Session::SignedOut { why, .. } => *why,
        _ => None,
    };
    let view = window
        .sees("why not", |view| why(&view.session).is_some())
        .await;
    assert!(
        bench.os.record().browsed.is_empty(),
        "the browser was sent somewhere"
    );
    why(&view.session).unwrap()
}

fn elsewhere(url: &str) -> Vec<String> {
    let port = url.rsplit(':').next().unwrap();
    vec![
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,x".to_owned(),
        "latchkey://request/r1".to_owned(),
        "ssh://127.0.0.1/".to_owned(),
        "https://evil.example/oauth".to_owned(),
        "http://evil.example/oauth".to_owned(),
        format!("http://localhost:{port}/oauth"),
        format!("https://127.0.0.1:{port}/oauth"),
        format!("http://user:secret@127.0.0.1:{port}/oauth"),
        "http://127.0.0.1:1/oauth".to_owned(),
        "/oauth".to_owned(),
        String::new(),
        "x".repeat(500_000),
    ]
}

// RULES D1
#[tokio::test]
async fn metadata_that_leads_elsewhere_opens_no_browser() {
    let bench = Bench::started().await;
    let url = bench.practice.url();
    let own = || {
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/oauth/authorize"),
            "token_endpoint": format!("{url}/oauth/token"),
            "revocation_endpoint": format!("{url}/oauth/revoke"),
            "code_challenge_methods_supported": ["S256"],
            "dpop_signing_alg_values_supported": ["ES256"]
        })
    };
    let mut lies: Vec<(Option<Value>, Option<Value>)> = Vec::new();
    for member in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
    ] {
        for to in elsewhere(&url) {
            let mut lie = own();
            lie[member] = json!(to);
            lies.push((None, Some(lie)));
        }
        let mut lie = own();
        lie[member] = json!(7);
        lies.push((None, Some(lie)));
    }
    for (member, value) in [
        ("code_challenge_methods_supported", json!(["plain"])),
        (
            "dpop_signing_alg_values_supported",
            json!(["none", "HS256"]),
        ),
    ] {
        let mut lie = own();
        lie[member] = value;
        lies.push((None, Some(lie)));
    }
    for to in elsewhere(&url) {
        lies.push((
            Some(json!({"resource": to, "authorization_servers": [url]})),
            None,
        ));
        lies.push((
            Some(json!({"resource": url, "authorization_servers": [to]})),
            None,
        ));
    }
    lies.push((
        Some(json!({"resource": url, "authorization_servers": []})),
        None,
    ));
    lies.push((Some(json!([])), None));
    for (resource, metadata) in lies {
        let what = format!("{resource:.200?} {metadata:.400?}");
        bench.practice.script().resource = resource;
        bench.practice.script().metadata = metadata;
        assert_eq!(
            refused(&bench, url.clone()).await,
            SignedOut::NotAPractice,
            "{what}"
        );
    }
}

/// Answers every connection with these bytes, the last of them again and again where
/// `endless`; counts what was taken.
async fn answering(head: String, part: Vec<u8>, endless: bool) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (head, part, count) = (head.clone(), part.clone(), count.clone());
            tokio::spawn(async move {
                let mut asked = [0; 2_048];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(head.as_bytes()).await;
                while stream.write_all(&part).await.is_ok() {
                    count.fetch_add(part.len(), Ordering::SeqCst);
                    if !endless {
                        break;
                    }
                }
            });
        }
    });
    (url, taken)
}

/// What is said, in one piece and then without an end where `endless`.
struct Said {
    what: &'static str,
    head: String,
    part: Vec<u8>,
    endless: bool,
    why: SignedOut,
}

fn says(what: &'static str, head: &str, part: &[u8]) -> Said {
    Said {
        what,
        head: format!("{}\r\n\r\n", head.replace('|', "\r\n")),
        part: part.to_vec(),
        endless: false,
        why: SignedOut::NotAPractice,
    }
}

const OK: &str = "HTTP/1.1 200 OK|Connection: close|Content-Type: application/json";
/// What `gzip` makes of `{}`.
const PACKED: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";

fn no_practices() -> Vec<Said> {
    let unreachable = |said: Said| Said {
        why: SignedOut::Unreachable,
        ..said
    };
    let endless = |said: Said| Said {
        endless: true,
        ..said
    };
    let spaces = vec![b' '; 64 * 1_024];
    let long = "x".repeat(2_000_000);
    vec![
        says(
            "a page",
            "HTTP/1.1 200 OK|Connection: close|Content-Type: text/html",
            b"<html><script>alert(1)</script>",
        ),
        says("nothing", OK, b""),
        says("a number", OK, b"7"),
        says("a deep tree", OK, &b"[".repeat(100_000)),
        says("half an answer", &format!("{OK}|Content-Length: 50"), b"{"),
        says(
            "what is packed",
            &format!("{OK}|Content-Encoding: gzip"),
            PACKED,
        ),
        endless(says(
            "a hundred megabytes",
            &format!("{OK}|Content-Length: 104857600"),
            &spaces,
        )),
        endless(says("no end", OK, &spaces)),
        says("not found", "HTTP/1.1 404 Not Found|Connection: close", b""),
        says(
            "a way to a file",
            "HTTP/1.1 302 Found|Location: file:///etc/passwd|Connection: close",
            b"",
        ),
        says(
            "a way elsewhere",
            "HTTP/1.1 308 Moved|Location: https://evil.example/|Connection: close",
            b"",
        ),
        unreachable(says(
            "its own trouble",
            "HTTP/1.1 503 Busy|Connection: close",
            b"",
        )),
        unreachable(says("another protocol", "220 mail.example ESMTP", b"")),
        unreachable(says(
            "headers without an end",
            &format!("HTTP/1.1 200 OK|X: {long}"),
            b"",
        )),
    ]
}

// RULES V4
#[tokio::test]
async fn what_is_no_practice_is_told_so_and_never_read_to_its_end() {
    for said in no_practices() {
        let what = said.what;
        let bench = Bench::started().await;
        let (url, taken) = answering(said.head, said.part, said.endless).await;
        assert_eq!(refused(&bench, url).await, said.why, "{what}");
        // What the sockets on the way hold is taken, too.
        let taken = taken.load(Ordering::SeqCst);
        assert!(
            taken < 16 * 1_024 * 1_024,
            "{what}: {taken} bytes were taken"
        );
    }
}

// RULES V4
#[tokio::test]
async fn an_answer_that_only_drips_is_given_up() {
    let bench = Bench::started().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
            });
        }
    });
    let mut window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
    window.act(Command::SignIn { practice: url }).await;
    let gives_up = async {
        loop {
            let view = window.sees("anything", |_| true).await;
            if matches!(&view.session, Session::SignedOut { why: Some(_), .. }) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), gives_up)
        .await
        .unwrap();
}
