//! When nothing rings: the quiet hours of the settings, and what the person wanted for now.

use std::path::Path;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use latchkey_protocol::UnixMillis;
use latchkey_view::QuietDay;
use serde::{Deserialize, Serialize};

use crate::clock::later;

/// The file's name, below the state folder.
pub const QUIET_FILE: &str = "quiet.json";

/// How long a session takes.
pub const SESSION: i64 = 50 * 60 * 1000;
/// No "until tomorrow" is longer.
const LONGEST_BY_HAND: i64 = 36 * 60 * 60 * 1000;
/// When tomorrow begins for somebody who wants quiet until then.
const MORNING: i8 = 7;
/// Whoever is up before this counts it to the day before.
const NIGHT_ENDS: i8 = 4;
/// How far ahead quiet hours that follow each other are counted.
const WEEK: i64 = 8;

/// What the person wanted for now; it survives an agent that starts anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuietMark {
    /// In a session until then.
    pub in_session: Option<UnixMillis>,
    /// Quiet until then.
    pub by_hand: Option<UnixMillis>,
}

impl QuietMark {
    /// As it was kept.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        std::fs::read(folder.join(QUIET_FILE))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// Without what is over. A clock that was set back, or a file that was written by hand,
    /// makes no quiet longer than a person could have wanted it.
    #[must_use]
    pub fn at(self, now: UnixMillis) -> Self {
        let ahead = |until: Option<UnixMillis>, longest| {
            until
                .filter(|until| *until > now)
                .map(|until| until.min(later(now, longest)))
        };
        Self {
            in_session: ahead(self.in_session, SESSION),
            by_hand: ahead(self.by_hand, LONGEST_BY_HAND),
        }
    }
}

/// What the settings' quiet hours say of a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// It is quiet until then.
    pub until: Option<UnixMillis>,
    /// When this may be otherwise.
    pub next: UnixMillis,
}

impl Hours {
    /// Of that moment. Hours that follow each other without a gap are one.
    #[must_use]
    pub fn of(days: &[QuietDay; 7], at: UnixMillis, zone: &TimeZone) -> Self {
        let tomorrow = later(at, 24 * 60 * 60 * 1000);
        let Some(here) = local(at, zone) else {
            return Self {
                until: None,
                next: tomorrow,
            };
        };
        // Those of yesterday may not be over.
        let spans: Vec<(UnixMillis, UnixMillis)> = (-1..WEEK)
            .filter_map(|ahead| span(days, day_after(here.date(), ahead)?, zone))
            .collect();
        let mut until = None;
        for (from, to) in &spans {
            let reached = until.unwrap_or(at);
            if *from <= reached && reached < *to {
                until = Some(*to);
            }
        }
        let begins = spans
            .iter()
            .map(|(from, _)| *from)
            .filter(|from| *from > at);
        let next = until.or(begins.min()).unwrap_or(tomorrow);
        Self { until, next }
    }
}

/// The quiet hours that begin on this date.
fn span(days: &[QuietDay; 7], date: Date, zone: &TimeZone) -> Option<(UnixMillis, UnixMillis)> {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
    let day = days.get(weekday).filter(|day| day.on)?;
    let ends = if day.to > day.from {
        date
    } else {
        date.tomorrow().ok()?
    };
    Some((
        moment(date.to_datetime(time(day.from)?), zone)?,
        moment(ends.to_datetime(time(day.to)?), zone)?,
    ))
}

/// The morning of the next day, as somebody means it who says "until tomorrow".
#[must_use]
pub fn tomorrow(now: UnixMillis, zone: &TimeZone) -> UnixMillis {
    let morning = || {
        let here = local(now, zone)?;
        let ahead = i64::from(here.hour() >= NIGHT_ENDS);
        let date = day_after(here.date(), ahead)?;
        moment(date.at(MORNING, 0, 0, 0), zone)
    };
    morning().unwrap_or_else(|| later(now, LONGEST_BY_HAND / 3))
}

/// The minute of the day on this computer's clock.
#[must_use]
pub fn minute_of_day(at: UnixMillis, zone: &TimeZone) -> u16 {
    let minute = local(at, zone).map_or(0, |here| {
        60 * i16::from(here.hour()) + i16::from(here.minute())
    });
    u16::try_from(minute).unwrap_or_default()
}

fn local(at: UnixMillis, zone: &TimeZone) -> Option<DateTime> {
    let at = Timestamp::from_millisecond(at.0).ok()?;
    Some(zone.to_datetime(at))
}

