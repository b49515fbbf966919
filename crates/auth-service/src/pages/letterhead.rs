//! The practice as it stands on pages and mails, and its clock.

use std::ops::Deref;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;
use sqlx::SqliteConnection;

use crate::App;
use crate::practice::Practice;

/// The practice with its time zone at hand.
#[derive(Clone, Debug)]
pub struct Letterhead {
    practice: Practice,
    zone: TimeZone,
}

/// Where "Leave this page" leads before anything is set up.
const ELSEWHERE: &str = "https://www.weather.gov";

impl Deref for Letterhead {
    type Target = Practice;

    fn deref(&self) -> &Practice {
        &self.practice
    }
}

impl From<Practice> for Letterhead {
    fn from(practice: Practice) -> Self {
        let zone = TimeZone::get(&practice.time_zone).unwrap_or(TimeZone::UTC);
        Self { practice, zone }
    }
}

impl Letterhead {
    /// Reads it; a practice that is not set up has none.
    pub async fn load(app: &App) -> sqlx::Result<Option<Self>> {
        let mut conn = app.reader.acquire().await?;
        Self::read(&mut conn).await
    }

    /// Reads it.
    pub async fn read(conn: &mut SqliteConnection) -> sqlx::Result<Option<Self>> {
        Ok(Practice::load(conn).await?.map(Self::from))
    }

    /// For the page that says that the practice is not set up.
    #[must_use]
    pub fn blank() -> Self {
        Self::from(Practice {
            name: String::new(),
            short_name: String::new(),
            phone: String::new(),
            hours: String::new(),
            time_zone: String::new(),
            emergency_text: String::new(),
            exit_url: ELSEWHERE.to_owned(),
            mail_from: String::new(),
            home_url: None,
        })
    }

    /// A moment as the practice's clock shows it: today the time alone.
    #[must_use]
    pub fn time(&self, at: UnixMillis, now: UnixMillis) -> String {
        let (Some(at), Some(now)) = (self.zoned(at), self.zoned(now)) else {
            return String::new();
        };
        if at.date() == now.date() {
            at.strftime("%-I:%M %p").to_string()
        } else {
            at.strftime("%a, %b %-d, %-I:%M %p").to_string()
        }
    }

    /// A day.
    #[must_use]
    pub fn day(&self, at: UnixMillis) -> String {
        self.zoned(at)
            .map(|at| at.strftime("%B %-d").to_string())
            .unwrap_or_default()
    }

    fn zoned(&self, at: UnixMillis) -> Option<jiff::Zoned> {
        let at = Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(self.zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::juniper;

    #[test]
    fn times_are_the_practices_own_and_name_the_day_unless_it_is_today() {
        let letterhead = Letterhead::from(juniper());
        let nine = UnixMillis(1_772_546_400_000);
        assert_eq!(letterhead.time(nine, nine), "9:00 AM");
        let next_day = UnixMillis(nine.0 + 86_400_000);
        assert_eq!(letterhead.time(nine, next_day), "Tue, Mar 3, 9:00 AM");
        assert_eq!(letterhead.day(nine), "March 3");
    }
}
