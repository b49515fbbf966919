//! A file of sessions, a calendar or a sheet, as an operator might have got it from anywhere.

use jiff::tz::TimeZone;

use super::super::START;
use crate::appointment::Timetable;

/// More would not be laid out of one event.
const MOST: usize = 20_000;

/// Whatever a file holds: it is read to its end, what is taken from it is a session that somebody
/// could have, and what is not is named by its line without quoting it.
pub fn session(data: &[u8]) {
    let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
    let Ok(table) = Timetable::read(data, &zone, START) else {
        return;
    };
    let lines = data
        .iter()
        .filter(|byte| matches!(byte, b'\n' | b'\r'))
        .count() as u64
        + 1;
    for wish in &table.wishes {
        assert!(wish.line <= lines);
        assert!(wish.start < wish.end && wish.end.0 - wish.start.0 <= 24 * 60 * 60 * 1000);
    }
    assert!(table.wishes.len() <= MOST * data.len().div_ceil(20).max(1));
    for bad in &table.bad {
        assert!(bad.line <= lines && bad.reason.is_ascii() && bad.reason.len() < 120);
    }
}
