//! A roster file, as an operator might have got it from anywhere.

use crate::address::Address;
use crate::client::{Roster, Row};

/// Whatever a file holds: what is taken from it is whole, clean and bounded, its bad
/// rows are named without quoting them, and written anew it is read the same.
pub fn roster(data: &[u8]) {
    let Ok(roster) = Roster::read(data) else {
        return;
    };
    let mut last = 1;
    for row in &roster.rows {
        assert!(row.line > last, "rows come in the order of the file");
        last = row.line;
        clean(row);
    }
    for bad in &roster.bad {
        assert!(bad.line > 1 && bad.reason.is_ascii() && bad.reason.len() < 120);
    }
    let Some(first) = roster.rows.first() else {
        return;
    };
    let file = written(&roster.rows, first);
    let again = Roster::read(file.as_bytes()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((again.bad, again.unknown), (vec![], vec![]));
    let facts = |rows: &[Row]| rows.iter().map(cells).collect::<Vec<_>>();
    assert!(facts(&again.rows) == facts(&roster.rows));
}

fn clean(row: &Row) {
    for cell in cells(row).into_iter().flatten() {
        assert_eq!(cell.trim(), cell);
        assert!(cell.chars().count() <= 254 && !cell.chars().any(char::is_control));
    }
    assert!(!row.first_name.is_empty() && !row.last_name.is_empty());
    assert!(row.phone.as_deref().is_none_or(str::is_ascii));
    let date = |text: &str| text.is_empty() || text.parse::<jiff::civil::Date>().is_ok();
    assert!(row.birth_date.as_deref().is_none_or(date));
    assert!(row.language.as_deref().is_none_or(str::is_ascii));
}

/// A file with the columns that the first row has.
fn written(rows: &[Row], first: &Row) -> String {
    let names = [
        "first name",
        "last name",
        "preferred name",
        "email",
        "phone",
        "clinician email",
        "external id",
        "date of birth",
        "language",
        "holder",
    ];
    let there: Vec<bool> = cells(first).iter().map(Option::is_some).collect();
    let line = |cells: Vec<Option<String>>| {
        cells
            .iter()
            .zip(&there)
            .filter(|(_, there)| **there)
            .map(|(cell, _)| format!("\"{}\"", cell.as_deref().unwrap_or("").replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(",")
    };
    let header = names.map(|name| Some(name.to_owned())).to_vec();
    [line(header)]
        .into_iter()
        .chain(rows.iter().map(|row| line(cells(row))))
        .collect::<Vec<_>>()
        .join("\r\n")
}

fn cells(row: &Row) -> Vec<Option<String>> {
    let address = |there: bool, address: &Option<Address>| {
        there.then(|| {
            address
                .as_ref()
                .map_or_else(String::new, |address| address.reveal().to_owned())
        })
    };
    vec![
        Some(row.first_name.clone()),
        Some(row.last_name.clone()),
        row.preferred_name.clone(),
        address(row.has_email, &row.email),
        row.phone.clone(),
        address(row.has_clinician, &row.clinician),
        Some(row.external_id.clone().unwrap_or_default()),
        row.birth_date.clone(),
        row.language.clone(),
        Some(row.holder.as_str().to_owned()),
    ]
}
