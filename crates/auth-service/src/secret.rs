//! Secrets as types that cannot be printed, cloned or serialized.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random::Random;

/// An opaque token of 256 random bits. Only its hash is ever stored (RULES S1, S5).
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random.token()))
    }

    /// Reads one back; `None` for what cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// What is stored. The token has 256 bits, so a plain hash cannot be turned back,
    /// and looking one up by its hash tells nothing by its timing.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The text itself: for the one answer that hands it over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::testing::SeededRandom;

    // RULES S7
    #[test]
    fn tokens_and_keys_cannot_be_printed_copied_or_serialised() {
        static_assertions::assert_not_impl_any!(Token: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);
        static_assertions::assert_not_impl_any!(Keys: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);
    }

    #[test]
    fn a_token_has_256_bits_and_reads_back() {
        let token = Token::draw(&SeededRandom::new(1));
        assert_eq!(token.reveal().len(), 43);
        let read = Token::parse(token.reveal()).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert!(Token::parse("short").is_none());
        assert!(Token::parse(&"!".repeat(43)).is_none());
    }
}
