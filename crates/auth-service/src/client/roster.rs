//! Reading a roster file (CSV). Nothing here touches the database.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::address::Address;
use crate::sheet::{self, Cells};

pub use crate::sheet::{BadRow, SheetError as RosterError};

const COLUMNS: [&str; 10] = [
    "firstname",
    "lastname",
    "preferredname",
    "email",
    "phone",
    "clinicianemail",
    "externalid",
    "dateofbirth",
    "language",
    "holder",
];
const REQUIRED: [(&str, &str); 2] = [("firstname", "first name"), ("lastname", "last name")];

/// Whose mailbox or phone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Holder {
    /// The client's own.
    #[default]
    OneSelf,
    /// A parent's.
    Parent,
    /// A guardian's.
    Guardian,
    /// A partner's.
    Partner,
    /// Somebody else's.
    Other,
}

impl Holder {
    /// As it is written in the file and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneSelf => "self",
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Partner => "partner",
            Self::Other => "other",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text.to_lowercase().as_str() {
            "" | "self" => Self::OneSelf,
            "parent" => Self::Parent,
            "guardian" => Self::Guardian,
            "partner" => Self::Partner,
            "other" => Self::Other,
            _ => return None,
        })
    }
}

/// One row. A column that the file does not have is `None`; an empty cell is `Some("")`.
pub struct Row {
    /// Its line in the file; the header is line 1.
    pub line: u64,
    /// Required.
    pub first_name: String,
    /// Required.
    pub last_name: String,
    /// What the client likes to be called.
    pub preferred_name: Option<String>,
    /// Where mail reaches the client.
    pub email: Option<Address>,
    /// True where the file has a column for it.
    pub has_email: bool,
    /// The number on file.
    pub phone: Option<String>,
    /// The clinician who answers for the client.
    pub clinician: Option<Address>,
    /// True where the file has a column for it.
    pub has_clinician: bool,
    /// The client's number in the practice's other systems.
    pub external_id: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Whose mailbox it is.
    pub holder: Holder,
}

/// A file that was read.
pub struct Roster {
    /// Rows that can be imported.
    pub rows: Vec<Row>,
    /// Rows that cannot.
    pub bad: Vec<BadRow>,
    /// Columns that are left out, as they are written in the file.
    pub unknown: Vec<String>,
}

impl Roster {
    /// Reads a whole file.
    pub fn read(bytes: &[u8]) -> Result<Self, RosterError> {
        let mut roster = Self {
            rows: Vec::new(),
            bad: Vec::new(),
            unknown: Vec::new(),
        };
        let mut seen = BTreeMap::new();
        roster.unknown = sheet::read(bytes, &COLUMNS, &REQUIRED, |line, cells| {
            let read = read_row(line, &cells).and_then(|row| {
                agrees(&mut seen, &row)?;
                Ok(row)
            });
            match read {
                Ok(row) => roster.rows.push(row),
                Err(reason) => roster.bad.push(BadRow { line, reason }),
            }
        })?;
        Ok(roster)
    }
}

fn read_row(line: u64, cells: &Cells<'_>) -> Result<Row, String> {
    cells.check()?;
    let name = |column, words: &str| match cells.text(column)? {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(format!("the {words} is missing")),
    };
    let holder = cells.text("holder")?.unwrap_or_default();
    Ok(Row {
        line,
        first_name: name("firstname", "first name")?,
        last_name: name("lastname", "last name")?,
        preferred_name: cells.text("preferredname")?,
        email: cells.address("email", "e-mail")?,
        has_email: cells.has("email"),
        phone: cells.text("phone")?.map(phone).transpose()?,
        clinician: cells.address("clinicianemail", "clinician e-mail")?,
        has_clinician: cells.has("clinicianemail"),
        external_id: cells.text("externalid")?.filter(|text| !text.is_empty()),
        birth_date: cells.text("dateofbirth")?.map(birth_date).transpose()?,
        language: cells.text("language")?.map(language).transpose()?,
        holder: Holder::parse(&holder)
            .ok_or("the holder must be self, parent, guardian, partner or other".to_owned())?,
    })
}

impl Row {
    /// What tells one client from another: the external id, else name and birth date.
    #[must_use]
    pub fn identity(&self) -> String {
        self.external_id.as_ref().map_or_else(
            || {
                format!(
                    "name\n{}\n{}\n{}",
                    self.first_name.to_lowercase(),
                    self.last_name.to_lowercase(),
                    self.birth_date.as_deref().unwrap_or_default()
                )
            },
            |id| format!("id\n{id}"),
        )
    }

    /// What must be the same on every row of one client.
    fn details(&self) -> [(&'static str, &str); 5] {
        [
            ("first name", &self.first_name),
            ("last name", &self.last_name),
            (
                "preferred name",
                self.preferred_name.as_deref().unwrap_or_default(),
            ),
            ("phone", self.phone.as_deref().unwrap_or_default()),
            ("language", self.language.as_deref().unwrap_or_default()),
        ]
    }
}

type Details = Vec<(&'static str, String)>;

/// Several rows of one client add addresses; they must not contradict each other.
fn agrees(seen: &mut BTreeMap<String, (u64, Details)>, row: &Row) -> Result<(), String> {
    match seen.entry(row.identity()) {
        Entry::Vacant(place) => {
            let details = row
                .details()
                .map(|(name, value)| (name, value.to_owned()))
                .to_vec();
            place.insert((row.line, details));
            Ok(())
        }
        Entry::Occupied(place) => {
            let (line, details) = place.get();
            let differs = details
                .iter()
                .zip(row.details())
                .find(|((_, one), (_, other))| one != other);
            match differs {
                None => Ok(()),
                Some(((name, _), _)) => Err(format!(
                    "it is the same client as line {line}, but the {name} differs"
                )),
            }
        }
    }
}

fn phone(text: String) -> Result<String, String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fits = text
        .chars()
        .all(|c| c.is_ascii_digit() || " +-().x/".contains(c) || c == 'e' || c == 't');
    if text.is_empty() || (fits && (3..=20).contains(&digits)) {
        Ok(text)
    } else {
        Err("the phone is not a phone number".to_owned())
    }
}

fn birth_date(text: String) -> Result<String, String> {
    if text.is_empty() {
        return Ok(text);
    }
    let date: Option<jiff::civil::Date> = text
        .parse()
        .ok()
        .or_else(|| jiff::civil::Date::strptime("%m/%d/%Y", &text).ok())
        .filter(|date: &jiff::civil::Date| date.year() >= 1900);
    date.map(|date| date.to_string())
        .ok_or_else(|| "the date of birth must be like 1990-12-31 or 12/31/1990".to_owned())
}

fn language(text: String) -> Result<String, String> {
    let fits = text.split('-').all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if text.is_empty() || (fits && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)) {
        Ok(text)
    } else {
        Err("the language must be a tag like en, es or pt-BR".to_owned())
    }
}
