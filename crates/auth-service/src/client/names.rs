//! Names as people type them.

use unicode_normalization::UnicodeNormalization as _;

/// Case, accents, apostrophes, commas and doubled spaces do not tell people apart.
#[must_use]
pub(crate) fn folded(name: &str) -> String {
    let plain: String = name
        .nfkd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c) && !matches!(c, '\'' | '\u{2019}'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
