//! Whether what somebody typed is an address on file with one slip of the fingers in it.

use unicode_normalization::UnicodeNormalization as _;

use super::Address;

/// What was typed, brought near to the form that addresses on file have.
pub struct Typed(String);

impl Typed {
    /// Of all that stands in a field that takes a name, too; `None` where there is nothing
    /// like an address in it.
    #[must_use]
    pub fn read(field: &str) -> Option<Self> {
        let mut text: String = field.nfc().collect::<String>().to_lowercase();
        for apart in [" @", "@ "] {
            while text.contains(apart) {
                text = text.replace(apart, "@");
            }
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let word = match words.as_slice() {
            // The sign itself may be what is missing.
            [one] if one.contains('.') => Some(*one),
            _ => words.iter().copied().find(|word| word.contains('@')),
        }?;
        let bare = word
            .trim_start_matches("mailto:")
            .trim_matches(|c: char| "<>()[]\"',;:.!?".contains(c))
            .replace(',', ".");
        let known = Address::parse(&bare).map(|address| address.reveal().to_owned());
        Some(Self(known.unwrap_or(bare)))
    }

    /// Whether one slip leads from the address on file to what was typed: a letter that is
    /// wrong, missing, doubled or swapped with the next; points too many or too few; or,
    /// where all before the `@` is right, the end of the domain, or two slips in it.
    #[must_use]
    pub fn is_slip_of(&self, on_file: &str) -> bool {
        let typed = self.0.as_str();
        if typed == on_file || one_apart(typed, on_file) {
            return true;
        }
        let pointless = |text: &str| text.replace('.', "");
        if pointless(typed) == pointless(on_file) {
            return true;
        }
        let (Some((local, domain)), Some((own, own_domain))) =
            (typed.rsplit_once('@'), on_file.rsplit_once('@'))
        else {
            return false;
        };
        local == own && is_slip_of_domain(domain, own_domain)
    }
}

fn is_slip_of_domain(typed: &str, on_file: &str) -> bool {
    let stem = |domain: &str| domain.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let same_stem = stem(typed).is_some_and(|typed| stem(on_file) == Some(typed));
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    // Two slips in a short domain make another one.
    let long = typed.len().min(on_file.len()) >= LONG;
    same_stem
        || begins(typed, on_file)
        || begins(on_file, typed)
        || (long && strsim::osa_distance(typed, on_file) <= 2)
}

/// As long as `gmail.com`.
const LONG: usize = 9;

fn one_apart(a: &str, b: &str) -> bool {
    // Most addresses differ in length, which is told without counting slips.
    a.chars().count().abs_diff(b.chars().count()) <= 1 && strsim::osa_distance(a, b) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slip(typed: &str, on_file: &str) -> bool {
        Typed::read(typed).is_some_and(|typed| typed.is_slip_of(on_file))
    }

    // RULES A2
    #[test]
    fn what_fingers_do_to_an_address_is_one_slip_away() {
        for (typed, on_file) in [
            ("ada.okafo@example.org", "ada.okafor@example.org"),
            ("ada.okaforr@example.org", "ada.okafor@example.org"),
            ("ada.okafro@example.org", "ada.okafor@example.org"),
            ("ada.okafur@example.org", "ada.okafor@example.org"),
            ("adaokafor@example.org", "ada.okafor@example.org"),
            ("a.d.a.okafor@example.org", "ada.okafor@example.org"),
            ("ada@gmial.com", "ada@gmail.com"),
            ("ada@gmail.con", "ada@gmail.com"),
            ("ada@gmail.co", "ada@gmail.com"),
            ("ada@gmailcom", "ada@gmail.com"),
            ("ada@gnail.con", "ada@gmail.com"),
            ("ada@hotmial.con", "ada@hotmail.com"),
            ("ada@yahoo.com", "ada@yahoo.com.mx"),
            ("ada@example.com", "ada@example.org"),
            ("adaexample.org", "ada@example.org"),
            ("ada@example,org", "ada@example.org"),
            ("ada@example..org", "ada@example.org"),
            ("Ada @ example.org", "ada@example.org"),
            ("ada#example.org", "ada@example.org"),
            ("I am Ada, <adda@example.org>.", "ada@example.org"),
            ("mailto:adda@example.org", "ada@example.org"),
            (
                "zo\u{e9}@b\u{fc}cher.exampl",
                "zo\u{e9}@xn--bcher-kva.example",
            ),
        ] {
            assert!(slip(typed, on_file), "{typed} for {on_file}");
        }
    }

    // RULES A2
    #[test]
    fn another_address_and_a_name_are_no_slip() {
        for (typed, on_file) in [
            ("adda.okafro@example.org", "ada.okafor@example.org"),
            ("ben@example.org", "ada@example.org"),
            ("ada@example.org", "ada@other.org"),
            ("ada@aol.com", "ada@gmx.com"),
            ("ada@web.de", "ada@me.com"),
            ("Ada Okafor", "ada.okafor@example.org"),
            ("Ada", "ada@example.org"),
            ("", "a@b.co"),
            ("@", "a@b.co"),
            ("a. b", "a@b.co"),
        ] {
            assert!(!slip(typed, on_file), "{typed} for {on_file}");
        }
    }

    proptest! {
        // RULES V4
        #[test]
        fn whatever_is_typed_is_read(field in "\\PC{0,80}", on_file in "[a-z.]{1,20}@[a-z.]{1,20}") {
            slip(&field, &on_file);
        }
    }
}
