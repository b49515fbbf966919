//! The key that everything on disk is sealed under, and what is made of it.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::Random;

/// 32 random bytes that live in the keychain and nowhere else.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

/// Marks the layout of a sealed file.
const LAYOUT: u8 = 1;
const NONCE: usize = 24;

impl RootKey {
    /// A new one.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// As it was kept, if it has the right length.
    #[must_use]
    pub fn from_kept(kept: &[u8]) -> Option<Self> {
        kept.try_into().ok().map(Self)
    }

    /// The one place of revelation: on its way into the keychain.
    #[must_use]
    pub fn to_keep(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_vec())
    }

    /// A key for one purpose; keys of different purposes tell nothing of each other.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // It can only fail for more than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut *key);
        key
    }

    /// Seals bytes for a purpose.
    #[must_use]
    pub fn seal(&self, purpose: &str, plain: &[u8], random: &dyn Random) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: &[LAYOUT],
        };
        let sealed = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .ok()?;
        Some([&[LAYOUT][..], &nonce, &sealed].concat())
    }

    /// Opens what [`RootKey::seal`] made for the same purpose.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (&layout, rest) = sealed.split_first()?;
        let (nonce, msg) = rest.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        if layout != LAYOUT {
            return None;
        }
        let payload = Payload {
            msg,
            aad: &[LAYOUT],
        };
        self.cipher(purpose)
            .decrypt(&XNonce::from(nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(purpose)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES S7
    static_assertions::assert_not_impl_any!(RootKey: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);

    struct Counting;

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(at % 251).unwrap();
            }
        }
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_purpose_only() {
        let key = RootKey::draw(&Counting);
        let sealed = key.seal("session", b"a token", &Counting).unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"a token"));
        assert_eq!(&key.open("session", &sealed).unwrap()[..], b"a token");
        assert!(key.open("cache", &sealed).is_none());
        assert!(RootKey([7; 32]).open("session", &sealed).is_none());
    }

    #[test]
    fn sealed_bytes_that_were_cut_or_changed_do_not_open() {
        let key = RootKey::draw(&Counting);
        let sealed = key.seal("session", b"a token", &Counting).unwrap();
        for end in 0..sealed.len() {
            assert!(key.open("session", &sealed[..end]).is_none());
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("session", &changed).is_none());
        }
    }
}
