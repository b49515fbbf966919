//! Blocks of `Name: value`, as the machine-readable parts of reports are written.

use super::found;

/// Fields of one report that are read.
const MOST: usize = 2_000;

/// One field: its name in lower case, its value on one line. Without a name: an empty line.
pub enum Line {
    /// A field.
    Field(String, String),
    /// The end of a block.
    Blank,
}

/// Reads the lines of a part; what is no field is left out.
pub fn lines(text: &str) -> Vec<Line> {
    let mut read: Vec<Line> = Vec::new();
    for line in text.lines().take(MOST) {
        if line.trim().is_empty() {
            read.push(Line::Blank);
        } else if line.starts_with([' ', '\t']) && matches!(read.last(), Some(Line::Field(..))) {
            if let Some(Line::Field(_, value)) = read.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.trim_start().split_once(':') {
            let name = name.trim_end().to_ascii_lowercase();
            let fits =
                name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if fits && !name.is_empty() {
                read.push(Line::Field(name, value.trim().to_owned()));
            }
        }
    }
    read
}

/// `type; value`: the value, where a type is given or not.
pub fn typed(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.trim().len() <= 20 && !kind.contains(['<', '@']) => rest.trim(),
        _ => value.trim(),
    }
}

/// The address in a field such as `rfc822; ada@example.org`.
pub fn address(value: &str) -> Option<String> {
    found::address(typed(value))
        .or_else(|| found::address(value))
        .map(ToOwned::to_owned)
}

/// Whether a text that calls itself something else holds the fields of a delivery report.
pub fn is_delivery_status(text: &str) -> bool {
    let (mut whom, mut what) = (false, false);
    for line in lines(text) {
        if let Line::Field(name, _) = line {
            whom |= matches!(name.as_str(), "final-recipient" | "original-recipient");
            what |= matches!(name.as_str(), "action" | "diagnostic-code");
        }
    }
    whom && what
}

/// Whether it holds those of a complaint (RFC 5965).
pub fn is_feedback(text: &str) -> bool {
    lines(text)
        .iter()
        .any(|line| matches!(line, Line::Field(name, _) if name == "feedback-type"))
}
