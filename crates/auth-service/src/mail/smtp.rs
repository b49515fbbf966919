//! One connection to the mail server a mail. It asks for news of what is delayed or
//! refused later, where the server offers that (RFC 3461).

use std::fmt::Display;
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

use super::dialogue::{Dialogue, Stage};
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
        let (mut conn, _) = self.connect(&mut Dialogue::new("", "")).await?;
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
        dialogue: &mut Dialogue,
    ) -> Result<Response, Error> {
        let (mut conn, reports) = self.connect(dialogue).await?;
        let mut talk = Talk {
            conn: &mut conn,
            dialogue,
        };
        let sent = talk.hand_over(reports, envelope, tag, mail).await;
        conn.abort().await;
        sent
    }

    /// A connection, and whether the server offers reports. The library keeps what is said
    /// before the second greeting to itself, save for a refusal.
    async fn connect(&self, dialogue: &mut Dialogue) -> Result<(AsyncSmtpConnection, bool), Error> {
        let (host, port) = (&self.host, self.port);
        dialogue.remark(&format!("connecting to {host}, port {port}"));
        let opened = self.open_connection().await;
        let mut conn = opened.inspect_err(|error| dialogue.fault(error))?;
        if conn.is_encrypted() {
            dialogue.remark("the connection is encrypted");
        }
        let mut talk = Talk {
            conn: &mut conn,
            dialogue,
        };
        // The library forgets the extensions that it does not know itself.
        let offered = talk.ask(Ehlo::new(self.hello.clone())).await?;
        let reports = offered.message().skip(1).any(|line| {
            line.split_whitespace()
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("DSN"))
        });
        if let Some(credentials) = &self.credentials {
            dialogue.remark("signing in");
            let answer = conn.auth(DEFAULT_MECHANISMS, credentials).await;
            dialogue.hear(&answer);
            answer?;
        }
        Ok((conn, reports))
    }

    async fn open_connection(&self) -> Result<AsyncSmtpConnection, Error> {
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
        Ok(conn)
    }
}

/// A connection, and what is kept of what is said on it.
struct Talk<'a> {
    conn: &'a mut AsyncSmtpConnection,
    dialogue: &'a mut Dialogue,
}

impl Talk<'_> {
    async fn ask(&mut self, command: impl Display) -> Result<Response, Error> {
        let command = command.to_string();
        self.dialogue.say(command.trim_end());
        let answer = self.conn.command(command).await;
        self.dialogue.hear(&answer);
        answer
    }

    async fn hand_over(
        &mut self,
        reports: bool,
        envelope: &Envelope,
        tag: &str,
        mail: &[u8],
    ) -> Result<Response, Error> {
        let mut of_mail = Vec::new();
        let offers = |what: Extension| self.conn.server_info().supports_feature(what);
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
        self.dialogue.turn(Stage::Sender);
        self.ask(Mail::new(envelope.from().cloned(), of_mail))
            .await?;
        self.dialogue.turn(Stage::Recipient);
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
            self.ask(Rcpt::new(to.clone(), of_rcpt.collect())).await?;
        }
        self.dialogue.turn(Stage::Content);
        self.ask(Data).await?;
        self.dialogue
            .remark(&format!("the mail, {} bytes", mail.len()));
        let answer = self.conn.message(mail).await;
        self.dialogue.hear(&answer);
        answer
    }
}
