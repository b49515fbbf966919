//! Connections that say little, slowly, or nothing (RULES V4).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::net::SocketAddr;
use std::time::Duration;

use latchkey_auth::server::{self, Bounds};
use latchkey_auth::testing::House;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

/// Longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(20);
const BLINK: Duration = Duration::from_millis(40);

async fn house(change: impl FnOnce(&mut Bounds)) -> House {
    House::furnished_with(|app| change(&mut app.bounds)).await
}

fn address(house: &House) -> SocketAddr {
    let port = house.app.config.public_url.port().unwrap();
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Connects as a neighbour of this machine would.
async fn from(source: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((source, 0))).unwrap();
    socket.connect(to).await.unwrap()
}

/// Sends this a byte at a time until the other end closes; gives what it answered.
async fn trickle(stream: &mut TcpStream, text: &str) -> String {
    let (mut reader, mut writer) = stream.split();
    let mut beat = interval(BLINK);
    let talking = async {
        for byte in text.bytes().cycle() {
            beat.tick().await;
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let ended = async {
        // A reset is an end, too.
        let _ = reader.read_to_end(&mut answer).await;
    };
    let both = async {
        tokio::select! {
            () = ended => {}
            () = talking => {}
        }
    };
    timeout(DEADLINE, both).await.expect("it was never ended");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ask(stream: &mut TcpStream) -> String {
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(DEADLINE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

// RULES V4
#[tokio::test]
async fn a_request_that_comes_byte_by_byte_is_ended() {
    let house = house(|bounds| bounds.head = Duration::from_millis(400)).await;
    let mut stream = TcpStream::connect(address(&house)).await.unwrap();
    let answer = trickle(&mut stream, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ").await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

// RULES V4
#[tokio::test]
async fn a_body_that_trickles_evenly_is_ended_and_changes_nothing() {
    let house = house(|bounds| bounds.body = Duration::from_millis(400)).await;
    let before = house.count("SELECT COUNT(*) FROM event").await;
    for path in ["/", "/oauth/token", "/api/v1/requests/x/pin"] {
        let mut stream = TcpStream::connect(address(&house)).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = trickle(&mut stream, "email=ada@example.org&x=").await;
        assert!(!answer.contains("200 OK"), "{path}: {answer}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
}

// RULES V4
#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let house = House::furnished().await;
    let mut stream = TcpStream::connect(address(&house)).await.unwrap();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(9_000)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = timeout(DEADLINE, stream.read_to_string(&mut answer)).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

// RULES V4
#[tokio::test]
async fn two_thousand_idle_connections_stop_nobody() {
    let allowed = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: allowed.maximum,
        ..allowed
    };
    setrlimit(Resource::Nofile, most).unwrap();
    let house = house(|bounds| bounds.head = Duration::from_mins(10)).await;
    let to = address(&house);
    let mut idle = Vec::new();
    for _ in 0..2_000 {
        idle.push(from([127, 0, 0, 1], to).await);
    }
    for source in [[127, 0, 0, 1], [127, 0, 0, 2]] {
        let answer = ask(&mut from(source, to).await).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{source:?}: {answer}");
    }
    // The first ones gave way; the last ones may still ask.
    let mut ended = [0; 1];
    let first = timeout(DEADLINE, idle[0].read(&mut ended)).await.unwrap();
    assert_eq!(first.unwrap_or_default(), 0);
    let answer = ask(idle.last_mut().unwrap()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

// RULES V4
#[tokio::test]
async fn when_every_place_is_taken_by_idle_ones_a_newcomer_gets_one() {
    let house = house(|bounds| {
        bounds.head = Duration::from_mins(10);
        bounds.most = 8;
    })
    .await;
    let to = address(&house);
    let mut idle = Vec::new();
    for last in 1..=40 {
        idle.push(from([127, 0, 1, last], to).await);
    }
    let answer = ask(&mut from([127, 0, 2, 1], to).await).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_service_that_stops_ends_idle_connections_and_leaves() {
    let house = House::empty().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap();
    let serving = tokio::spawn(server::serve(house.app.clone(), listener));
    let mut idle = TcpStream::connect(to).await.unwrap();
    let answer = ask(&mut TcpStream::connect(to).await.unwrap()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    house.app.stopping.cancel();
    timeout(DEADLINE, serving).await.unwrap().unwrap().unwrap();
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or_default(), 0);
    assert!(TcpStream::connect(to).await.is_err());
}
