//! `latchkey-auth init`: from nothing to the first admin's one-time address.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args;
use latchkey_protocol::Role;
use serde::{Deserialize, Serialize};

use super::words::{aside, ask, say};
use super::{Failure, Flags, contact_plan, create};
use crate::config::Config;
use crate::db::Unavailable;
use crate::practice::{EMERGENCY_TEXT, Practice};
use crate::secret::Token;
use crate::staff::{self, StaffError};

/// Flags of `init`.
#[derive(Args)]
pub struct Init {
    #[command(flatten)]
    answers: Answers,
}

/// What the practice is asked once; each is also a key of the settings file.
#[derive(Args, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// The practice's full name
    #[arg(long, env = "LATCHKEY_PRACTICE_NAME")]
    practice_name: Option<String>,
    /// What it is called in a mail's subject
    #[arg(long, env = "LATCHKEY_PRACTICE_SHORT_NAME")]
    practice_short_name: Option<String>,
    /// The number clients may call
    #[arg(long, env = "LATCHKEY_PRACTICE_PHONE")]
    practice_phone: Option<String>,
    /// When somebody looks, in words
    #[arg(long, env = "LATCHKEY_PRACTICE_HOURS")]
    practice_hours: Option<String>,
    /// For example `America/New_York`
    #[arg(long, env = "LATCHKEY_TIME_ZONE")]
    time_zone: Option<String>,
    /// What every page about help says
    #[arg(long, env = "LATCHKEY_EMERGENCY_TEXT")]
    emergency_text: Option<String>,
    /// Where quick exit leads
    #[arg(long, env = "LATCHKEY_EXIT_URL")]
    exit_url: Option<String>,
    /// The sender of the mails
    #[arg(long, env = "LATCHKEY_MAIL_FROM")]
    mail_from: Option<String>,
    /// The portal that signed-in clients are led to
    #[arg(long, env = "LATCHKEY_HOME_URL")]
    home_url: Option<String>,
    /// The first admin's name
    #[arg(long, env = "LATCHKEY_ADMIN_NAME")]
    admin_name: Option<String>,
    /// The first admin's e-mail address
    #[arg(long, env = "LATCHKEY_ADMIN_EMAIL")]
    admin_email: Option<String>,
}

impl Answers {
    pub(super) const KEYS: [&str; 11] = [
        "practice_name",
        "practice_short_name",
        "practice_phone",
        "practice_hours",
        "time_zone",
        "emergency_text",
        "exit_url",
        "mail_from",
        "home_url",
        "admin_name",
        "admin_email",
    ];

    fn or(self, file: Self) -> Self {
        Self {
            practice_name: self.practice_name.or(file.practice_name),
            practice_short_name: self.practice_short_name.or(file.practice_short_name),
            practice_phone: self.practice_phone.or(file.practice_phone),
            practice_hours: self.practice_hours.or(file.practice_hours),
            time_zone: self.time_zone.or(file.time_zone),
            emergency_text: self.emergency_text.or(file.emergency_text),
            exit_url: self.exit_url.or(file.exit_url),
            mail_from: self.mail_from.or(file.mail_from),
            home_url: self.home_url.or(file.home_url),
            admin_name: self.admin_name.or(file.admin_name),
            admin_email: self.admin_email.or(file.admin_email),
        }
    }
}

/// The settings that `serve` needs to find again.
#[derive(Serialize)]
struct Kept {
    listen: String,
    public_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    smtp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounce_address: Option<String>,
    data_dir: PathBuf,
    /// Said by the file's own place, unless that is elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys_dir: Option<PathBuf>,
}

