//! One event of a calendar: when it is, how it repeats, and who is there.

use std::collections::{BTreeMap, BTreeSet};

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarEntry, ICalendarParameterName, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarStatus, ICalendarValue,
};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

use crate::address::Address;

/// An event as far as it matters here: never its title or its text.
pub(super) struct Event {
    pub(super) line: u64,
    /// Events of one name are one series.
    pub(super) uid: String,
    pub(super) start: Moment,
    /// How long it is.
    pub(super) length: i64,
    pub(super) rule: Option<ICalendarRecurrenceRule>,
    /// More starts beside the rule's.
    pub(super) more: Vec<UnixMillis>,
    /// Starts that are left out, and days of which all are.
    pub(super) except: BTreeSet<UnixMillis>,
    pub(super) except_days: BTreeSet<Date>,
    /// It stands in place of another one of its series.
    pub(super) is_exception: bool,
    pub(super) cancelled: bool,
    /// Who is invited.
    pub(super) invited: Vec<Address>,
    /// They, and who invites.
    pub(super) people: Vec<Address>,
}

/// A time by the clock on a wall, and where that hangs.
pub(super) struct Moment {
    pub(super) civil: DateTime,
    pub(super) zone: TimeZone,
}

impl Moment {
    /// As RFC 5545 has it: what is there twice is the first one, what is not there is as late
    /// after midnight as it would have been.
    pub(super) fn at(&self, civil: DateTime) -> Result<UnixMillis, String> {
        let zoned = self.zone.to_ambiguous_zoned(civil).compatible();
        let zoned = zoned.map_err(|_| "its time is out of range".to_owned())?;
        Ok(UnixMillis(zoned.timestamp().as_millisecond()))
    }
}

/// The time zones that a calendar names.
pub(super) struct Zones {
    named: BTreeMap<String, TimeZone>,
    own: TimeZone,
}

impl Zones {
    pub(super) fn of(calendar: &ICalendar, own: &TimeZone) -> Self {
        let named = calendar
            .timezones()
            .filter_map(|part| {
                let (name, zone) = part.timezone()?;
                Some((name.to_owned(), known(&zone.name()?)?))
            })
            .collect();
        Self {
            named,
            own: own.clone(),
        }
    }

    fn get(&self, name: &str) -> Result<TimeZone, String> {
        let of_its_name = || known(&name.parse::<Tz>().ok()?.name()?);
        self.named
            .get(name)
            .cloned()
            .or_else(of_its_name)
            .ok_or_else(|| "its time zone is not known".to_owned())
    }

    /// Where the clock hangs that a value is read from.
    fn zone(&self, entry: &ICalendarEntry, value: &PartialDateTime) -> Result<TimeZone, String> {
        match (value.tz_hour, entry.tz_id()) {
            (Some(0), _) if value.tz_minute.unwrap_or_default() == 0 => Ok(TimeZone::UTC),
            (Some(_), _) => Err("its time has an offset, which calendars do not have".to_owned()),
            (None, Some(name)) => self.get(name),
            (None, None) => Ok(self.own.clone()),
        }
    }
}

