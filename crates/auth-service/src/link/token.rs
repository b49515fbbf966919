//! The secret in a sign-in link.

use crate::random::Random;
use crate::secret::Token;

/// 256 random bits that sign a client in. It cannot be printed, copied or
/// serialised; the mail's body and the pending cookie are where it is revealed.
pub struct LinkToken(Token);

impl LinkToken {
    /// A new one.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        Self(Token::draw(random))
    }

    /// Reads what a browser sent; `None` for what cannot be one of ours.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Token::parse(text).map(Self)
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash()
    }

    /// The one place where it is revealed: the link's address and the pending cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

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
        let token = LinkToken::draw(&SeededRandom::new(1));
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
