//! Reply codes of SMTP (RFC 5321) in free text, where three digits may be anything.

use super::found;
use super::phrases::LEADS_TO_CODE;

/// How far before a code a word may stand that leads to it.
const NEAR: usize = 24;

struct Code<'a> {
    before: &'a str,
    number: u16,
    after: &'a str,
}

/// The reply code that most looks like one: beside an enhanced code, then after a word
/// that leads to it, then at the beginning of a line.
pub fn reply(text: &str) -> Option<u16> {
    let found = codes(text).find(Code::is_beside_enhanced);
    let found = found.or_else(|| codes(text).find(Code::is_led_to));
    let found = found.or_else(|| codes(text).find(Code::begins_a_line));
    found.map(|code| code.number)
}

fn codes(text: &str) -> impl Iterator<Item = Code<'_>> + '_ {
    text.match_indices(['4', '5']).filter_map(|(at, _)| {
        let digits = text.get(at..at + 3)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (before, after) = (&text[..at], &text[at + 3..]);
        let joined = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '@');
        let lone = !before.ends_with(|c: char| joined(c) || matches!(c, '.' | '-' | '$' | ','))
            && !after.starts_with(joined)
            && !after
                .strip_prefix('.')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let number = digits.parse().ok().filter(|code| lone && is_known(*code))?;
        Some(Code {
            before,
            number,
            after,
        })
    })
}

const fn is_known(code: u16) -> bool {
    matches!(
        code,
        421 | 422 | 430..=432 | 440..=459 | 471 | 472 | 500..=505 | 510..=517 | 521..=525 | 530..=541 | 550..=560 | 571..=577
    )
}

impl Code<'_> {
    fn is_beside_enhanced(&self) -> bool {
        let after = self
            .after
            .trim_start_matches([' ', '-', '#', ':', '(', '\t', '\r', '\n']);
        // Some servers say the code twice.
        let twice = after.strip_prefix(&self.number.to_string());
        let after = twice.map_or(after, |after| after.trim_start_matches([' ', '-', '#']));
        let end = after
            .char_indices()
            .nth(12)
            .map_or(after.len(), |(at, _)| at);
        found::enhanced(&after[..end]).is_some_and(|code| after.starts_with(&code))
    }

    fn is_led_to(&self) -> bool {
        let start = self
            .before
            .char_indices()
            .rev()
            .nth(NEAR - 1)
            .map_or(0, |(at, _)| at);
        let lead = self.before[start..].to_lowercase();
        let lead = lead.trim_end_matches(|c: char| c.is_whitespace() || ":\"'([<>#=;-".contains(c));
        LEADS_TO_CODE.iter().any(|word| lead.ends_with(word))
            || self
                .before
                .trim_end_matches([' ', '\t'])
                .ends_with(['>', ';', '<'])
            || self.before.ends_with(['(', '[', '#'])
    }

    fn begins_a_line(&self) -> bool {
        let line = self.before.rsplit('\n').next().unwrap_or_default();
        line.trim_matches([' ', '\t', '<', '>', '(', '#', '-', '*'])
            .is_empty()
            && self.after.starts_with([' ', '-', '\t', ':'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_code_is_told_from_other_numbers() {
        for (text, code) in [
            (
                "host mx.example.org[192.0.2.7] said: 550 5.1.1 User unknown",
                Some(550),
            ),
            ("550 550 5.1.1 unknown user (state 14)", Some(550)),
            (
                "550-5.7.1 [198.51.100.4] likely unsolicited mail",
                Some(550),
            ),
            ("[SMTP Error Code 552]", Some(552)),
            ("452\tmailbox full", Some(452)),
            ("#550 #5.1.1 ##", Some(550)),
            ("554: 30 Sorry", Some(554)),
            ("your 550 photos are 450 MB", None),
            ("ticket #55012 of 2026-04-55", None),
            ("198.51.100.4 port 25, 5.50 dollars", None),
            ("222 and 999", None),
        ] {
            assert_eq!(reply(text), code, "{text}");
        }
    }
}
