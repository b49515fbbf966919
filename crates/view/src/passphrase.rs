//! A passphrase on its one way from the window to the agent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What was typed to unlock Latchkey.
///
/// It serializes for one purpose: the frame from the window to the agent. Its `Debug`
/// says nothing, since commands are printed in tests (RULES S7).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, ts_rs::TS)]
#[ts(type = "string")]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes it over.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(typed)
    }

    /// The one place of revelation: on its way to be hashed.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Passphrase")
    }
}

impl Serialize for Passphrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Passphrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Passphrase;

    static_assertions::assert_not_impl_any!(Passphrase: std::fmt::Display);

    // RULES S7
    #[test]
    fn a_printed_command_does_not_say_the_passphrase() {
        let passphrase = Passphrase::new("under the willow".to_owned());
        let command = crate::Command::Unlock { passphrase };
        assert!(!format!("{command:?}").contains("willow"));
    }
}
