//! The way out: SMTP, or a maildir for the demo.

use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::Message;
use tokio::time::timeout;
use url::{Host, Url};

use super::dialogue::{Dialogue, Stage};
use super::letter::Letter;
use super::outcome::{Outcome, Tried, reply};
use super::smtp::{PATIENCE, Relay};
use crate::config::Config;

/// Why mails cannot be sent with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum BadPost {
    /// Not an address of a mail server.
    #[error("the mail server must be given as smtp://HOST, smtps://HOST or maildir://PATH")]
    Address,
    /// TLS cannot be set up.
    #[error("the connection to the mail server cannot be made safe: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// What we say where a server says nothing.
const TOO_SLOW: &str = "No answer from the mail server in time";

/// Where mails go.
#[derive(Clone)]
pub enum Post {
    /// A mail server.
    Smtp(Arc<Relay>),
    /// A folder.
    Maildir(PathBuf),
    /// One that a test plays.
    #[cfg(any(test, feature = "testing"))]
    Played(Arc<dyn crate::testing::MailServer>),
}

impl Post {
    /// As configured. TLS is required unless the server is this machine (RULES V3).
    pub fn open(config: &Config) -> Result<Self, BadPost> {
        if let Some(path) = config.smtp.strip_prefix("maildir://") {
            return Ok(Self::Maildir(PathBuf::from(path)));
        }
        let url = Url::parse(&config.smtp).map_err(|_| BadPost::Address)?;
        let name = config.public_url.host_str().unwrap_or("localhost");
        Ok(Self::Smtp(Arc::new(Relay::open(&url, name)?)))
    }

    /// Greets the mail server as before a mail, and sends none. Either answer is words
    /// for whoever set it up; neither names a password.
    pub async fn probe(&self) -> Result<String, String> {
        match self {
            Self::Smtp(relay) => match timeout(PATIENCE, relay.probe()).await {
                Ok(Ok(true)) => Ok("The mail server answers and takes the sign-in.".to_owned()),
                Ok(Ok(false)) => Err("the mail server hung up after the greeting.".to_owned()),
                Ok(Err(error)) => {
                    let said = match refused(&error) {
                        Outcome::Accepted(reply)
                        | Outcome::Deferred(reply)
                        | Outcome::Refused(reply) => reply,
                    };
                    Err(match said.code {
                        0 => format!("{}. Look at --smtp, and at the mail server.", said.words),
                        code => format!("the mail server says {code} {}.", said.words),
                    })
                }
                Err(_) => Err("the mail server does not answer in time.".to_owned()),
            },
            Self::Maildir(folder) => match keep(folder, "probe", b"") {
                Ok(()) => {
                    let _ = fs::remove_file(folder.join("new").join("probe"));
                    Ok("Mails are kept in a folder, not sent: right for a demo only.".to_owned())
                }
                Err(error) => Err(format!(
                    "the folder {} cannot be written: {error}.",
                    folder.display()
                )),
            },
            #[cfg(any(test, feature = "testing"))]
            Self::Played(_) => Ok("A test plays the mail server.".to_owned()),
        }
    }

    /// Hands one mail over.
    pub async fn send(&self, letter: &Letter, message: &Message) -> Tried {
        let (id, mail) = (letter.id.as_str(), message.formatted());
        match self {
            Self::Smtp(relay) => {
                let mut dialogue = Dialogue::new(&letter.tag, &letter.to);
                let sent = relay.send(message.envelope(), &letter.tag, &mail, &mut dialogue);
                let outcome = match timeout(PATIENCE * 3, sent).await {
                    Ok(Ok(response)) => {
                        let words = response.message().collect::<Vec<_>>().join(" ");
                        Outcome::Accepted(reply(response.code().into(), &words))
                    }
                    Ok(Err(error)) => refused(&error),
                    Err(_) => {
                        dialogue.remark(TOO_SLOW);
                        Outcome::Deferred(reply(0, TOO_SLOW))
                    }
                };
                Tried {
                    outcome,
                    of_recipient: matches!(dialogue.stage(), Stage::Recipient | Stage::Content),
                    dialogue: dialogue.into_lines(),
                }
            }
            Self::Maildir(folder) => match keep(folder, id, &mail) {
                Ok(()) => Outcome::Accepted(reply(250, "2.0.0 Kept in the folder")).into(),
                Err(error) => {
                    tracing::error!(%error, "the mail folder cannot be written");
                    Outcome::Deferred(reply(0, "The mail folder cannot be written")).into()
                }
            },
            #[cfg(any(test, feature = "testing"))]
            Self::Played(server) => timeout(PATIENCE * 3, server.take(id, mail))
                .await
                .unwrap_or_else(|_| Outcome::Deferred(reply(0, TOO_SLOW)))
                .into(),
        }
    }
}

fn refused(error: &lettre::transport::smtp::Error) -> Outcome {
    let code = error.status().map_or(0, u16::from);
    let words = error
        .source()
        .map(ToString::to_string)
        .filter(|_| code != 0)
        .unwrap_or_else(|| unreachable_words(error).to_owned());
    let reply = reply(code, &words);
    if error.is_permanent() {
        Outcome::Refused(reply)
    } else {
        Outcome::Deferred(reply)
    }
}

/// What we say where no server did.
pub(super) fn unreachable_words(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_tls() {
        "No safe connection to the mail server"
    } else if error.is_timeout() {
        TOO_SLOW
    } else if error.is_response() {
        "The mail server's answer made no sense"
    } else {
        "The mail server could not be reached"
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name
            .parse::<std::net::IpAddr>()
            .map_or(name == "localhost", |address| address.is_loopback()),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(text.replace('+', "%2B").as_bytes())
        .next()
        .map_or_else(String::new, |(text, _)| text.into_owned())
}

/// A mail of the same id is written over: a repeated delivery is one mail.
fn keep(folder: &Path, id: &str, mail: &[u8]) -> std::io::Result<()> {
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(folder.join(part))?;
    }
    let draft = folder.join("tmp").join(id);
    fs::write(&draft, mail)?;
    fs::rename(draft, folder.join("new").join(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(smtp: &str) -> Result<Post, BadPost> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Post::open(&Config {
            smtp: smtp.to_owned(),
            ..Config::default()
        })
    }

    // RULES V3
    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for (address, here) in [
            ("smtp://localhost:2525", true),
            ("smtp://127.0.0.1", true),
            ("smtp://[::1]:25", true),
            ("smtp://mail.example.org", false),
            ("smtp://localhost.example.org", false),
        ] {
            assert_eq!(is_loopback(&address.parse().unwrap()), here, "{address}");
            assert!(post(address).is_ok(), "{address}");
        }
        assert!(post("smtps://u:p%40ss@mail.example.org").is_ok());
        assert!(post("https://mail.example.org").is_err());
        assert!(post("nonsense").is_err());
    }

    #[test]
    fn a_password_in_the_address_may_hold_any_character() {
        assert_eq!(decoded("p%40ss+word%3F"), "p@ss+word?");
    }
}
