//! A mail server that does what its recipients' domains say, and keeps what it took.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A scripted mail server on loopback.
#[derive(Clone)]
pub struct Sink {
    pub at: SocketAddr,
    kept: Arc<Mutex<Vec<String>>>,
    /// The envelopes' commands.
    said: Arc<Mutex<Vec<String>>>,
    /// It offers reports (RFC 3461).
    reports: bool,
}

impl Sink {
    pub async fn open() -> Self {
        Self::with(false).await
    }

    pub async fn with_reports() -> Self {
        Self::with(true).await
    }

    async fn with(reports: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            at: listener.local_addr().unwrap(),
            kept: Arc::default(),
            said: Arc::default(),
            reports,
        };
        let taking = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, taking.clone()));
            }
        });
        sink
    }

    pub fn kept(&self) -> Vec<String> {
        self.kept.lock().unwrap().clone()
    }

    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, sink: Sink) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink.example\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        if matches!(verb.as_str(), "MAIL" | "RCPT") {
            sink.said.lock().unwrap().push(line.clone());
        }
        let answer = match verb.as_str() {
            "EHLO" if sink.reports => "250-sink.example\r\n250-8BITMIME\r\n250 DSN".to_owned(),
            "EHLO" => "250 sink.example".to_owned(),
            "RCPT" if line.contains("@full.example") => {
                "552 5.2.2 The recipient's inbox is out of storage space".to_owned()
            }
            "RCPT" if line.contains("@gone.example") => {
                "550 5.1.1 Recipient address rejected: User unknown".to_owned()
            }
            "RCPT" if line.contains("@policy.example") => {
                "554 5.7.1 Rejected due to local policy".to_owned()
            }
            "RCPT" if line.contains("@slow.example") => {
                "451 4.7.1 Greylisted, try again later".to_owned()
            }
            "RCPT" if line.contains("@spam.example") => {
                "550 5.7.1 Message refused as spam".to_owned()
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    mail += &line;
                    mail += "\r\n";
                }
                sink.kept.lock().unwrap().push(mail);
                "250 2.0.0 Ok: queued as 4F1B2".to_owned()
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 2.0.0 Ok".to_owned(),
        };
        write
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .ok()?;
    }
    None
}
