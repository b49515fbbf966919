//! Other users of this computer, and programs that mean no good (RULES D8).

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use latchkey_agent::socket::{ClaimError, Seat};
use latchkey_view::{
    ToAgent, ToWindow, VERSION,
    connect::{ConnectError, Link},
    read_frame, write_frame,
};
use tokio::{io::AsyncWriteExt, net::UnixStream};

use super::ends;
use crate::support::{Bench, is_signed_out};

const NOBODY: &str = "65534";

/// Connects, says hello as a window does, and prints what it is told.
const WINDOW: &str = r#"
    use IO::Socket::UNIX;
    my $agent = IO::Socket::UNIX->new(Peer => $ARGV[0]) or do { print "refused: $!"; exit };
    my $hello = $ARGV[1];
    local $SIG{PIPE} = 'IGNORE';
    syswrite $agent, pack('N', length $hello) . $hello;
    my $told = sysread $agent, my $bytes, 65536;
    print $told ? "told $told bytes" : "sent away";
"#;

/// Answers on the socket as an agent does.
const AGENT: &str = r#"
    use IO::Socket::UNIX;
    my $seat = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die $!;
    chmod 0777, $ARGV[0];
    $| = 1; print "ready\n";
    while (my $window = $seat->accept) { sysread $window, my $hello, 65536; syswrite $window, pack('N', 0); }
"#;

/// A program that another user runs; none where this one may not become another.
fn as_nobody(script: &str, arguments: &[&str]) -> Option<Command> {
    let able = Command::new("setpriv")
        .args([
            "--reuid",
            NOBODY,
            "--regid",
            NOBODY,
            "--clear-groups",
            "perl",
            "-e",
            "1",
        ])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !able {
        println!("skipped: only root can be another user here");
        return None;
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"])
        .args(["perl", "-e", script])
        .args(arguments)
        .stdout(Stdio::piped());
    Some(command)
}

fn open_up(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

// RULES D8
#[tokio::test]
async fn another_user_gets_no_word_out_of_the_agent_even_where_the_folder_stands_open() {
    let bench = Bench::started().await;
    let socket = bench.places.socket();
    let hello = serde_json::to_string(&ToAgent::Hello { version: VERSION }).unwrap();
    let Some(mut window) = as_nobody(WINDOW, &[socket.to_str().unwrap(), &hello]) else {
        return;
    };
    let mut told = async || {
        let child = window.spawn().unwrap();
        let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
        String::from_utf8(output.await.unwrap().stdout).unwrap()
    };
    assert_eq!(told().await, "refused: Permission denied");
    open_up(bench.places.runtime.parent().unwrap(), 0o777);
    open_up(&bench.places.runtime, 0o777);
    open_up(&socket, 0o777);
    assert_eq!(told().await, "sent away");
    // The same by its own user: it is the user that is looked at.
    let mut ours = UnixStream::connect(&socket).await.unwrap();
    write_frame(&mut ours, &ToAgent::Hello { version: VERSION })
        .await
        .unwrap();
    assert!(matches!(
        read_frame(&mut ours).await,
        Ok(ToWindow::Hello { .. })
    ));
}

/// Ends a program that a test started.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

// RULES D8
#[tokio::test]
async fn a_window_says_nothing_to_an_agent_of_another_user() {
    let bench = Bench::set_up().await;
    let (root, folder) = (
        bench.places.runtime.parent().unwrap(),
        &bench.places.runtime,
    );
    std::fs::create_dir(folder).unwrap();
    open_up(root, 0o777);
    open_up(folder, 0o777);
    let socket = bench.places.socket();
    let Some(mut agent) = as_nobody(AGENT, &[socket.to_str().unwrap()]) else {
        return;
    };
    let mut agent = Ended(agent.spawn().unwrap());
    let mut ready = String::new();
    BufReader::new(agent.0.stdout.take().unwrap())
        .read_line(&mut ready)
        .unwrap();
    assert_eq!(ready, "ready\n");
    let why = async || Link::open(&bench.places).await.err().unwrap().to_string();
    assert!(why().await.contains("can be opened by others"));
    open_up(folder, 0o700);
    open_up(root, 0o700);
    let refused = why().await;
    assert!(
        refused.contains("the other end belongs to another user"),
        "{refused}"
    );
}

// RULES D8
#[tokio::test]
async fn a_folder_that_is_a_link_or_lies_in_an_open_one_is_not_used() {
    let bench = Bench::set_up().await;
    let root = bench.places.runtime.parent().unwrap();
    let elsewhere = root.join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    open_up(&elsewhere, 0o700);
    std::os::unix::fs::symlink(&elsewhere, &bench.places.runtime).unwrap();
    assert!(matches!(
        Seat::claim(&bench.places),
        Err(ClaimError::NotPrivate(_))
    ));
    assert!(matches!(
        Link::open(&bench.places).await,
        Err(ConnectError::NotPrivate(_))
    ));
    std::fs::remove_file(&bench.places.runtime).unwrap();
    open_up(root, 0o1777);
    assert!(matches!(
        Seat::claim(&bench.places),
        Err(ClaimError::NotPrivate(_))
    ));
    assert!(!bench.places.runtime.exists());
}

// RULES D8
#[test]
fn without_a_private_runtime_folder_the_agent_does_not_start() {
    let home = tempfile::tempdir().unwrap();
    let shared = home.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    open_up(&shared, 0o1777);
    for (folder, words) in [
        (None, "XDG_RUNTIME_DIR is not set"),
        (Some(""), "XDG_RUNTIME_DIR is not set"),
        (Some("run"), "XDG_RUNTIME_DIR is not set"),
        (Some(shared.to_str().unwrap()), "can be opened by others"),
    ] {
        let mut agent = Command::new(env!("CARGO_BIN_EXE_latchkey-agent"));
        agent
            .env_clear()
            .env("HOME", home.path())
            .env("TMPDIR", home.path());
        if let Some(folder) = folder {
            agent.env("XDG_RUNTIME_DIR", folder);
        }
        let ended = agent.current_dir(home.path()).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(
            !ended.status.success() && said.contains(words),
            "{folder:?}: {said}"
        );
        let left = std::fs::read_dir(&shared).unwrap().count();
        assert_eq!(left, 0, "{folder:?}");
    }
}

// RULES D8, V4
#[tokio::test]
async fn a_thousand_connections_that_say_nothing_or_half_keep_nobody_out() {
    let bench = Bench::started().await;
    let mut idle = Vec::new();
    for at in 0..1_000_usize {
        let mut stream = UnixStream::connect(bench.places.socket()).await.unwrap();
        let said: &[u8] = [&b""[..], b"\0", b"\0\0\0\x40{", b"\0\xff\xff\xff"][at % 4];
        stream.write_all(said).await.unwrap();
        idle.push(stream);
    }
    let window = bench.window().await;
    window.sees("it answers", is_signed_out).await;
    let ending = async {
        for stream in &mut idle {
            assert!(ends(stream).await);
        }
    };
    tokio::time::timeout(Duration::from_mins(1), ending)
        .await
        .unwrap();
    window.sees("it still answers", is_signed_out).await;
}
