//! What the service is told from outside: flag, then environment, then file, then default.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::address::Address;
use crate::mail::{postmark, sns, tag};

/// What the desktops show of the past: nothing of it may be gone before (RULES R1).
const LEAST_SHOWN: u32 = 14;
/// Six years and the longest that calendars can make of them: 45 CFR 164.316(b)(2).
const LEAST_EVENTS: u32 = 2_192;
/// As Postmark lists them for its webhooks.
const POSTMARK: [Ipv4Addr; 4] = [
    Ipv4Addr::new(3, 134, 147, 250),
    Ipv4Addr::new(18, 217, 206, 57),
    Ipv4Addr::new(50, 31, 156, 6),
    Ipv4Addr::new(50, 31, 156, 77),
];
/// A day: what is older rings for nobody.
const LONGEST_WAIT: u32 = 1_440;
/// A century and a day's arithmetic stays far from any limit.
const MOST: u32 = 36_525;

/// Everything that is set once, at the start. Settings of the practice itself
/// (its name, hours, emergency text) live in the database.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where browsers and desktops connect.
    pub listen: SocketAddr,
    /// Where only the operator connects (`/metrics`); none by default.
    pub private_listen: Option<SocketAddr>,
    /// The address in links, `iss` and metadata. Never taken from a request (RULES V8).
    pub public_url: Url,
    /// `sqlite://PATH`; in the data folder where none is given.
    pub database: Option<String>,
    /// `smtp://`, `smtps://` or `maildir://PATH`. May hold a password, which is why the
    /// whole has no `Debug`.
    pub smtp: String,
    /// Where mail servers send what comes back: each mail's envelope has this sender, with
    /// `+` and the mail's tag before the @. Without it, the practice's sender.
    pub bounce_address: Option<String>,
    /// The secret part of the address that Postmark tells bounces to; none by default.
    pub postmark_secret: Option<String>,
    /// From where Postmark tells them.
    pub postmark_sources: Vec<IpAddr>,
    /// The topic of Amazon SNS that Amazon SES tells bounces to; none by default.
    pub ses_topic: Option<String>,
    /// The database and the mails of `maildir://`.
    pub data_dir: PathBuf,
    /// The root key; never inside the data folder.
    pub keys_dir: PathBuf,
    /// Proxies whose forwarded headers are believed; nobody by default (RULES V8).
    pub trusted_proxies: Vec<IpAddr>,
    /// After how many minutes without a reaction front desk and admins are rung.
    pub escalate_after_minutes: u32,
    /// Whether staff get a mail where no connected desktop could ring.
    pub mail_copies: bool,
    /// How many days texts of help requests and words of mail servers are kept.
    pub keep_texts_days: u32,
    /// How many days links, mails, codes, sessions and the like are kept beyond use.
    pub keep_spent_days: u32,
    /// How many days events are kept.
    pub keep_events_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            private_listen: None,
            public_url: fallback_url(),
            database: None,
            smtp: "smtp://localhost:25".to_owned(),
            bounce_address: None,
            postmark_secret: None,
            postmark_sources: POSTMARK.map(IpAddr::V4).to_vec(),
            ses_topic: None,
            data_dir: folder("XDG_DATA_HOME", ".local/share"),
            keys_dir: folder("XDG_CONFIG_HOME", ".config"),
            trusted_proxies: Vec::new(),
            escalate_after_minutes: 10,
            mail_copies: true,
            keep_texts_days: 90,
            keep_spent_days: 30,
            keep_events_days: LEAST_EVENTS,
        }
    }
}

fn fallback_url() -> Url {
    #[allow(clippy::unwrap_used, reason = "a constant that parses, held by a test")]
    Url::parse("http://localhost:8080").unwrap()
}

fn folder(variable: &str, below_home: &str) -> PathBuf {
    let base = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(below_home)))
        .unwrap_or_else(|| PathBuf::from("/var/lib"));
    base.join("latchkey-auth")
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// Keys beside the data would be in every backup of it.
    #[error("the keys folder must not lie in the data folder: a backup would carry both")]
    KeysInData,
    /// The address clients open.
    #[error(
        "the public address must be https:// (http:// only for localhost), without path, query or user"
    )]
    PublicUrl,
    /// Not an engine this version has.
    #[error("the database must be sqlite://PATH; this version does not speak {0} yet")]
    Database(String),
    /// Not an address that a tag can be put into.
    #[error(
        "the bounce address must be a mail address with at most 21 characters before the @, which a name for each mail follows"
    )]
    BounceAddress,
    /// One that could be tried out, or stands in an address otherwise.
    #[error("postmark_secret must have at least 32 letters and digits, and nothing else")]
    PostmarkSecret,
    /// Not the name of a topic.
    #[error(
        "ses_topic must be the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:mail"
    )]
    SesTopic,
    /// At once, or never.
    #[error("escalate_after_minutes must be at least 1 and at most {LONGEST_WAIT}")]
    Escalate,
    /// Kept too short, or for ever.
    #[error("{0} must be at least {1} and at most {MOST}")]
    Keep(&'static str, u32),
}

