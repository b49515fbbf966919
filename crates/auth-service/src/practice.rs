//! The practice: its name, how to reach it, and what its pages always say.

use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

use crate::address::Address;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};

/// What `/help` and `/waiting` always show (RULES N1).
pub const EMERGENCY_TEXT: &str = "This page is only about signing in and is not watched all the time. In an emergency call 911; in a crisis call or text 988.";

/// The practice's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Its full name.
    pub name: String,
    /// What it is called in a sentence and in the mails' subject.
    pub short_name: String,
    /// The number clients may call.
    pub phone: String,
    /// When somebody looks, in words.
    pub hours: String,
    /// IANA time zone.
    pub time_zone: String,
    /// What every page about help says.
    pub emergency_text: String,
    /// Where quick exit leads.
    pub exit_url: String,
    /// The sender of its mails.
    pub mail_from: String,
    /// The portal that signed-in clients are led to, where there is one.
    pub home_url: Option<String>,
}

/// Why the practice's settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadPractice(String);

impl Practice {
    /// Refuses what pages or mails could not use.
    pub fn check(&self) -> Result<(), BadPractice> {
        let bad = |words: &str| Err(BadPractice(words.to_owned()));
        if self.name.trim().is_empty() || self.name.len() > 200 {
            return bad("the practice needs a name of at most 200 characters");
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            return Err(BadPractice(format!(
                "there is no time zone {:?}; use a name like America/New_York",
                self.time_zone
            )));
        }
        if Address::parse(&self.mail_from).is_none() {
            return bad("the mails' sender must be an e-mail address");
        }
        for address in [Some(&self.exit_url), self.home_url.as_ref()]
            .into_iter()
            .flatten()
        {
            let fits = url::Url::parse(address)
                .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
            if !fits {
                return bad("web addresses must begin with https:// or http://");
            }
        }
        Ok(())
    }

    /// Reads the settings; `None` before `init`.
    pub async fn load(conn: &mut SqliteConnection) -> sqlx::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM practice WHERE id = 1")
            .fetch_optional(conn)
            .await?;
        row.map(|row| {
            Ok(Self {
                name: row.try_get("name")?,
                short_name: row.try_get("short_name")?,
                phone: row.try_get("phone")?,
                hours: row.try_get("hours")?,
                time_zone: row.try_get("time_zone")?,
                emergency_text: row.try_get("emergency_text")?,
                exit_url: row.try_get("exit_url")?,
                mail_from: row.try_get("mail_from")?,
                home_url: row.try_get("home_url")?,
            })
        })
        .transpose()
    }

    /// Writes the settings, once. False where there is a practice already.
    pub async fn create(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let now = tx.now();
        let written = sqlx::query(
            "INSERT INTO practice (id, name, short_name, phone, hours, time_zone, emergency_text,
                                   exit_url, mail_from, home_url, created_at)
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&self.name)
        .bind(&self.short_name)
        .bind(&self.phone)
        .bind(&self.hours)
        .bind(&self.time_zone)
        .bind(&self.emergency_text)
        .bind(&self.exit_url)
        .bind(&self.mail_from)
        .bind(&self.home_url)
        .bind(now.0)
        .execute(tx.conn())
        .await?
        .rows_affected();
        if written == 1 {
            tx.append(Event::new(Kind::PracticeCreated, Actor::Operator))
                .await?;
        }
        Ok(written == 1)
    }
}
