//! Cookies: all `__Host-`, so no other host and no plain connection can set them.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// A signed-in client (RULES S6).
pub const SESSION: &str = "__Host-latchkey";
/// An anonymous browser.
pub const BROWSER: &str = "__Host-latchkey_browser";
/// The link that is being opened, so that it leaves the address bar (RULES S1).
pub const LINK: &str = "__Host-latchkey_link";
/// Stands there for a link that a mail program damaged; no token is as short.
pub const DAMAGED: &str = "damaged";
/// Where the client wanted to go.
pub const RETURN: &str = "__Host-latchkey_return";

/// Everything that quick exit deletes.
pub const ALL: [&str; 4] = [SESSION, BROWSER, LINK, RETURN];

/// The value of a cookie; a repeated one is none.
#[must_use]
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(each, _)| *each == name)
        .map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

/// A cookie; without an age it ends with the browser's session.
#[must_use]
pub fn set(name: &str, value: &str, max_age_s: Option<i64>) -> HeaderValue {
    let age = max_age_s.map_or_else(String::new, |age| format!("; Max-Age={age}"));
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    // Names are constants and values base64url or percent-encoded, so this always fits.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Deletes a cookie.
#[must_use]
pub fn clear(name: &str) -> HeaderValue {
    set(name, "", Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES V9
    #[test]
    fn every_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
        for name in ALL {
            assert!(name.starts_with("__Host-"));
            let text = set(name, "v", Some(60));
            let text = text.to_str().unwrap();
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=60"] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!text.contains("Domain"));
        }
    }

    #[test]
    fn a_repeated_cookie_is_none() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("a=1; __Host-latchkey=x; b=2"),
        );
        assert_eq!(read(&headers, SESSION), Some("x"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-latchkey=y"));
        assert_eq!(read(&headers, SESSION), None);
    }
}
