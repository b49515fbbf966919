//! A table as a file that a spreadsheet opens, in the folder for what a person saves.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// More than these are no table of ours.
const MOST_ROWS: usize = 5_000;
const MOST_CELLS: usize = 60;
const LONGEST_CELL: usize = 300;
/// So many of one name lie there at most.
const MOST_FILES: u32 = 100;

/// A table to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet(Vec<Vec<String>>);

impl Sheet {
    /// Of these rows; nothing where they are no table of ours.
    #[must_use]
    pub fn of(rows: Vec<Vec<String>>) -> Option<Self> {
        let fits = !rows.is_empty()
            && rows.len() <= MOST_ROWS
            && rows.iter().all(|row| row.len() <= MOST_CELLS)
            && rows.iter().flatten().all(|cell| cell.len() <= LONGEST_CELL);
        fits.then_some(Self(rows))
    }

    /// As CSV (RFC 4180), each cell quoted, and none that a spreadsheet would reckon with
    /// (RULES A5). The mark at the beginning has it read as UTF-8.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "\u{feff}".to_owned();
        for row in &self.0 {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }

    /// Puts it there under a name that no other file has; no file is written over.
    ///
    /// # Errors
    /// What the file system says.
    pub fn save(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        for number in 1..=MOST_FILES {
            let name = match number {
                1 => format!("{name}.csv"),
                _ => format!("{name} ({number}).csv"),
            };
            let path = folder.join(name);
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(mut file) => {
                    let written = file
                        .write_all(self.csv().as_bytes())
                        .and_then(|()| file.sync_all());
                    if written.is_err() {
                        // Half a table is none.
                        let _ = std::fs::remove_file(&path);
                    }
                    return written.map(|()| path);
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

fn quoted(cell: &str) -> String {
    let clean: String = cell
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let reckons = clean.trim_start().starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    let guard = if reckons { "'" } else { "" };
    format!("\"{guard}{}\"", clean.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(cells: &[&str]) -> Sheet {
        Sheet::of(vec![cells.iter().map(|cell| (*cell).to_owned()).collect()]).unwrap()
    }

    // RULES A5
    #[test]
    fn no_cell_is_reckoned_with_or_leaves_its_place() {
        for (cell, written) in [
            ("plain", "\"plain\""),
            ("=1+1", "\"'=1+1\""),
            ("  @SUM(A1)", "\"'  @SUM(A1)\""),
            ("+44", "\"'+44\""),
            ("-2", "\"'-2\""),
            ("\t=cmd", "\"' =cmd\""),
            ("\u{ff1d}1", "\"'\u{ff1d}1\""),
            ("a\",\"b\r\n=1", "\"a\"\",\"\"b  =1\""),
            ("", "\"\""),
        ] {
            assert_eq!(
                sheet(&[cell]).csv(),
                format!("\u{feff}{written}\r\n"),
                "{cell:?}"
            );
        }
        assert_eq!(sheet(&["a", "1"]).csv(), "\u{feff}\"a\",\"1\"\r\n");
    }

    #[test]
    fn what_is_no_table_of_ours_is_not_taken() {
        let cell = "x".repeat(LONGEST_CELL + 1);
        assert_eq!(Sheet::of(vec![]), None);
        assert_eq!(Sheet::of(vec![vec![cell]]), None);
        assert_eq!(Sheet::of(vec![vec![String::new(); MOST_CELLS + 1]]), None);
        assert_eq!(Sheet::of(vec![vec![]; MOST_ROWS + 1]), None);
    }

    #[test]
    fn a_second_table_lies_beside_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = sheet(&["first"]).save(folder.path(), "weeks").unwrap();
        let second = sheet(&["second"]).save(folder.path(), "weeks").unwrap();
        assert_eq!(first, folder.path().join("weeks.csv"));
        assert_eq!(second, folder.path().join("weeks (2).csv"));
        let text = std::fs::read_to_string(first).unwrap();
        assert!(text.contains("first"), "{text}");
        let nowhere = folder.path().join("nowhere");
        assert!(sheet(&["third"]).save(&nowhere, "weeks").is_err());
    }
}