fn known(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

impl Event {
    /// `None` where nobody is invited to it.
    pub(super) fn read(
        line: u64,
        part: &ICalendarComponent,
        zones: &Zones,
    ) -> Result<Option<Self>, String> {
        let invited = people(part, &ICalendarProperty::Attendee);
        if invited.is_empty() {
            return Ok(None);
        }
        let mut people = people(part, &ICalendarProperty::Organizer);
        people.extend(invited.iter().cloned());
        let start = part.property(&ICalendarProperty::Dtstart);
        let (entry, value) = start
            .and_then(|entry| Some((entry, date_time(entry.values.first()?)?)))
            .ok_or("its start is missing, or cannot be read")?;
        let mut event = Self {
            line,
            uid: part.uid().unwrap_or_default().to_owned(),
            start: Moment {
                civil: civil(value)?,
                zone: zones.zone(entry, value)?,
            },
            length: 0,
            rule: None,
            more: Vec::new(),
            except: BTreeSet::new(),
            except_days: BTreeSet::new(),
            is_exception: part.has_property(&ICalendarProperty::RecurrenceId),
            cancelled: matches!(part.status(), Some(ICalendarStatus::Cancelled)),
            invited,
            people,
        };
        event.length = length(part, &event.start, zones)?;
        for entry in &part.entries {
            event.take(entry, zones)?;
        }
        Ok(Some(event))
    }

    /// What else says when it is.
    fn take(&mut self, entry: &ICalendarEntry, zones: &Zones) -> Result<(), String> {
        match entry.name {
            ICalendarProperty::Rrule => match entry.values.first() {
                Some(ICalendarValue::RecurrenceRule(rule)) if self.rule.is_none() => {
                    self.rule = Some(rule.as_ref().clone());
                }
                _ => return Err("how it repeats cannot be read".to_owned()),
            },
            ICalendarProperty::RecurrenceId => {
                if entry.has_parameter(&ICalendarParameterName::Range) {
                    return Err("it changes all that follow in its series; \
                                have the calendar export the series anew"
                        .to_owned());
                }
                moments(entry, zones)?;
            }
            ICalendarProperty::Rdate => self.more.extend(moments(entry, zones)?),
            ICalendarProperty::Exdate => {
                for value in &entry.values {
                    let value = date_time(value).ok_or("a date left out cannot be read")?;
                    match civil(value) {
                        Ok(civil) => {
                            let zone = zones.zone(entry, value)?;
                            self.except.insert(Moment { civil, zone }.at(civil)?);
                        }
                        Err(_) => drop(self.except_days.insert(day(value)?)),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The start in whose place an event of a series stands.
pub(super) fn instead_of(part: &ICalendarComponent, zones: &Zones) -> Option<UnixMillis> {
    let entry = part.property(&ICalendarProperty::RecurrenceId)?;
    moments(entry, zones).ok()?.first().copied()
}

/// Every time in a list.
fn moments(entry: &ICalendarEntry, zones: &Zones) -> Result<Vec<UnixMillis>, String> {
    let moment = |value| {
        let value = date_time(value).ok_or("a date of its series cannot be read")?;
        let (civil, zone) = (civil(value)?, zones.zone(entry, value)?);
        Moment { civil, zone }.at(civil)
    };
    entry.values.iter().map(moment).collect()
}

fn length(part: &ICalendarComponent, start: &Moment, zones: &Zones) -> Result<i64, String> {
    let end = part.property(&ICalendarProperty::Dtend);
    if let Some((entry, value)) =
        end.and_then(|entry| Some((entry, date_time(entry.values.first()?)?)))
    {
        let (civil, zone) = (civil(value)?, zones.zone(entry, value)?);
        return Ok(Moment { civil, zone }.at(civil)?.0 - start.at(start.civil)?.0);
    }
    let lasts = part.property(&ICalendarProperty::Duration);
    match lasts.and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Duration(lasts)) => lasts
            .to_time_delta()
            .map(|lasts| lasts.num_milliseconds())
            .ok_or_else(|| "how long it is cannot be read".to_owned()),
        _ => Err("it does not say when it ends".to_owned()),
    }
}

/// The mail addresses of one kind of people.
fn people(part: &ICalendarComponent, kind: &ICalendarProperty) -> Vec<Address> {
    part.properties(kind)
        .filter_map(|entry| Address::parse(entry.calendar_address()?.trim()))
        .collect()
}

fn date_time(value: &ICalendarValue) -> Option<&PartialDateTime> {
    match value {
        ICalendarValue::PartialDateTime(value) => Some(value),
        _ => None,
    }
}

pub(super) fn day(value: &PartialDateTime) -> Result<Date, String> {
    let part = |part: Option<u8>| i8::try_from(part.unwrap_or_default()).unwrap_or(-1);
    let year = i16::try_from(value.year.unwrap_or_default()).unwrap_or(-1);
    Date::new(year, part(value.month), part(value.day))
        .map_err(|_| "a date of it is on no calendar".to_owned())
}

pub(super) fn civil(value: &PartialDateTime) -> Result<DateTime, String> {
    let Some(hour) = value.hour else {
        return Err("it is on a day, without a time".to_owned());
    };
    let part = |part: u8| i8::try_from(part).unwrap_or(-1);
    // Calendars know leap seconds; a session begins a second earlier.
    let second = value.second.unwrap_or_default().min(59);
    day(value)?
        .to_datetime(jiff::civil::Time::midnight())
        .with()
        .hour(part(hour))
        .minute(part(value.minute.unwrap_or_default()))
        .second(part(second))
        .build()
        .map_err(|_| "its time is on no clock".to_owned())
}
