//! Mail addresses, in the one form they are compared in.

pub mod slip;

use unicode_normalization::UnicodeNormalization;

use crate::keys::{Keys, Purpose};

/// RFC 5321 §4.5.3.1.3, less the angle brackets.
const LONGEST: usize = 254;

/// A mail address: trimmed, lower case, NFC, its domain in IDNA's ASCII form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(String);

impl Address {
    /// Reads what somebody typed; `None` where no mail could go there.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.len() > LONGEST {
            return None;
        }
        let typed: String = typed
            .nfc()
            .collect::<String>()
            .to_lowercase()
            .nfc()
            .collect();
        let (local, domain) = typed.rsplit_once('@')?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(in_local_part);
        let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else {
            return None;
        };
        let domain = domain.strip_suffix('.').unwrap_or(&domain);
        let domain_fits = domain.split('.').count() > 1
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        let address = format!("{local}@{domain}");
        (local_fits && domain_fits && address.len() <= LONGEST).then_some(Self(address))
    }

    /// For the database, the mail, and the window of staff; never for a log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// What stands for the address where strangers typed it.
    #[must_use]
    pub fn key(&self, keys: &Keys) -> [u8; 32] {
        typed_key(keys, &self.0)
    }
}

/// The keyed hash of anything typed into an address field, an address or not.
#[must_use]
pub fn typed_key(keys: &Keys, typed: &str) -> [u8; 32] {
    keys.mac(Purpose::Address, typed.as_bytes())
}

/// RFC 5322's atoms and dots, and letters beyond ASCII (RFC 6531). Quoted local
/// parts exist in the standard, not among people's addresses.
fn in_local_part(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
    } else {
        c.is_alphanumeric()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Option<String> {
        Address::parse(typed).map(|address| address.reveal().to_owned())
    }

    static_assertions::assert_not_impl_any!(Address: std::fmt::Debug, std::fmt::Display, serde::Serialize);

    #[test]
    fn one_person_typing_in_two_ways_is_one_address() {
        for typed in [
            "ada.okafor@example.org",
            "  Ada.Okafor@Example.ORG ",
            "ada.okafor@example.org.",
        ] {
            assert_eq!(parsed(typed).as_deref(), Some("ada.okafor@example.org"));
        }
        assert_eq!(
            parsed("zoe\u{301}@b\u{fc}cher.example"),
            parsed("zo\u{e9}@B\u{dc}CHER.example")
        );
        assert_eq!(
            parsed("a@b\u{fc}cher.example").as_deref(),
            Some("a@xn--bcher-kva.example")
        );
    }

    #[test]
    fn what_no_mail_could_reach_is_no_address() {
        let long = format!("{}@example.org", "a".repeat(65));
        for typed in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "a b@example.org",
            "ada@exa mple.org",
            "ada@example..org",
            ".ada@example.org",
            "ada\r\nbcc: x@example.org",
            "ada@example.org\u{202e}",
            "<ada@example.org>",
            &long,
        ] {
            assert_eq!(parsed(typed), None, "{typed:?}");
        }
    }
}
