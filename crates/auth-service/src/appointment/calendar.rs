//! Reading sessions from a calendar (iCalendar, RFC 5545), as most programs export one.
//!
//! An event is a session where somebody is invited to it who is on file, by a mail address of
//! theirs. What repeats is laid out for a year; what cannot be understood is refused by the line
//! of its event.

mod event;
mod repeat;

use std::collections::{BTreeMap, BTreeSet};

use calcard::icalendar::{ICalendar, ICalendarComponentType};
use calcard::{Entry, Parser};
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

use super::{AHEAD, Timetable, TimetableError, Whom, Wish, check_length};
use crate::sheet::BadRow;
use event::Event;

pub(super) fn read(
    text: &str,
    zone: &TimeZone,
    now: UnixMillis,
) -> Result<Timetable, TimetableError> {
    let mut table = Timetable::default();
    let mut lines = lines_of_events(text);
    let mut read = Vec::new();
    let mut replaced: BTreeMap<String, BTreeSet<UnixMillis>> = BTreeMap::new();
    let mut found = false;
    for calendar in calendars(text) {
        let zones = event::Zones::of(&calendar, zone);
        let events = calendar
            .components
            .iter()
            .filter(|part| part.component_type == ICalendarComponentType::VEvent);
        for event in events {
            found = true;
            let line = lines.next().unwrap_or_default();
            if let Some(instead_of) = event::instead_of(event, &zones) {
                let uid = event.uid().unwrap_or_default().to_owned();
                replaced.entry(uid).or_default().insert(instead_of);
            }
            match Event::read(line, event, &zones) {
                Ok(None) => table.nobodys += 1,
                Ok(Some(event)) => read.push(event),
                Err(reason) => table.bad.push(BadRow { line, reason }),
            }
        }
    }
    if !found {
        return Err(TimetableError::Calendar);
    }
    let until = UnixMillis(now.0 + AHEAD);
    let none = BTreeSet::new();
    for event in &read {
        match repeat::starts(event, replaced.get(&event.uid).unwrap_or(&none), until) {
            Ok(starts) => table.add(event, &starts),
            Err(reason) => table.bad.push(BadRow {
                line: event.line,
                reason,
            }),
        }
    }
    table.bad.sort_by_key(|row| row.line);
    Ok(table)
}

impl Timetable {
    fn add(&mut self, event: &Event, starts: &[UnixMillis]) {
        for start in starts {
            let end = UnixMillis(start.0 + event.length);
            if let Err(reason) = check_length(*start, end) {
                let line = event.line;
                return self.bad.push(BadRow { line, reason });
            }
            self.wishes.push(Wish {
                line: event.line,
                whom: Whom::Mail(event.invited.clone()),
                with: event.people.clone(),
                start: *start,
                end,
            });
        }
    }
}

/// What can be read of a file; the rest of a broken one is left out.
fn calendars(text: &str) -> Vec<ICalendar> {
    let mut parser = Parser::new(text);
    let mut found = Vec::new();
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => found.push(calendar),
            Entry::Eof | Entry::TooManyComponents => return found,
            _ => {}
        }
    }
}

/// The lines where events begin, in their order.
fn lines_of_events(text: &str) -> impl Iterator<Item = u64> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.trim_end().eq_ignore_ascii_case("BEGIN:VEVENT"))
        .map(|(number, _)| number)
}
