//! One connection to the mail server a mail. It asks for news of what is delayed or
//! refused later, where the server offers that (RFC 3461).

use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{
    ClientId, Extension, MailBodyParameter, MailParameter, RcptParameter,
};
use lettre::transport::smtp::response::Response;
use url::Url;

use super::post::{BadPost, decoded, is_loopback};

/// One command may take this long.
pub const PATIENCE: Duration = Duration::from_secs(30);

enum Tls {
    /// This machine.
    None,
    Upgraded(TlsParameters),
    FromTheStart(TlsParameters),
}

/// How the mail server is reached.
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    credentials: Option<Credentials>,
}

impl Relay {
    /// As configured. TLS is required unless the server is this machine (RULES V3).
    pub fn open(url: &Url, hello: &str) -> Result<Self, BadPost> {
        let host = url.host_str().ok_or(BadPost::Address)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::FromTheStart(TlsParameters::new(host.clone())?), 465),
            "smtp" if is_loopback(url) => (Tls::None, 25),
            "smtp" => (Tls::Upgraded(TlsParameters::new(host.clone())?), 587),
            _ => return Err(BadPost::Address),
        };
        let credentials = (!url.username().is_empty()).then(|| {
            let password = url.password().unwrap_or_default();
            Credentials::new(decoded(url.username()), decoded(password))
        });
        Ok(Self {
            host,
            port: url.port().unwrap_or(port),
            tls,
            hello: ClientId::Domain(hello.to_owned()),
            credentials,
        })
    }

    /// Greets the server and signs in, as before a mail.
    pub async fn probe(&self) -> Result<bool, Error> {
        let (mut conn, _) = self.connect().await?;
        let well = conn.test_connected().await;
        conn.abort().await;
        Ok(well)
    }

    /// Hands one mail over. `tag` comes back in reports about it.
    pub async fn send(
        &self,
        envelope: &Envelope,
        tag: &str,
        mail: &[u8],
    ) -> Result<Response, Error> {
        let (mut conn, reports) = self.connect().await?;
        let sent = hand_over(&mut conn, reports, envelope, tag, mail).await;
        conn.abort().await;
        sent
    }

    /// A connection, and whether the server offers reports.
    async fn connect(&self) -> Result<(AsyncSmtpConnection, bool), Error> {
        let server = (self.host.as_str(), self.port);
        let wrapped = match &self.tls {
            Tls::FromTheStart(tls) => Some(tls.clone()),
            Tls::None | Tls::Upgraded(_) => None,
        };
        let mut conn =
            AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &self.hello, wrapped, None)
                .await?;
        if let Tls::Upgraded(tls) = &self.tls {
            conn.starttls(tls.clone(), &self.hello).await?;
        }
        // The library forgets the extensions that it does not know itself.
        let offered = conn.command(Ehlo::new(self.hello.clone())).await?;
        let reports = offered.message().skip(1).any(|line| {
            line.split_whitespace()
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("DSN"))
        });
        if let Some(credentials) = &self.credentials {
            conn.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok((conn, reports))
    }
}

async fn hand_over(
    conn: &mut AsyncSmtpConnection,
    reports: bool,
    envelope: &Envelope,
    tag: &str,
    mail: &[u8],
) -> Result<Response, Error> {
    let mut of_mail = Vec::new();
    let offers = |what: Extension| conn.server_info().supports_feature(what);
    // A server that does not offer them says best itself what it cannot take.
    let addresses: Vec<&Address> = envelope.from().into_iter().chain(envelope.to()).collect();
    let ascii = addresses
        .iter()
        .all(|address| AsRef::<str>::as_ref(address).is_ascii());
    if !ascii && offers(Extension::SmtpUtfEight) {
        of_mail.push(MailParameter::SmtpUtfEight);
    }
    if !mail.is_ascii() && offers(Extension::EightBitMime) {
        of_mail.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    if reports {
        for (keyword, value) in [("RET", "HDRS"), ("ENVID", tag)] {
            of_mail.push(MailParameter::Other {
                keyword: keyword.to_owned(),
                value: Some(value.to_owned()),
            });
        }
    }
    conn.command(Mail::new(envelope.from().cloned(), of_mail))
        .await?;
    for to in envelope.to() {
        let mut of_rcpt = Vec::new();
        if reports {
            of_rcpt.push(("NOTIFY", "FAILURE,DELAY".to_owned()));
        }
        if reports && ascii {
            of_rcpt.push(("ORCPT", format!("rfc822;{to}")));
        }
        let of_rcpt = of_rcpt
            .into_iter()
            .map(|(keyword, value)| RcptParameter::Other {
                keyword: keyword.to_owned(),
                value: Some(value),
            });
        conn.command(Rcpt::new(to.clone(), of_rcpt.collect()))
            .await?;
    }
    conn.command(Data).await?;
    conn.message(mail).await
}