/// Runs it.
pub async fn run(flags: &Flags, init: Init) -> Result<(), Failure> {
    let mut config = flags.config()?;
    let answers = init.answers.or(flags.answers()?);
    let (name, email) = (answers.admin_name.clone(), answers.admin_email.clone());
    place(flags, &mut config)?;
    let practice = practice(answers)?;
    let name = ask(name, "The first admin's name", "--admin-name", None)?;
    let email = ask(
        email,
        "The first admin's e-mail address",
        "--admin-email",
        None,
    )?;
    practice
        .check()
        .map_err(|bad| Failure::Usage(bad.to_string()))?;
    config
        .check()
        .map_err(|bad| Failure::Usage(bad.to_string()))?;
    let app = create(config.clone()).await?;
    contact_plan::tell(&app).await?;
    let token: Option<Token> = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                if !practice.create(tx).await? {
                    return Ok(None);
                }
                let admin = staff::add(tx, &email, &name, Role::Admin).await?;
                Ok::<_, StaffError>(Some(staff::invite(tx, &admin).await?))
            })
        })
        .await
        .map_err(|error| match error {
            StaffError::Unavailable(Unavailable) => Failure::because(error),
            wrong => Failure::Usage(wrong.to_string()),
        })?;
    let Some(token) = token else {
        return Err(Failure::Failed(
            "this database has a practice already; nothing was changed".to_owned(),
        ));
    };
    keep(flags, &config)?;
    aside("The practice is set up. Start the service with `latchkey-auth serve`, then open");
    aside("this address in the admin's browser; it works once, for one hour:");
    say(config.public(&format!("/staff/invite/{}", token.reveal())));
    Ok(())
}

/// Asks where clients and mails go, unless that is said already.
fn place(flags: &Flags, config: &mut Config) -> Result<(), Failure> {
    let default = Config::default();
    if config.public_url == default.public_url && flags.public_url.is_none() {
        let url = ask(
            None,
            "The address clients will open",
            "--public-url",
            Some(config.issuer()),
        )?;
        config.public_url = url
            .parse()
            .map_err(|_| Failure::Usage("--public-url is not a web address".to_owned()))?;
    }
    if config.smtp == default.smtp && flags.smtp.is_none() {
        config.smtp = ask(None, "The mail server", "--smtp", Some(&config.smtp))?;
    }
    Ok(())
}

fn practice(given: Answers) -> Result<Practice, Failure> {
    let name = ask(
        given.practice_name,
        "The practice's name",
        "--practice-name",
        None,
    )?;
    Ok(Practice {
        short_name: given.practice_short_name.unwrap_or_else(|| name.clone()),
        name,
        phone: ask(
            given.practice_phone,
            "The number clients may call",
            "--practice-phone",
            None,
        )?,
        hours: ask(
            given.practice_hours,
            "When somebody looks",
            "--practice-hours",
            Some("Monday to Friday, 9 to 5"),
        )?,
        time_zone: ask(
            given.time_zone,
            "The practice's time zone",
            "--time-zone",
            Some("America/New_York"),
        )?,
        emergency_text: given
            .emergency_text
            .unwrap_or_else(|| EMERGENCY_TEXT.to_owned()),
        exit_url: given
            .exit_url
            .unwrap_or_else(|| "https://www.weather.gov".to_owned()),
        mail_from: ask(
            given.mail_from,
            "The sender of the mails",
            "--mail-from",
            None,
        )?,
        home_url: given.home_url,
    })
}

/// Writes the settings file, so that `serve` needs no flags. An existing one is left alone.
fn keep(flags: &Flags, config: &Config) -> Result<(), Failure> {
    let path = flags.file()?;
    if path.exists() {
        return Ok(());
    }
    let kept = Kept {
        listen: config.listen.to_string(),
        public_url: config.issuer().to_owned(),
        database: config.database.clone(),
        smtp: config.smtp.clone(),
        bounce_address: config.bounce_address.clone(),
        data_dir: config.data_dir.clone(),
        keys_dir: flags.config.is_some().then(|| config.keys_dir.clone()),
    };
    let text = toml_text(&kept)?;
    // Owner only: the mail server's password may be in it.
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    written
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
    aside(format_args!("Settings are in {}.", path.display()));
    Ok(())
}

fn toml_text(kept: &Kept) -> Result<String, Failure> {
    let value = serde_json::to_value(kept).map_err(Failure::because)?;
    // A JSON string is a TOML basic string.
    let lines: Vec<String> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key} = {value}\n"))
        .collect();
    Ok(lines.concat())
}
