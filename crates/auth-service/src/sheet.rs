//! A sheet (CSV) with a header row, as people save it from their other programs.

use std::collections::BTreeMap;

use crate::address::Address;

/// Longest cell, in characters.
const LONGEST: usize = 200;

/// A sheet of which nothing can be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SheetError {
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

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file.
    pub line: u64,
    /// What is wrong with it, in words; never a value of it.
    pub reason: String,
}

/// Reads each row after the header, with its line. Gives the columns that nobody knows.
pub(crate) fn read(
    bytes: &[u8],
    known: &'static [&'static str],
    required: &[(&'static str, &'static str)],
    mut row: impl FnMut(u64, Cells<'_>),
) -> Result<Vec<String>, SheetError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.byte_records();
    let header = records
        .next()
        .and_then(Result::ok)
        .ok_or(SheetError::Empty)?;
    let columns = Columns::of(&header, known, required)?;
    let mut lines = Lines::of(bytes);
    for record in records {
        let Ok(record) = record else { break };
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        row(
            line,
            Cells {
                columns: &columns,
                record: &record,
            },
        );
    }
    Ok(columns.unknown)
}

/// The cells of one row.
pub(crate) struct Cells<'r> {
    columns: &'r Columns,
    record: &'r csv::ByteRecord,
}

impl Cells<'_> {
    /// Whether it has as many as the header.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (has, width) = (self.record.len(), self.columns.width);
        if has == width {
            Ok(())
        } else {
            Err(format!("it has {has} cells, the header has {width}"))
        }
    }

    /// Whether the sheet has this column.
    pub(crate) fn has(&self, name: &'static str) -> bool {
        self.columns.at.contains_key(name)
    }

    /// The text in a column, trimmed; `None` where there is no such column.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, String> {
        let Some(index) = self.columns.at.get(name) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(self.record.get(*index).unwrap_or_default())
            .map_err(|_| "it is not UTF-8; save the file as UTF-8".to_owned())?
            .trim();
        if text.chars().count() > LONGEST {
            return Err(format!("a cell is longer than {LONGEST} characters"));
        }
        if text.chars().any(char::is_control) {
            return Err("a cell holds a control character".to_owned());
        }
        Ok(Some(text.to_owned()))
    }

    /// The mail address in a column, if there is one.
    pub(crate) fn address(
        &self,
        name: &'static str,
        words: &str,
    ) -> Result<Option<Address>, String> {
        match self.text(name)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => Address::parse(&text)
                .map(Some)
                .ok_or_else(|| format!("the {words} is not an e-mail address")),
        }
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
    fn of(
        header: &csv::ByteRecord,
        known: &'static [&'static str],
        required: &[(&'static str, &'static str)],
    ) -> Result<Self, SheetError> {
        let mut at = BTreeMap::new();
        let mut unknown = Vec::new();
        for (index, cell) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(cell);
            let plain: String = name
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '_')
                .flat_map(char::to_lowercase)
                .collect();
            match known.iter().find(|known| **known == plain) {
                None => unknown.push(name.trim().to_owned()),
                Some(known) => {
                    if at.insert(*known, index).is_some() {
                        return Err(SheetError::Twice(name.trim().to_owned()));
                    }
                }
            }
        }
        for (column, words) in required {
            if !at.contains_key(column) {
                return Err(SheetError::Missing(words));
            }
        }
        Ok(Self {
            at,
            width: header.len(),
            unknown,
        })
    }
}
