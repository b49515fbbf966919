//! The digits of a PIN on their one trip to the window.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Six digits that cannot be printed, cloned or cached.
///
/// It serializes for one purpose: the frame from the agent to the window that
/// asked. Nothing that is stored or logged contains it (RULES S8, D6).
#[derive(Zeroize, ZeroizeOnDrop, ts_rs::TS)]
#[ts(type = "string")]
pub struct PinDigits(String);

impl PinDigits {
    /// Takes the digits over.
    #[must_use]
    pub fn new(digits: String) -> Self {
        Self(digits)
    }
}

impl Serialize for PinDigits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PinDigits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::PinDigits;

    // A PIN that can be printed or copied ends up in a log or a cache.
    static_assertions::assert_not_impl_any!(PinDigits: std::fmt::Debug, std::fmt::Display, Clone);
    static_assertions::assert_not_impl_any!(crate::Answer: std::fmt::Debug, Clone);
}