fn day_after(date: Date, days: i64) -> Option<Date> {
    date.checked_add(days.days()).ok()
}

fn time(minutes: u16) -> Option<Time> {
    let (hour, minute) = (minutes / 60, minutes % 60);
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

/// An hour that a change of the clocks leaves out is the one after it.
fn moment(local: DateTime, zone: &TimeZone) -> Option<UnixMillis> {
    let at = zone.to_timestamp(local).ok()?;
    Some(UnixMillis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UnixMillis {
        UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    const NONE: QuietDay = QuietDay {
        on: false,
        from: 18 * 60,
        to: 8 * 60,
    };
    const NIGHT: QuietDay = QuietDay { on: true, ..NONE };
    const ALL_DAY: QuietDay = QuietDay {
        on: true,
        from: 0,
        to: 0,
    };

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let mut days = [NONE; 7];
        days[0] = NIGHT;
        // Monday, 2023-11-13.
        for (moment, quiet) in [
            ("2023-11-13T07:00:00Z", false),
            ("2023-11-13T17:59:59Z", false),
            ("2023-11-13T18:00:00Z", true),
            ("2023-11-14T07:59:59Z", true),
            ("2023-11-14T08:00:00Z", false),
            ("2023-11-14T18:00:00Z", false),
        ] {
            let hours = Hours::of(&days, at(moment), &TimeZone::UTC);
            assert_eq!(hours.until.is_some(), quiet, "{moment}");
            assert!(hours.next > at(moment), "{moment}");
        }
        let before = Hours::of(&days, at("2023-11-13T12:00:00Z"), &TimeZone::UTC);
        assert_eq!(before.next, at("2023-11-13T18:00:00Z"));
    }

    #[test]
    fn a_weekend_without_a_gap_is_one_quiet() {
        let mut days = [NONE; 7];
        days[4] = QuietDay { to: 0, ..NIGHT };
        (days[5], days[6]) = (ALL_DAY, ALL_DAY);
        // Friday, 2023-11-17, until Monday's first minute.
        let hours = Hours::of(&days, at("2023-11-17T20:00:00Z"), &TimeZone::UTC);
        assert_eq!(hours.until, Some(at("2023-11-20T00:00:00Z")));
    }

    #[test]
    fn a_quiet_week_without_an_end_is_looked_at_again() {
        let now = at("2023-11-17T20:00:00Z");
        let hours = Hours::of(&[ALL_DAY; 7], now, &TimeZone::UTC);
        assert!(hours.until.unwrap() > now);
    }

    #[test]
    fn the_hours_are_those_of_the_clock_on_the_wall() {
        let mut days = [NONE; 7];
        days[6] = QuietDay {
            on: true,
            from: 2 * 60 + 30,
            to: 4 * 60,
        };
        // On 2024-03-31 no clock in Berlin shows 2:30.
        let hours = Hours::of(&days, at("2024-03-31T00:00:00Z"), &berlin());
        assert_eq!(hours.next, at("2024-03-31T01:30:00Z"));
        let hours = Hours::of(&days, at("2024-03-31T01:45:00Z"), &berlin());
        assert_eq!(hours.until, Some(at("2024-03-31T02:00:00Z")));
    }

    #[test]
    fn tomorrow_is_the_next_morning_and_not_the_next_midnight() {
        for (now, morning) in [
            ("2023-11-13T17:00:00Z", "2023-11-14T06:00:00Z"),
            ("2023-11-14T00:30:00Z", "2023-11-14T06:00:00Z"),
            ("2023-11-14T04:00:00Z", "2023-11-15T06:00:00Z"),
        ] {
            assert_eq!(tomorrow(at(now), &berlin()), at(morning), "{now}");
        }
        assert_eq!(
            minute_of_day(at("2023-11-13T06:05:00Z"), &berlin()),
            7 * 60 + 5
        );
    }

    #[test]
    fn no_file_and_no_clock_makes_a_quiet_longer_than_anybody_wanted_it() {
        let now = at("2023-11-13T17:00:00Z");
        let mark = QuietMark {
            in_session: Some(UnixMillis(i64::MAX)),
            by_hand: Some(UnixMillis(now.0 - 1)),
        };
        let kept = mark.at(now);
        assert_eq!(kept.in_session, Some(later(now, SESSION)));
        assert_eq!(kept.by_hand, None);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(QUIET_FILE), "{").unwrap();
        assert_eq!(QuietMark::read(folder.path()), QuietMark::default());
    }
}
