//! The passphrase, as far as it is kept: Argon2id, sealed under the keychain's key.

use std::{path::Path, sync::Arc};

use argon2::{Algorithm, Argon2, Params, Version};
use latchkey_view::Passphrase;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{random::Random, secret::RootKey};

/// The file's name, below the data folder.
pub const PASSPHRASE_FILE: &str = "passphrase.sealed";
const PURPOSE: &str = "latchkey passphrase 1";
/// Fewer characters are refused (SP 800-63B-4 §3.1.1.2 for what is not used alone: it is
/// only asked for where somebody has opened the computer already).
pub const SHORTEST: usize = 8;
/// More are, too: nobody types that by hand.
pub const LONGEST: usize = 128;
const SALT: usize = 16;
const HASH: usize = 32;
/// 19 MiB and two passes: about 30 ms where the agent runs.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// A salted hash.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PassphraseHash {
    salt: [u8; SALT],
    hash: [u8; HASH],
}

impl PassphraseHash {
    /// Of a new passphrase, if it is neither too short nor too long. Takes its time.
    #[must_use]
    pub fn of(passphrase: &Passphrase, random: &dyn Random) -> Option<Self> {
        if !(SHORTEST..=LONGEST).contains(&passphrase.reveal().chars().count()) {
            return None;
        }
        let mut salt = [0; SALT];
        random.fill(&mut salt);
        compute(passphrase, &salt).map(|hash| Self { salt, hash })
    }

    /// Whether it is that one. Takes its time, the same for all that may be right.
    #[must_use]
    pub fn is(&self, passphrase: &Passphrase) -> bool {
        compute(passphrase, &self.salt).is_some_and(|hash| {
            let differs = hash.iter().zip(&self.hash);
            differs.fold(0, |all, (one, other)| all | (one ^ other)) == 0
        })
    }

    /// As it goes to disk.
    #[must_use]
    pub fn seal(&self, key: &RootKey, random: &dyn Random) -> Option<Vec<u8>> {
        let plain = Zeroizing::new([&self.salt[..], &self.hash[..]].concat());
        key.seal(PURPOSE, &plain, random)
    }

    /// As it was sealed.
    #[must_use]
    pub fn read(folder: &Path, key: &RootKey) -> Option<Arc<Self>> {
        let sealed = std::fs::read(folder.join(PASSPHRASE_FILE)).ok()?;
        let plain = key.open(PURPOSE, &sealed)?;
        let (salt, hash) = plain.split_at_checked(SALT)?;
        Some(Arc::new(Self {
            salt: salt.try_into().ok()?,
            hash: hash.try_into().ok()?,
        }))
    }
}

fn compute(passphrase: &Passphrase, salt: &[u8; SALT]) -> Option<[u8; HASH]> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(HASH)).ok()?;
    let mut hash = [0; HASH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.reveal().as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    // RULES S7
    static_assertions::assert_not_impl_any!(PassphraseHash: std::fmt::Debug, Clone, serde::Serialize);

    // RULES D4
    #[test]
    fn a_passphrase_is_kept_as_a_sealed_hash_and_known_again() {
        let typed = |words: &str| Passphrase::new(words.to_owned());
        let hash = PassphraseHash::of(&typed("under the willow"), &SystemRandom).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = RootKey::draw(&SystemRandom);
        let sealed = hash.seal(&key, &SystemRandom).unwrap();
        std::fs::write(folder.path().join(PASSPHRASE_FILE), &sealed).unwrap();
        assert!(PassphraseHash::read(folder.path(), &RootKey::draw(&SystemRandom)).is_none());
        let kept = PassphraseHash::read(folder.path(), &key).unwrap();
        assert!(kept.is(&typed("under the willow")));
        assert!(!kept.is(&typed("under the Willow")));
        assert!(!kept.is(&typed("")));
    }

    #[test]
    fn a_passphrase_that_is_too_short_or_too_long_is_not_taken() {
        for words in ["", "seven77", &"x".repeat(129)] {
            let typed = Passphrase::new(words.to_owned());
            assert!(
                PassphraseHash::of(&typed, &SystemRandom).is_none(),
                "{words}"
            );
        }
    }
}
