//! When clients have their sessions, as the practice's calendar says it: who, with whom, from
//! when until when, and nothing else. A request tells when its client's next session is.

mod calendar;
mod import;
mod table;

use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

use crate::address::Address;
use crate::clock::{DAY, MINUTE};
use crate::sheet::{BadRow, SheetError};

pub use import::{Imported, import};

/// Nobody's session is longer; what is, is a holiday or a mistake.
const LONGEST: i64 = DAY;
/// What lies further ahead, and what repeats without end, is read when that time comes nearer.
pub const AHEAD: i64 = 366 * DAY;
/// Whose session begins this soon is raised sooner, where they seem stuck.
pub const SOON: i64 = 30 * MINUTE;

/// One session as a file says it.
#[derive(Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its line in the file.
    pub line: u64,
    /// The client.
    pub whom: Whom,
    /// The clinician, by one of these addresses, where the file names one.
    pub with: Vec<Address>,
    /// From when.
    pub start: UnixMillis,
    /// Until when.
    pub end: UnixMillis,
}

/// How a file names a client.
#[derive(Clone, PartialEq, Eq)]
pub enum Whom {
    /// By the number in the practice's other systems.
    ExternalId(String),
    /// By first and last name.
    Name(String, String),
    /// By one of these mail addresses.
    Mail(Vec<Address>),
}

/// A file that was read.
#[derive(Default)]
pub struct Timetable {
    /// What can be imported.
    pub wishes: Vec<Wish>,
    /// What cannot.
    pub bad: Vec<BadRow>,
    /// Columns that are left out, as they are written in the file.
    pub unknown: Vec<String>,
    /// Events of a calendar that nobody is invited to: no sessions.
    pub nobodys: usize,
}

/// A file of which nothing can be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TimetableError {
    /// A sheet.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A calendar.
    #[error("the file is no calendar (.ics): it has no event that can be read")]
    Calendar,
}

impl Timetable {
    /// Reads a whole file, a calendar or a sheet. Times without a zone are the practice's.
    pub fn read(bytes: &[u8], zone: &TimeZone, now: UnixMillis) -> Result<Self, TimetableError> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.trim_ascii_start().get(..15).unwrap_or_default();
        if first.eq_ignore_ascii_case(b"BEGIN:VCALENDAR") {
            calendar::read(&String::from_utf8_lossy(text), zone, now)
        } else {
            Ok(table::read(bytes, zone)?)
        }
    }
}

/// Whether somebody could have a session of that length.
fn check_length(start: UnixMillis, end: UnixMillis) -> Result<(), String> {
    if end <= start {
        Err("it ends before it begins".to_owned())
    } else if end.0 - start.0 > LONGEST {
        Err("it is longer than a day".to_owned())
    } else {
        Ok(())
    }
}
