//! An event as a row of a sheet, for whoever reads it in a spreadsheet.

use serde_json::Value;

use super::export::harmless;

/// The columns; the last two hold JSON.
pub(super) const HEADER: [&str; 13] = [
    "position", "time", "kind", "actor", "actor id", "client", "request", "address", "browser",
    "subject", "hash", "body", "personal",
];

/// What is in them.
pub(super) fn cells(line: &Value) -> [String; 13] {
    [
        &line["position"],
        &line["time"],
        &line["kind"],
        &line["actor"]["kind"],
        &line["actor"]["id"],
        &line["client"],
        &line["request"],
        &line["address"],
        &line["browser"],
        &line["subject"],
        &line["hash"],
        &line["body"],
        &line["personal"],
    ]
    .map(|value| match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        other => cell(&other.to_string()),
    })
}

/// A spreadsheet takes what begins so for a formula (RULES A5).
fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES A5
    #[test]
    fn no_cell_is_a_formula_moves_a_cursor_or_breaks_a_row() {
        for hostile in ["=1+1", "+cmd|'/C calc'!A0", "-2", "@SUM(A1)", "\u{ff1d}1"] {
            assert!(cell(hostile).starts_with('\''), "{hostile}");
        }
        let odd = cell("a\u{1b}[2J\u{202e}\r\n=2\t=3");
        assert!(
            !odd.contains(char::is_control) && !odd.contains('\u{202e}'),
            "{odd}"
        );
        assert_eq!(cell("plain, \"quoted\""), "plain, \"quoted\"");
    }
}
