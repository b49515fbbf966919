//! The secret in a sign-in link.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

/// 256 random bits that sign a client in. It cannot be printed, copied or
/// serialised; the mail's body and the pending cookie are where it is revealed.
pub struct LinkToken(String);

impl LinkToken {
    /// Makes one of random bits.
    #[must_use]
    pub fn of(mut bits: [u8; 32]) -> Self {
        let token = Self(URL_SAFE_NO_PAD.encode(bits));
        bits.zeroize();
        token
    }

    /// Reads what a browser sent: exactly 43 characters of base64url, else nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bits = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bits.len() == 32).then(|| Self(text.to_owned()))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The one place where it is revealed: the link's address and the pending cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for LinkToken {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES S7
    #[test]
    fn a_link_token_cannot_be_printed_copied_or_serialised() {
        static_assertions::assert_not_impl_any!(
            LinkToken: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize
        );
    }

    // RULES S1
    #[test]
    fn a_token_is_256_bits_and_anything_else_is_no_token() {
        let token = LinkToken::of([7; 32]);
        assert_eq!(token.reveal().len(), 43);
        let read = LinkToken::read(token.reveal()).unwrap();
        assert_eq!(read.hash(), token.hash());
        for bad in [
            "",
            "abc",
            &"a".repeat(42),
            &"a".repeat(44),
            &"=".repeat(43),
            "é",
        ] {
            assert!(LinkToken::read(bad).is_none(), "{bad}");
        }
    }
}
