//! The name of a mail on its way: its id and a MAC, so that what comes back can be told
//! from what somebody made up. It stands before the @ of the envelope's sender, in the
//! envelope's id (RFC 3461) and in the Message-ID.

use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::keys::{Keys, Purpose};

/// Bytes of the id, and of the MAC: 80 bits, for something that can only be tried here.
const ID: usize = 16;
const MAC: usize = 10;
/// Its length: base 32, since mail servers may change the case of letters.
pub const LENGTH: usize = (8 * (ID + MAC)).div_ceil(5);
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Tags that are looked at in one text.
const MOST: usize = 8;

/// A tag that came back. It proves nothing before [`Tag::is_for`].
#[derive(Clone, PartialEq, Eq)]
pub struct Tag([u8; ID + MAC]);

/// The tag of a mail to this address.
#[must_use]
pub fn tag(keys: &Keys, mail: &str, to: &str) -> String {
    let id = Uuid::try_parse(mail).unwrap_or_default().into_bytes();
    let mut bytes = [0; ID + MAC];
    bytes[..ID].copy_from_slice(&id);
    bytes[ID..].copy_from_slice(&mac(keys, &id, to));
    spell(&bytes)
}

/// The envelope's sender: `bounces+TAG@example.org`.
#[must_use]
pub fn sender(bounce_address: &str, tag: &str) -> String {
    match bounce_address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}+{tag}@{domain}"),
        None => bounce_address.to_owned(),
    }
}

fn mac(keys: &Keys, id: &[u8; ID], to: &str) -> [u8; MAC] {
    let whole = keys.mac(Purpose::Bounce, &[id.as_slice(), to.as_bytes()].concat());
    let mut short = [0; MAC];
    short.copy_from_slice(&whole[..MAC]);
    short
}

impl Tag {
    /// Every tag in a text, each once.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let mut found: Vec<Self> = Vec::new();
        for tag in words.filter_map(Self::read) {
            if found.len() < MOST && !found.contains(&tag) {
                found.push(tag);
            }
        }
        found
    }

    fn read(word: &str) -> Option<Self> {
        if word.len() != LENGTH {
            return None;
        }
        let mut bytes = [0; ID + MAC];
        let (mut held, mut bits, mut at) = (0_u16, 0, 0);
        for letter in word.bytes() {
            let letter = letter.to_ascii_lowercase();
            let value = LETTERS.iter().position(|known| *known == letter)?;
            held = (held << 5) | u16::try_from(value).ok()?;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                *bytes.get_mut(at)? = u8::try_from(held >> bits).ok()?;
                held &= (1 << bits) - 1;
                at += 1;
            }
        }
        (held == 0).then_some(Self(bytes))
    }

    /// The mail it names.
    #[must_use]
    pub fn mail(&self) -> String {
        let mut id = [0; ID];
        id.copy_from_slice(&self.0[..ID]);
        Uuid::from_bytes(id).to_string()
    }

    /// Whether we made it, for this mail to this address.
    #[must_use]
    pub fn is_for(&self, keys: &Keys, to: &str) -> bool {
        let mut id = [0; ID];
        id.copy_from_slice(&self.0[..ID]);
        mac(keys, &id, to).ct_eq(&self.0[ID..]).into()
    }
}

fn spell(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(LENGTH);
    let (mut held, mut bits) = (0_u16, 0);
    let mut push = |value: u16| text.push(char::from(LETTERS[usize::from(value & 31)]));
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(held << (5 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    const MAIL: &str = "0195b2c4-7d8e-7f00-8123-456789abcdef";

    fn keys(seed: u64) -> (tempfile::TempDir, Keys) {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::load_or_create(&folder.path().join("keys"), &SeededRandom::new(seed));
        (folder, keys.unwrap_or_else(|error| panic!("{error}")))
    }

    #[test]
    fn a_tag_reads_back_from_wherever_it_stands_and_in_any_case() {
        let (_folder, keys) = keys(1);
        let tag = tag(&keys, MAIL, "ada@example.org");
        assert_eq!(tag.len(), LENGTH);
        let sender = sender("bounces@juniper.example", &tag);
        assert!(sender.starts_with("bounces+") && sender.len() <= 64 + 16);
        for text in [
            sender.clone(),
            sender.to_uppercase(),
            format!("<{tag}@juniper.example>"),
            format!("rfc822; prvs=0123=bounces+{tag}@juniper.example"),
        ] {
            let found = Tag::all(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].mail(), MAIL);
            assert!(found[0].is_for(&keys, "ada@example.org"));
        }
    }

    // RULES S7
    #[test]
    fn a_tag_is_good_for_its_mail_its_address_and_its_key_alone() {
        let (_folder, own) = keys(1);
        let good = tag(&own, MAIL, "ada@example.org");
        let read = |text: &str| Tag::all(text).pop();
        assert!(!read(&good).unwrap().is_for(&own, "ben@example.org"));
        assert!(!read(&good).unwrap().is_for(&keys(2).1, "ada@example.org"));
        for at in 0..LENGTH {
            let mut forged = good.clone().into_bytes();
            forged[at] = if forged[at] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(read(&forged).is_none_or(|tag| !tag.is_for(&own, "ada@example.org")));
        }
        assert!(read(&good[1..]).is_none());
        assert!(read(&format!("{good}a")).is_none());
    }
}
