//! A link as it comes out of a mail program: often whole, sometimes with a bracket or a full
//! stop at its end, an escape of the mail's encoding in it, or cut where its line was broken.
//!
//! What was added is taken off again, which helps nobody who has not got the whole token.
//! What is missing, or has lost its capitals, cannot be known.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::token::LinkToken;

/// A token in base64url.
const LENGTH: usize = 43;
/// No link that was ever mailed is longer, whatever was put around it.
const LONGEST: usize = 4_096;

/// The token in the path of an address, repaired where that can be done; `None` where the
/// path is empty or what is left of it cannot be a token of ours.
#[must_use]
pub fn token(path: &str) -> Option<LinkToken> {
    let (_, typed) = path.split_once("/link/")?;
    if typed.len() > LONGEST {
        return None;
    }
    let decoded = Zeroizing::new(percent_decode_str(typed).decode_utf8_lossy().into_owned());
    let plain = Zeroizing::new(without_escapes(&decoded));
    let run = first_run(&plain);
    // Of `=3D`, the sign alone was taken off on the way here.
    let bare = run.strip_prefix("3D").filter(|rest| rest.len() == LENGTH);
    let whole = bare.or_else(|| run.get(..LENGTH))?;
    let lost_its_capitals = !whole.bytes().any(|b| b.is_ascii_uppercase())
        || !whole.bytes().any(|b| b.is_ascii_lowercase());
    LinkToken::read(whole).filter(|_| !lost_its_capitals)
}

/// Undoes quoted-printable (RFC 2045 §6.7) where a mail program did not, and line breaks.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '=' => {
                let escaped = rest
                    .get(..2)
                    .filter(|two| {
                        two.bytes()
                            .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b))
                    })
                    .and_then(|two| u8::from_str_radix(two, 16).ok())
                    .filter(u8::is_ascii);
                if let Some(byte) = escaped {
                    rest = rest.get(2..).unwrap_or_default();
                    if is_of_a_token(char::from(byte)) {
                        plain.push(char::from(byte));
                    }
                }
            }
            _ if c.is_whitespace() || is_invisible(c) => {}
            _ => plain.push(c),
        }
    }
    plain
}

/// The first letters in a row that a token may have.
fn first_run(text: &str) -> &str {
    let begun = text.trim_start_matches(|c| !is_of_a_token(c));
    let end = begun.find(|c| !is_of_a_token(c)).unwrap_or(begun.len());
    begun.get(..end).unwrap_or_default()
}

const fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Marks that programs put where a long word may be broken.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    /// One whose last letters could be taken for an escape, and one that begins like one.
    fn tokens() -> Vec<String> {
        let random = SeededRandom::new(7);
        let drawn = (0..50).map(|_| LinkToken::draw(&random).reveal().to_owned());
        drawn.chain([format!("3D{}A", "xY".repeat(20))]).collect()
    }

    fn read(path: &str) -> Option<String> {
        token(path).map(|token| token.reveal().to_owned())
    }

    // RULES S1
    #[test]
    fn what_a_mail_program_put_around_a_link_is_taken_off() {
        for whole in tokens() {
            for (before, after) in [
                ("", ""),
                ("", "."),
                ("", ")"),
                ("", "%3E"),
                ("", ">"),
                ("", "%22"),
                ("", "%E2%80%9D"),
                ("", ",%20thanks"),
                ("", "%0D%0A"),
                ("", "=3D"),
                ("", "=20"),
                ("", "="),
                ("", "/"),
                ("", "&data=05%7C02%7C&sdata=x&reserved=0"),
                ("%3C", "%3E"),
                ("=3D", ""),
                ("%20", "%20"),
                ("", "%FF"),
                ("", "]("),
            ] {
                let path = format!("/link/{before}{whole}{after}");
                assert_eq!(
                    read(&path).as_deref(),
                    Some(whole.as_str()),
                    "{before} {after}"
                );
            }
            if !whole.starts_with("3D") {
                assert_eq!(read(&format!("/link/3D{whole}")), Some(whole));
            }
        }
    }

    // RULES S1
    #[test]
    fn a_link_that_was_broken_over_lines_is_joined_again() {
        for whole in tokens() {
            let (left, right) = whole.split_at(20);
            for broken in [
                "=%0D%0A",
                "%0A",
                "%20",
                "=",
                "%C2%AD",
                "%E2%80%8B",
                "%0D%0A%20%20",
            ] {
                // What stands between may only be an escape where the rest begins like one.
                if broken == "=" && right.bytes().take(2).all(|b| b.is_ascii_hexdigit()) {
                    continue;
                }
                let path = format!("/link/{left}{broken}{right}");
                assert_eq!(read(&path).as_deref(), Some(whole.as_str()), "{broken}");
            }
        }
    }

    #[test]
    fn what_is_missing_cannot_be_known() {
        for whole in tokens() {
            for path in [
                format!("/link/{}", &whole[..42]),
                format!("/link/{}", &whole[..20]),
                format!("/link/{}=", &whole[..36]),
                format!("/link/{}", whole.to_lowercase()),
                format!("/link/{}", whole.to_uppercase()),
                format!("/link/{}.{}", &whole[..30], &whole[30..]),
            ] {
                assert!(token(&path).is_none(), "{path}");
            }
        }
        for path in [
            "/link/",
            "/link",
            "",
            "/link/%",
            "/link/%F0%9F",
            "/link/=",
            "/link/===",
        ] {
            assert!(token(path).is_none(), "{path}");
        }
        assert!(token(&format!("/link/{}", "A".repeat(LONGEST + 1))).is_none());
    }
}