impl Config {
    /// Refuses what cannot be safe.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.keys_dir.starts_with(&self.data_dir) {
            return Err(ConfigError::KeysInData);
        }
        for (name, days, least) in [
            ("keep_texts_days", self.keep_texts_days, LEAST_SHOWN),
            ("keep_spent_days", self.keep_spent_days, LEAST_SHOWN),
            ("keep_events_days", self.keep_events_days, LEAST_EVENTS),
        ] {
            if !(least..=MOST).contains(&days) {
                return Err(ConfigError::Keep(name, least));
            }
        }
        if !(1..=LONGEST_WAIT).contains(&self.escalate_after_minutes) {
            return Err(ConfigError::Escalate);
        }
        if let Some(address) = &self.bounce_address {
            let room = |address: &Address| {
                let local = address.reveal().len() - address.domain().len() - 1;
                local + 1 + tag::LENGTH <= 64
            };
            if !Address::parse(address).as_ref().is_some_and(room) {
                return Err(ConfigError::BounceAddress);
            }
        }
        if let Some(secret) = &self.postmark_secret {
            let plain = secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !plain || secret.len() < postmark::LEAST_SECRET {
                return Err(ConfigError::PostmarkSecret);
            }
        }
        if let Some(topic) = &self.ses_topic {
            sns::Topic::read(topic).ok_or(ConfigError::SesTopic)?;
        }
        let url = &self.public_url;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && local);
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !scheme_fits || !bare {
            return Err(ConfigError::PublicUrl);
        }
        self.database_path().map(|_| ())
    }

    /// The SQLite file.
    pub fn database_path(&self) -> Result<PathBuf, ConfigError> {
        match self.database.as_deref() {
            None => Ok(self.data_dir.join("latchkey.sqlite")),
            Some(given) => match given.split_once("://") {
                Some(("sqlite", path)) if !path.is_empty() => Ok(PathBuf::from(path)),
                Some((scheme, _)) => Err(ConfigError::Database(scheme.to_owned())),
                None => Err(ConfigError::Database("an address without ://".to_owned())),
            },
        }
    }

    /// The public address without a trailing slash: the issuer, and what paths are appended to.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// The public address of a path that begins with a slash.
    #[must_use]
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.issuer())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        Config {
            public_url: url.parse().unwrap(),
            data_dir: "/var/lib/latchkey-auth".into(),
            keys_dir: "/etc/latchkey-auth".into(),
            ..Config::default()
        }
    }

    #[test]
    fn plain_http_is_for_localhost_only() {
        assert_eq!(config("https://in.example.org").check(), Ok(()));
        assert_eq!(config("http://localhost:8080").check(), Ok(()));
        for bad in [
            "http://in.example.org",
            "https://in.example.org/path",
            "https://user@in.example.org",
            "ftp://in.example.org",
        ] {
            assert_eq!(config(bad).check(), Err(ConfigError::PublicUrl), "{bad}");
        }
    }

    // RULES S7
    #[test]
    fn a_configuration_cannot_be_printed_since_it_may_hold_the_mail_servers_password() {
        static_assertions::assert_not_impl_any!(Config: std::fmt::Debug, std::fmt::Display);
    }

    // RULES V6
    #[test]
    fn keys_in_the_data_folder_are_refused() {
        let mut config = config("https://in.example.org");
        config.keys_dir = config.data_dir.join("keys");
        assert_eq!(config.check(), Err(ConfigError::KeysInData));
    }

    // RULES R1
    #[test]
    fn what_is_kept_has_a_floor_for_each_setting() {
        type Set = fn(&mut Config, u32);
        let settings: [(Set, u32); 3] = [
            (|config, days| config.keep_texts_days = days, 14),
            (|config, days| config.keep_spent_days = days, 14),
            (|config, days| config.keep_events_days = days, 2_192),
        ];
        for (set, least) in settings {
            let mut config = config("https://in.example.org");
            set(&mut config, least);
            assert_eq!(config.check(), Ok(()));
            for days in [0, least - 1, MOST + 1] {
                set(&mut config, days);
                assert!(
                    matches!(config.check(), Err(ConfigError::Keep(_, floor)) if floor == least)
                );
            }
        }
    }

    // RULES A4
    #[test]
    fn a_request_escalates_neither_at_once_nor_never() {
        for (minutes, fits) in [(0, false), (1, true), (1_440, true), (1_441, false)] {
            let mut config = config("https://in.example.org");
            config.escalate_after_minutes = minutes;
            let expected = if fits {
                Ok(())
            } else {
                Err(ConfigError::Escalate)
            };
            assert_eq!(config.check(), expected, "{minutes}");
        }
    }

    #[test]
    fn another_engine_is_refused_in_words() {
        let mut config = config("https://in.example.org");
        config.database = Some("postgres://db.example.org/latchkey".to_owned());
        assert_eq!(
            config.check().unwrap_err().to_string(),
            "the database must be sqlite://PATH; this version does not speak postgres yet"
        );
    }
}
