//! What people type into the fields of a page, and the form that carries it.

use crate::address::Address;
use crate::pages::fields::{Fields, line, text};
use crate::pin::Pin;

/// The first byte says which field: `a`n address, a `p`IN, a `t`ext, or the whole `f`orm.
pub fn typed(data: &[u8]) {
    let Some((field, bytes)) = data.split_first() else {
        return;
    };
    let typed = String::from_utf8_lossy(bytes);
    match field {
        b'a' => address(&typed),
        b'p' => pin(&typed),
        b't' => words(&typed),
        b'f' => form(bytes),
        _ => {}
    }
}

/// What counts as an address has one form, and a mail can be written to it.
fn address(typed: &str) {
    let Some(address) = Address::parse(typed) else {
        return;
    };
    let one = address.reveal();
    assert!(one.len() <= 254);
    assert!(
        !one.contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;:\"()".contains(c))
    );
    assert!(address.domain().is_ascii() && address.domain().contains('.'));
    let again = Address::parse(one).unwrap_or_else(|| panic!("an address that is none"));
    assert_eq!(again.reveal(), one);
    assert!(one.parse::<lettre::Address>().is_ok());
}

/// A PIN is six digits, however they are spaced.
fn pin(typed: &str) {
    let Some(pin) = Pin::read(typed) else {
        return;
    };
    let digits = String::from_utf8(pin.reveal().to_vec()).unwrap();
    assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let spaced = digits
        .chars()
        .map(String::from)
        .collect::<Vec<_>>()
        .join(" - ");
    for again in [digits.as_str(), &spaced] {
        assert_eq!(Pin::read(again).unwrap().reveal(), pin.reveal());
    }
    assert!(Pin::read(&format!("{typed}0")).is_none());
}

/// A stranger's words never hold what could turn them around or end a line (RULES A5).
fn words(typed: &str) {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    let one = line(typed);
    assert!(!one.contains(odd) && one.trim() == one && !one.contains("  "));
    assert!(one.len() <= typed.len() && line(&one) == one);
    let several = text(typed);
    assert!(!several.replace(['\n', '\t'], "").contains(odd) && several.trim() == several);
    assert!(several.len() <= typed.len() && text(&several) == several);
}

/// A form's fields are few, each there once, and written anew they are read the same.
fn form(body: &[u8]) {
    let Ok(fields) = Fields::read(body) else {
        return;
    };
    assert!(fields.0.len() <= 32);
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(&fields.0);
    let again = Fields::read(encoded.finish().as_bytes());
    assert!(again.is_ok_and(|again| again.0 == fields.0));
    for (name, value) in &fields.0 {
        let same = |(known, _): &&(String, String)| known == name;
        assert_eq!(fields.0.iter().filter(same).count(), 1);
        assert_eq!(fields.get(name), value.trim());
    }
}
