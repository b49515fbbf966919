//! The tray's icons: the key alone, or with a count. Digits are drawn here as lines,
//! since a font of this machine would draw others than the next machine's.

use std::path::Path;

use crate::{
    paths,
    run::{Outcome, read, write_if_changed},
};

/// Panels ask for 22 pixels, or twice that on a dense screen.
const SIZES: [u32; 2] = [22, 44];

/// Lines of each digit in a box of 4 by 6.
const DIGITS: [&str; 10] = [
    "M2 0 a2 2 0 0 1 2 2 v2 a2 2 0 0 1 -4 0 v-2 a2 2 0 0 1 2 -2 z",
    "M0.600 1.200 L2.400 0 V6",
    "M0.200 1.400 C0.600 -0.600 4 -0.400 3.800 1.700 C3.700 3.200 1.200 4.400 0.200 6 H4",
    "M0.300 0.700 C1.600 -0.500 3.800 0 3.700 1.500 C3.600 2.600 2.400 2.800 1.600 2.800 C2.600 2.800 3.900 3.100 3.900 4.400 C3.900 6.200 1.300 6.500 0.100 5.300",
    "M3 6 V0 L0 4.200 H4.200",
    "M3.700 0 H0.700 L0.400 2.900 C1.600 2 3.900 2.300 3.900 4.100 C3.900 6.100 1.400 6.500 0.100 5.300",
    "M3.400 0.100 C1 0.600 0 2.400 0 4.100 C0 6.600 4 6.600 4 4.100 C4 2 0.600 1.800 0.100 4.100",
    "M0.100 0 H3.900 L1.400 6",
    "M2 0 C4.300 0 4.300 2.800 2 2.800 C-0.300 2.800 -0.300 0 2 0 z M2 2.800 C-0.600 2.800 -0.600 6 2 6 C4.600 6 4.600 2.800 2 2.800 z",
    "M0.600 5.900 C3 5.400 4 3.600 4 1.900 C4 -0.600 0 -0.600 0 1.900 C0 4 3.400 4.200 3.900 1.900",
];

/// The plus of "more than nine".
const PLUS: &str = "M1.300 1.700 V4.300 M0 3 H2.600";

/// Makes each state in each size; says how many changed.
pub fn make(source: &Path, tray: &Path) -> Outcome<usize> {
    let key = read(&source.join("tray.svg"))?;
    let scratch = paths::target().join("icons");
    let mut changed = 0;
    let mut keep = |name: &str, svg: &str| -> Outcome {
        for size in SIZES {
            let pixels = super::pixels(svg, size, &scratch)?;
            let file = tray.join(format!("{name}-{size}.argb"));
            changed += usize::from(write_if_changed(&file, &pixels)?);
        }
        Ok(())
    };
    keep("0", &key)?;
    for count in 1..=9 {
        keep(&count.to_string(), &badged(&key, &one_digit(count)))?;
    }
    keep("many", &badged(&key, &more_than_nine()))?;
    keep("signed-out", &greyed(&key))?;
    Ok(changed)
}

/// Puts a badge over the drawing.
fn badged(key: &str, badge: &str) -> String {
    key.replace("</svg>", &format!("{badge}</svg>"))
}

/// Nobody is signed in: the same key, without its colour.
fn greyed(key: &str) -> String {
    key.replace("#17645a", "#6b6353")
        .replace("#f0b968", "#6b6353")
}

fn one_digit(digit: usize) -> String {
    format!(
        r##"<circle cx="15.500" cy="15.500" r="6.500" fill="#f6c373"/>{}"##,
        line(DIGITS[digit], 13.5, 12.5)
    )
}

fn more_than_nine() -> String {
    format!(
        r##"<rect x="6" y="9" width="16" height="13" rx="6.500" fill="#f6c373"/>{}{}"##,
        line(DIGITS[9], 9.0, 12.5),
        line(PLUS, 15.6, 12.5)
    )
}

fn line(path: &str, x: f32, y: f32) -> String {
    format!(
        r##"<path transform="translate({x} {y})" d="{path}" fill="none" stroke="#22201c" stroke-width="1.500" stroke-linecap="round" stroke-linejoin="round"/>"##
    )
}
