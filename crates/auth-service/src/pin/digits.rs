//! The secret itself.

use zeroize::Zeroize as _;

use crate::random::Random;

/// Six decimal digits. They cannot be printed, copied or serialised; the answer
/// to *Issue PIN* is where they are revealed, once.
pub struct Pin([u8; 6]);

/// How many PINs there are.
const COUNT: u32 = 1_000_000;

impl Pin {
    /// Draws a PIN, each equally likely.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        Self::of(random.below(COUNT))
    }

    fn of(mut number: u32) -> Self {
        let mut digits = [b'0'; 6];
        for place in digits.iter_mut().rev() {
            // The remainder is below ten, so nothing is cut off.
            *place += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        Self(digits)
    }

    /// Reads what somebody typed: six digits of any script and width, with spaces,
    /// dashes and dots between them (SC 3.3.8), else nothing.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let mut digits = [0_u8; 6];
        let mut count = 0;
        for character in typed.chars() {
            if let Some(digit) = digit_of(character) {
                *digits.get_mut(count)? = b'0' + digit;
                count += 1;
            } else if !is_filler(character) {
                return None;
            }
        }
        (count == 6).then_some(Self(digits))
    }

    /// The one place where the digits are revealed.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 6] {
        &self.0
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Digits of the scripts that phone keyboards offer; each block counts up from zero.
fn digit_of(character: char) -> Option<u8> {
    const ZEROS: [u32; 8] = [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1_D7F6];
    let code = u32::from(character);
    ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10))
        .and_then(|digit| u8::try_from(digit).ok())
}

fn is_filler(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '.' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}' | '\u{200B}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES S7
    #[test]
    fn a_pin_cannot_be_printed_copied_or_serialised() {
        static_assertions::assert_not_impl_any!(
            Pin: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize
        );
    }

    // RULES W1
    #[test]
    fn a_pin_is_read_with_spaces_dashes_and_digits_of_another_width() {
        for typed in [
            "482915",
            " 482 915 ",
            "482-915",
            "4 8 2 9 1 5",
            "482\u{2013}915",
            "482.915",
            "\u{FF14}\u{FF18}\u{FF12}\u{FF19}\u{FF11}\u{FF15}",
            "٤٨٢٩١٥",
            "482\u{a0}915\n",
        ] {
            assert_eq!(
                Pin::read(typed).map(|pin| *pin.reveal()),
                Some(*b"482915"),
                "{typed}"
            );
        }
        for typed in [
            "",
            "48291",
            "4829155",
            "48291a",
            "four",
            "482,915x",
            "４８２９１",
        ] {
            assert!(Pin::read(typed).is_none(), "{typed}");
        }
    }

    struct Told(std::sync::Mutex<std::vec::IntoIter<u32>>);

    impl Random for Told {
        fn fill(&self, into: &mut [u8]) {
            into.copy_from_slice(&self.0.lock().unwrap().next().unwrap().to_le_bytes());
        }
    }

    // RULES S4
    #[test]
    fn every_pin_is_equally_likely() {
        let draws = vec![u32::MAX, 4_294_000_000, 999_999, 1_000_007];
        let told = Told(std::sync::Mutex::new(draws.into_iter()));
        assert_eq!(
            Pin::draw(&told).reveal(),
            b"999999",
            "the two beyond the last whole million are drawn again"
        );
        assert_eq!(Pin::draw(&told).reveal(), b"000007");
    }
}
