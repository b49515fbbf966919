//! The local socket, with broken peers.

mod strangers;

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use latchkey_agent::socket::{ClaimError, Seat};
use latchkey_view::{
    ToAgent, ToWindow, VERSION,
    connect::{ConnectError, Link},
    read_frame, write_frame,
};
use tokio::{io::AsyncWriteExt, net::UnixStream};

use crate::support::{Bench, is_signed_out};

async fn ends(stream: &mut UnixStream) -> bool {
    let read = read_frame::<ToWindow>(stream);
    let read = tokio::time::timeout(std::time::Duration::from_secs(5), read).await;
    matches!(read, Ok(Err(_)))
}

// RULES D8
#[tokio::test]
async fn the_folder_of_the_socket_is_this_users_only() {
    let bench = Bench::started().await;
    let mode = std::fs::metadata(&bench.places.runtime).unwrap().mode();
    assert_eq!(mode & 0o777, 0o700);
}

// RULES D8
#[tokio::test]
async fn a_folder_that_others_can_open_is_not_used() {
    let bench = Bench::set_up().await;
    std::fs::create_dir(&bench.places.runtime).unwrap();
    std::fs::set_permissions(
        &bench.places.runtime,
        std::fs::Permissions::from_mode(0o777),
    )
    .unwrap();
    let refused = Seat::claim(&bench.places).err().unwrap();
    assert!(matches!(refused, ClaimError::NotPrivate(_)), "{refused}");
    assert!(matches!(
        Link::open(&bench.places).await,
        Err(ConnectError::NotPrivate(_))
    ));
}

// RULES D8
#[tokio::test]
async fn a_second_agent_finds_the_first_one_and_a_dead_ones_socket_is_replaced() {
    let mut bench = Bench::started().await;
    assert!(matches!(
        Seat::claim(&bench.places),
        Err(ClaimError::AlreadyRunning)
    ));
    bench.stop().await;
    // As after a crash: the file is there, nobody listens.
    drop(std::os::unix::net::UnixListener::bind(bench.places.socket()).unwrap());
    bench.start();
    let window = bench.window().await;
    window.sees("it answers", is_signed_out).await;
}

#[tokio::test]
async fn two_agents_that_start_at_once_leave_one() {
    let bench = Bench::set_up().await;
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let places = bench.places.clone();
            tokio::task::spawn(async move { Seat::claim(&places) })
        })
        .collect();
    let mut seats = Vec::new();
    for claim in claims {
        match claim.await.unwrap() {
            Ok(seat) => seats.push(seat),
            Err(ClaimError::AlreadyRunning) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(seats.len(), 1);
}

#[tokio::test]
async fn garbage_and_frames_that_are_too_long_end_only_their_own_connection() {
    let bench = Bench::started().await;
    let window = bench.window().await;
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\x00\x00\x00\x02{}",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\xff",
    ] {
        let mut stream = UnixStream::connect(bench.places.socket()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        assert!(ends(&mut stream).await, "{bytes:?}");
    }
    let mut stream = UnixStream::connect(bench.places.socket()).await.unwrap();
    write_frame(&mut stream, &ToAgent::Hello { version: VERSION })
        .await
        .unwrap();
    assert!(matches!(
        read_frame(&mut stream).await,
        Ok(ToWindow::Hello { .. })
    ));
    stream.write_all(b"\x00\x00\x00\x05hello").await.unwrap();
    assert!(ends(&mut stream).await);
    window.sees("the window lives", is_signed_out).await;
    assert!(Link::open(&bench.places).await.is_ok());
}

#[tokio::test]
async fn another_version_is_told_ours_and_sent_away() {
    let bench = Bench::started().await;
    let mut stream = UnixStream::connect(bench.places.socket()).await.unwrap();
    write_frame(
        &mut stream,
        &ToAgent::Hello {
            version: VERSION + 1,
        },
    )
    .await
    .unwrap();
    assert!(matches!(
        read_frame(&mut stream).await,
        Ok(ToWindow::Hello { version: VERSION })
    ));
    assert!(ends(&mut stream).await);
}

#[tokio::test]
async fn nothing_is_said_before_hello() {
    let bench = Bench::started().await;
    let mut stream = UnixStream::connect(bench.places.socket()).await.unwrap();
    write_frame(&mut stream, &ToAgent::Status).await.unwrap();
    assert!(ends(&mut stream).await);
}

#[tokio::test]
async fn status_says_how_it_does_and_quit_ends_agent_and_window() {
    let (bench, window) = Bench::signed_in().await;
    let mut link = Link::open(&bench.places).await.unwrap();
    link.writer.send(&ToAgent::Status).await.unwrap();
    let ToWindow::Status(status) = link.reader.next().await.unwrap() else {
        panic!("no status");
    };
    assert_eq!(status.signed_in.as_deref(), Some("Rosa Rivera"));
    assert!(status.window && status.connected_since.is_some());
    link.writer.send(&ToAgent::Quit).await.unwrap();
    assert!(matches!(link.reader.next().await.unwrap(), ToWindow::Bye));
    window.hears("the end", |heard| heard.ended).await;
}
