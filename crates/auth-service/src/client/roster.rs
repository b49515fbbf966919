//! Reading a roster file (CSV). Nothing here touches the database.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::address::Address;

const LONGEST: usize = 200;
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

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file.
    pub line: u64,
    /// What is wrong with it, in words; never a value of it.
    pub reason: String,
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

/// A file of which nothing can be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RosterError {
    /// No header row.
    #[error("the file is empty: a header row with the columns' names must come first")]
    Empty,
    /// A column that must be there is not.
    #[error("the file has no column {0:?}")]
    Missing(&'static str),
    /// A column is there twice.
    #[error("the file has the column {0:?} twice")]
    Twice(String),
}

impl Roster {
    /// Reads a whole file.
    pub fn read(bytes: &[u8]) -> Result<Self, RosterError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut records = reader.byte_records();
        let header = records
            .next()
            .and_then(Result::ok)
            .ok_or(RosterError::Empty)?;
        let columns = Columns::of(&header)?;
        let mut roster = Self {
            rows: Vec::new(),
            bad: Vec::new(),
            unknown: columns.unknown.clone(),
        };
        let mut seen = BTreeMap::new();
        let mut lines = Lines::of(bytes);
        for record in records {
            let Ok(record) = record else { break };
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let read = columns.row(line, &record).and_then(|row| {
                agrees(&mut seen, &row)?;
                Ok(row)
            });
            match read {
                Ok(row) => roster.rows.push(row),
                Err(reason) => roster.bad.push(BadRow { line, reason }),
            }
        }
        Ok(roster)
    }
}

/// Counts lines as an editor does. The CSV reader ends a record at the first byte of a
/// `\r\n` and would name the line before.
struct Lines<'f> {
    bytes: &'f [u8],
    read: usize,
    line: u64,
}

impl<'f> Lines<'f> {
    const fn of(bytes: &'f [u8]) -> Self {
        Self {
            bytes,
            read: 0,
            line: 1,
        }
    }

    /// The line of the first character from this byte on that ends none. Bytes ascend.
    fn at(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&next) = self.bytes.get(self.read) {
            if self.read >= from && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.read += 1;
            let goes_on = next == b'\r' && self.bytes.get(self.read) == Some(&b'\n');
            if matches!(next, b'\r' | b'\n') && !goes_on {
                self.line += 1;
            }
        }
        self.line
    }
}

struct Columns {
    at: BTreeMap<&'static str, usize>,
    width: usize,
    unknown: Vec<String>,
}

impl Columns {
    fn of(header: &csv::ByteRecord) -> Result<Self, RosterError> {
        let mut at = BTreeMap::new();
        let mut unknown = Vec::new();
        for (index, cell) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(cell);
            let plain: String = name
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '_')
                .flat_map(char::to_lowercase)
                .collect();
            match COLUMNS.iter().find(|known| **known == plain) {
                None => unknown.push(name.trim().to_owned()),
                Some(known) => {
                    if at.insert(*known, index).is_some() {
                        return Err(RosterError::Twice(name.trim().to_owned()));
                    }
                }
            }
        }
        for (column, words) in [("firstname", "first name"), ("lastname", "last name")] {
            if !at.contains_key(column) {
                return Err(RosterError::Missing(words));
            }
        }
        Ok(Self {
            at,
            width: header.len(),
            unknown,
        })
    }

    fn row(&self, line: u64, record: &csv::ByteRecord) -> Result<Row, String> {
        if record.len() != self.width {
            return Err(format!(
                "it has {} cells, the header has {}",
                record.len(),
                self.width
            ));
        }
        let cell = |name: &'static str| -> Result<Option<String>, String> {
            let Some(index) = self.at.get(name) else {
                return Ok(None);
            };
            let text = std::str::from_utf8(record.get(*index).unwrap_or_default())
                .map_err(|_| "it is not UTF-8; save the file as UTF-8".to_owned())?
                .trim();
            if text.chars().count() > LONGEST {
                return Err(format!("a cell is longer than {LONGEST} characters"));
            }
            if text.chars().any(char::is_control) {
                return Err("a cell holds a control character".to_owned());
            }
            Ok(Some(text.to_owned()))
        };
        let name = |column, words: &str| match cell(column)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(format!("the {words} is missing")),
        };
        let address = |column, words: &str| match cell(column)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => Address::parse(&text)
                .map(Some)
                .ok_or_else(|| format!("the {words} is not an e-mail address")),
        };
        let holder = cell("holder")?.unwrap_or_default();
        Ok(Row {
            line,
            first_name: name("firstname", "first name")?,
            last_name: name("lastname", "last name")?,
            preferred_name: cell("preferredname")?,
            email: address("email", "e-mail")?,
            has_email: self.at.contains_key("email"),
            phone: cell("phone")?.map(phone).transpose()?,
            clinician: address("clinicianemail", "clinician e-mail")?,
            has_clinician: self.at.contains_key("clinicianemail"),
            external_id: cell("externalid")?.filter(|text| !text.is_empty()),
            birth_date: cell("dateofbirth")?.map(birth_date).transpose()?,
            language: cell("language")?.map(language).transpose()?,
            holder: Holder::parse(&holder)
                .ok_or("the holder must be self, parent, guardian, partner or other".to_owned())?,
        })
    }
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
