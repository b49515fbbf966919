//! Reading sessions from a sheet (CSV), like the roster.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;

use super::{Timetable, Whom, Wish, check_length};
use crate::sheet::{self, BadRow, Cells, SheetError};

const COLUMNS: [&str; 8] = [
    "externalid",
    "email",
    "firstname",
    "lastname",
    "clinicianemail",
    "start",
    "end",
    "timezone",
];
const REQUIRED: [(&str, &str); 2] = [("start", "start"), ("end", "end")];

/// How a day and a time may be written beside RFC 3339.
const FORMS: [&str; 4] = [
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M%p",
    "%m/%d/%Y %H:%M",
];

pub(super) fn read(bytes: &[u8], zone: &TimeZone) -> Result<Timetable, SheetError> {
    let mut table = Timetable::default();
    table.unknown = sheet::read(bytes, &COLUMNS, &REQUIRED, |line, cells| {
        match row(line, &cells, zone) {
            Ok(wish) => table.wishes.push(wish),
            Err(reason) => table.bad.push(BadRow { line, reason }),
        }
    })?;
    Ok(table)
}

fn row(line: u64, cells: &Cells<'_>, zone: &TimeZone) -> Result<Wish, String> {
    cells.check()?;
    let text = |name| -> Result<Option<String>, String> {
        Ok(cells.text(name)?.filter(|text| !text.is_empty()))
    };
    let zone = match text("timezone")? {
        Some(name) => TimeZone::get(&name).map_err(|_| {
            "there is no such time zone; use a name like America/New_York".to_owned()
        })?,
        None => zone.clone(),
    };
    let time = |name| match text(name)? {
        Some(text) => moment(&text, &zone).map_err(|why| format!("the {name} {why}")),
        None => Err(format!("the {name} is missing")),
    };
    let (start, end) = (time("start")?, time("end")?);
    check_length(start, end)?;
    let whom = if let Some(id) = text("externalid")? {
        Whom::ExternalId(id)
    } else if let Some(address) = cells.address("email", "e-mail")? {
        Whom::Mail(vec![address])
    } else if let (Some(first), Some(last)) = (text("firstname")?, text("lastname")?) {
        Whom::Name(first, last)
    } else {
        return Err(
            "it names no client: give the external id, the e-mail or both names".to_owned(),
        );
    };
    let with = cells.address("clinicianemail", "clinician e-mail")?;
    Ok(Wish {
        line,
        whom,
        with: with.into_iter().collect(),
        start,
        end,
    })
}

/// With an offset it is what it says; without one it is the zone's, and must be there once.
fn moment(text: &str, zone: &TimeZone) -> Result<UnixMillis, &'static str> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(UnixMillis(at.as_millisecond()));
    }
    let civil = text
        .parse::<DateTime>()
        .ok()
        // A date alone would be read as midnight.
        .filter(|_| text.contains(':'))
        .or_else(|| {
            FORMS
                .iter()
                .find_map(|form| DateTime::strptime(form, text).ok())
        })
        .ok_or("must be like 2026-03-05 14:00 or 3/5/2026 2:00 PM")?;
    let zoned = zone
        .to_ambiguous_zoned(civil)
        .unambiguous()
        .map_err(|_| "is not there, or there twice, as the clocks change that night")?;
    Ok(UnixMillis(zoned.timestamp().as_millisecond()))
}
