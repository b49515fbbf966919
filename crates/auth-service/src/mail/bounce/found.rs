//! What can be found in free text: addresses, and enhanced status codes (RFC 3463).

use std::ops::Range;

/// RFC 5321, less the angle brackets.
const LONGEST: usize = 254;

/// Where the addresses of a line stand, from left to right.
pub fn addresses(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in line.match_indices('@') {
        let behind = found.last().map_or(0, |range| range.end);
        let local = line[behind..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| in_local(*c))
            .take(64)
            .last()
            .map(|(start, _)| behind + start);
        let domain = line[at + 1..]
            .char_indices()
            .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '-' | '.'))
            .take(LONGEST)
            .last()
            .map(|(end, c)| at + 1 + end + c.len_utf8());
        let (Some(start), Some(end)) = (local, domain) else {
            continue;
        };
        let start = start + (line[start..at].len() - trimmed(&line[start..at]).len());
        let end = at + 1 + line[at + 1..end].trim_end_matches(['.', '-']).len();
        let (local, domain) = (&line[start..at], &line[at + 1..end]);
        let fits = !local.is_empty()
            // Somebody hid the rest of it.
            && !local.contains("..")
            && domain.contains('.')
            && !domain.starts_with(['.', '-'])
            && !domain.contains("..")
            && !line[end..].starts_with('@');
        if fits {
            found.push(start..end);
        }
    }
    found
}

/// The addresses of a text.
pub fn all(text: &str) -> Vec<String> {
    addresses(text)
        .into_iter()
        .map(|range| text[range].to_owned())
        .collect()
}

/// The first address of a text.
pub fn address(text: &str) -> Option<&str> {
    Some(&text[addresses(text).into_iter().next()?])
}

fn in_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

/// What leads to an address without being of it: `SMTP=`, `'`, a dash.
fn trimmed(local: &str) -> &str {
    let local = local.trim_start_matches(['\'', '`', '*', '-', '.', '/', '=', '|', '&', '?']);
    match local.rsplit_once('=') {
        // X.400, and what gateways make of it.
        Some((name, rest)) if name.len() <= 8 && name.bytes().all(|b| b.is_ascii_uppercase()) => {
            rest
        }
        _ => local,
    }
}

/// The first enhanced status code.
pub fn enhanced(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find_map(|(at, byte)| {
        let lone =
            at == 0 || !matches!(bytes[at - 1], b'0'..=b'9' | b'.' | b'a'..=b'z' | b'A'..=b'Z');
        if !lone || !matches!(byte, b'2' | b'4' | b'5') {
            return None;
        }
        let mut parts = text[at..].splitn(3, '.');
        let (class, subject, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (detail, after) = rest.split_at(digits);
        let number =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        // Four numbers are an address of a computer, not a code.
        let four = after
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let ends = !four && !after.starts_with(|c: char| c.is_alphanumeric());
        (class.len() == 1 && number(subject) && number(detail) && ends)
            .then(|| format!("{class}.{subject}.{detail}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_between_whatever_stands_around_them() {
        for (text, expected) in [
            ("<ada@example.org>: unknown", vec!["ada@example.org"]),
            (
                "c=US;a= ;dda:SMTP=userx@example.COM; on",
                vec!["userx@example.COM"],
            ),
            (
                "'ada@example.org', \"ben.o'neil@example.com\".",
                vec!["ada@example.org", "ben.o'neil@example.com"],
            ),
            ("[SMTP:jo+x=y@example.org]", vec!["jo+x=y@example.org"]),
            (
                "zo\u{e9}@b\u{fc}cher.example said",
                vec!["zo\u{e9}@b\u{fc}cher.example"],
            ),
            (
                "see user@localhost, david...@example.org, @example.org, ada@",
                vec![],
            ),
        ] {
            let found: Vec<&str> = addresses(text)
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_enhanced_code_is_told_from_computers_and_versions() {
        for (text, code) in [
            ("smtp; 550 5.1.1 User unknown", Some("5.1.1")),
            ("no mailbox here by that name. (#5.1.1)", Some("5.1.1")),
            ("4.4.0 (other or undefined)", Some("4.4.0")),
            ("host 5.9.12.4 said", None),
            ("Exim v4.98.2", None),
            ("5.1.1234 and 3.1.1", None),
        ] {
            assert_eq!(enhanced(text).as_deref(), code, "{text}");
        }
    }
}
