//! Flag over environment (`LATCHKEY_…`) over TOML file over default.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Provider};
use serde::Serialize;

use super::Failure;
use super::init::Answers;
use crate::config::Config;

/// The file in the keys folder that is read where no other is named.
pub const FILE: &str = "latchkey-auth.toml";

const KEYS: [&str; 17] = [
    "listen",
    "private_listen",
    "public_url",
    "database",
    "smtp",
    "bounce_address",
    "postmark_secret",
    "postmark_sources",
    "ses_topic",
    "data_dir",
    "keys_dir",
    "trusted_proxies",
    "escalate_after_minutes",
    "mail_copies",
    "keep_texts_days",
    "keep_spent_days",
    "keep_events_days",
];

/// Flags that every command takes.
#[derive(Args, Serialize, Clone, Default)]
pub struct Flags {
    /// Settings file (default: latchkey-auth.toml in the keys folder)
    #[arg(long, global = true, env = "LATCHKEY_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where browsers and desktops connect
    #[arg(long, global = true, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Where only the operator connects
    #[arg(long, global = true, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_listen: Option<SocketAddr>,
    /// The address clients open, as it stands in links
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// `sqlite://PATH` (default: in the data folder)
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// `smtp://`, `smtps://` or `maildir://PATH`
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp: Option<String>,
    /// Where mail servers send what comes back: an address whose mail is piped to `latchkey-auth mail bounce`
    #[arg(long, global = true, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounce_address: Option<String>,
    /// Where the database lies
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// Where the keys lie; never inside the data folder
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys_dir: Option<PathBuf>,
    /// Ring front desk and admins after this long without a reaction (default 10)
    #[arg(long, global = true, value_name = "MINUTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalate_after_minutes: Option<u32>,
    /// Write to staff where no connected desktop could ring (default true)
    #[arg(long, global = true, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_copies: Option<bool>,
    /// Keep what clients wrote this long after a request is solved (default 90, at least 14)
    #[arg(long, global = true, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_texts_days: Option<u32>,
    /// Keep spent links, mails, codes and sessions this long (default 30, at least 14)
    #[arg(long, global = true, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_spent_days: Option<u32>,
    /// Keep the log of what happened this long (default and least: 2192, six years)
    #[arg(long, global = true, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_events_days: Option<u32>,
}

impl Flags {
    /// Everything put together.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        self.figment()?.extract().map_err(usage)
    }

    /// The answers that the file holds for `init`.
    pub(super) fn answers(&self) -> Result<Answers, Failure> {
        self.figment()?.extract().map_err(usage)
    }

    /// The settings file: the one that is named, else the one in the keys folder.
    pub(super) fn file(&self) -> Result<PathBuf, Failure> {
        if let Some(named) = &self.config {
            return Ok(named.clone());
        }
        let before: Config = Figment::from(Serialized::defaults(Config::default()))
            .merge(environment())
            .merge(Serialized::defaults(self))
            .extract()
            .map_err(usage)?;
        Ok(before.keys_dir.join(FILE))
    }

    fn figment(&self) -> Result<Figment, Failure> {
        let file = self.file()?;
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && self.config.is_none() => {
                String::new()
            }
            Err(error) => {
                return Err(Failure::Usage(format!(
                    "cannot read the settings file {}: {error}",
                    file.display()
                )));
            }
        };
        let toml = Figment::from(Toml::string(&text));
        if let Ok(found) = toml.data()
            && let Some(unknown) = found
                .values()
                .flat_map(|values| values.keys())
                .find(|key| !KEYS.contains(&key.as_str()) && !Answers::KEYS.contains(&key.as_str()))
        {
            return Err(Failure::Usage(format!(
                "{} has a setting {unknown:?} that there is not",
                file.display()
            )));
        }
        Ok(Figment::from(Serialized::defaults(Config::default()))
            .merge(toml)
            .merge(environment())
            .merge(Serialized::defaults(self)))
    }
}

fn environment() -> Env {
    Env::prefixed("LATCHKEY_").only(&KEYS)
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}
