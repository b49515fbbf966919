//! The practice as it stands on pages and mails, and its clock.

use std::ops::Deref;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;
use sqlx::SqliteConnection;

use super::words::Words;
use crate::App;
use crate::practice::{EMERGENCY_TEXT, Practice};

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
    pub fn time(&self, words: Words, at: UnixMillis, now: UnixMillis) -> String {
        let (Some(at), Some(now)) = (self.zoned(at), self.zoned(now)) else {
            return String::new();
        };
        words.moment(&at, now.date())
    }

    /// A day.
    #[must_use]
    pub fn day(&self, words: Words, at: UnixMillis) -> String {
        self.zoned(at).map(|at| words.day(&at)).unwrap_or_default()
    }

    /// What is said about emergencies: the practice's own words as they are, ours in the
    /// reader's language.
    #[must_use]
    pub fn emergency(&self, words: Words) -> String {
        if self.emergency_text == EMERGENCY_TEXT {
            words.t("emergency")
        } else {
            self.emergency_text.clone()
        }
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
        let [en, es] = [None, Some("es-MX")].map(Words::of);
        assert_eq!(letterhead.time(en, nine, nine), "9:00 AM");
        assert_eq!(letterhead.time(es, nine, nine), "9:00 a. m.");
        let next_day = UnixMillis(nine.0 + 86_400_000);
        let evening = UnixMillis(nine.0 + 12 * 3_600_000);
        assert_eq!(letterhead.time(en, nine, next_day), "Tue, Mar 3, 9:00 AM");
        assert_eq!(
            letterhead.time(es, evening, next_day),
            "mar 3 mar, 9:00 p. m."
        );
        assert_eq!(letterhead.day(en, nine), "March 3");
        assert_eq!(letterhead.day(es, nine), "3 de marzo");
    }

    // RULES N1
    #[test]
    fn our_words_about_emergencies_are_in_both_languages_and_the_practices_own_stay() {
        let mut practice = juniper();
        let spanish = Words::of(Some("es"));
        let said = |practice: &Practice, words| Letterhead::from(practice.clone()).emergency(words);
        assert_eq!(said(&practice, Words::default()), EMERGENCY_TEXT);
        let ours = said(&practice, spanish);
        assert!(ours.contains("911") && ours.contains("988"), "{ours}");
        assert_ne!(ours, EMERGENCY_TEXT);
        practice.emergency_text = "Call us.".to_owned();
        assert_eq!(said(&practice, spanish), "Call us.");
    }
}
