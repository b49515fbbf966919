//! When an event is: once, or again and again.
//!
//! A rule speaks of the clock on the wall, so it is laid out in that; each time is then found
//! in its zone, and a weekly session stays at five o'clock when the clocks change.

use std::collections::BTreeSet;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarValue,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

use super::event::{Event, civil, day};

/// From its first day on no session has been held more often.
const MOST: usize = 10_000;

/// When an event begins, up to `until`. Other events of its series stand in place of some.
pub(super) fn starts(
    event: &Event,
    replaced: &BTreeSet<UnixMillis>,
    until: UnixMillis,
) -> Result<Vec<UnixMillis>, String> {
    if event.cancelled {
        return Ok(Vec::new());
    }
    let first = event.start.at(event.start.civil)?;
    let Some(rule) = &event.rule else {
        let mut starts = event.more.clone();
        starts.push(first);
        return Ok(kept(event, replaced, starts, until));
    };
    let laid_out = lay_out(event.start.civil, rule, &event.start.zone)?;
    let mut starts = event.more.clone();
    let whole = laid_out.len() < MOST;
    for civil in laid_out {
        starts.push(event.start.at(civil)?);
    }
    if !whole && starts.last().is_none_or(|last| *last < until) {
        return Err("it repeats more often than can be read".to_owned());
    }
    Ok(kept(event, replaced, starts, until))
}

fn kept(
    event: &Event,
    replaced: &BTreeSet<UnixMillis>,
    mut starts: Vec<UnixMillis>,
    until: UnixMillis,
) -> Vec<UnixMillis> {
    let is_replaced = |start: &UnixMillis| !event.is_exception && replaced.contains(start);
    let is_left_out = |start: &UnixMillis| {
        event.except.contains(start)
            || Timestamp::from_millisecond(start.0).is_ok_and(|at| {
                let day = at.to_zoned(event.start.zone.clone()).date();
                event.except_days.contains(&day)
            })
    };
    starts.retain(|start| *start <= until && !is_replaced(start) && !is_left_out(start));
    starts
}

/// What a rule says, by the clock on the wall.
fn lay_out(
    start: DateTime,
    rule: &ICalendarRecurrenceRule,
    zone: &TimeZone,
) -> Result<Vec<DateTime>, String> {
    let unreadable = || "how it repeats cannot be read".to_owned();
    let mut rule = rule.clone();
    if let Some(last) = &rule.until {
        rule.until = Some(written(until(last, zone)?));
    }
    let entry = |name, value| ICalendarEntry {
        name,
        params: Vec::new(),
        values: vec![value],
    };
    let calendar = ICalendar {
        components: vec![ICalendarComponent {
            component_type: ICalendarComponentType::VEvent,
            entries: vec![
                entry(
                    ICalendarProperty::Dtstart,
                    ICalendarValue::PartialDateTime(Box::new(written(start))),
                ),
                entry(
                    ICalendarProperty::Rrule,
                    ICalendarValue::RecurrenceRule(Box::new(rule)),
                ),
            ],
            component_ids: Vec::new(),
        }],
    };
    let laid_out = calendar.expand_dates(Tz::Floating, MOST);
    if !laid_out.errors.is_empty() || laid_out.events.is_empty() {
        return Err(unreadable());
    }
    laid_out
        .events
        .iter()
        .map(|event| {
            let seconds = event.start.naive_local().and_utc().timestamp();
            let at = Timestamp::from_second(seconds).map_err(|_| unreadable())?;
            Ok(at.to_zoned(TimeZone::UTC).datetime())
        })
        .collect()
}

/// The last moment a rule allows, by the clock on the wall; a day alone is the whole of it.
fn until(last: &PartialDateTime, zone: &TimeZone) -> Result<DateTime, String> {
    if last.hour.is_none() {
        return Ok(day(last)?.at(23, 59, 59, 0));
    }
    let civil = civil(last)?;
    if last.tz_hour.is_none() {
        return Ok(civil);
    }
    let at = TimeZone::UTC.to_ambiguous_zoned(civil).compatible();
    let at = at.map_err(|_| "how it repeats cannot be read".to_owned())?;
    Ok(at.with_time_zone(zone.clone()).datetime())
}

fn written(civil: DateTime) -> PartialDateTime {
    let part = |part: i8| u8::try_from(part).ok();
    PartialDateTime {
        year: u16::try_from(civil.year()).ok(),
        month: part(civil.month()),
        day: part(civil.day()),
        hour: part(civil.hour()),
        minute: part(civil.minute()),
        second: part(civil.second()),
        ..PartialDateTime::default()
    }
}
