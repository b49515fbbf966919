//! Certificates that are none, and servers that speak another TLS.

use std::{process::Command, sync::Arc};

use latchkey_view::SignedOut;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::answers::refused;
use crate::support::Bench;

const SERVERS: &str = "LATCHKEY_TEST_SERVERS";

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    /// A server with a certificate for this name, valid until the end of this year.
    async fn serves(&self, name: &str, until: i32) -> String {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        serve_tls(certificate.der().clone(), key).await
    }
}

async fn serve_tls(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> String {
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut asked = [0; 2_048];
                let _ = stream.read(&mut asked).await;
                let _ = stream
                    .write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")
                    .await;
                let _ = stream.shutdown().await;
            });
        }
    });
    format!("https://localhost:{port}")
}

async fn self_signed() -> String {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    serve_tls(certificate.der().clone(), key).await
}

/// Says these bytes to whatever the client begins with.
async fn says(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 2_048];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(&bytes).await;
        }
    });
    format!("https://localhost:{port}")
}

/// A server's hello of TLS 1.0 with an old cipher.
fn tls_1_0() -> Vec<u8> {
    let mut hello = vec![2, 0, 0, 38, 3, 1];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    [vec![0x16, 3, 1, 0, length], hello].concat()
}

// RULES D1
#[tokio::test]
async fn only_a_certificate_that_holds_is_spoken_to() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ours = Authority::new();
    let servers = [
        ("good", ours.serves("localhost", 2_090).await),
        ("another name", ours.serves("evil.example", 2_090).await),
        ("expired", ours.serves("localhost", 2_021).await),
        (
            "an unknown authority",
            Authority::new().serves("localhost", 2_090).await,
        ),
        ("self-signed", self_signed().await),
        ("TLS 1.0", says(tls_1_0()).await),
        ("no TLS", says(b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec()).await),
    ];
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, &ours.pem).unwrap();
    let list = servers.map(|(what, url)| format!("{what}={url}")).join(",");
    // Which authorities are trusted is read from the environment: another process.
    let inner = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "hostile::tls::each_server_is_asked", "--ignored"])
            .env("SSL_CERT_FILE", trusted)
            .env_remove("SSL_CERT_DIR")
            .env(SERVERS, list)
            .output()
            .unwrap()
    });
    let inner = inner.await.unwrap();
    let said = String::from_utf8_lossy(&inner.stdout);
    assert!(
        inner.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[tokio::test]
#[ignore = "run by the test above, with the servers and the authority it made"]
async fn each_server_is_asked() {
    let servers = std::env::var(SERVERS).unwrap();
    for server in servers.split(',') {
        let (what, url) = server.split_once('=').unwrap();
        let bench = Bench::started().await;
        let why = refused(&bench, url.to_owned()).await;
        let expected = if what == "good" {
            SignedOut::NotAPractice
        } else {
            SignedOut::Unreachable
        };
        assert_eq!(why, expected, "{what}");
    }
}
