//! Where a client wanted to go before signing in.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::cookie;
use crate::App;

/// The mail must arrive within this time for the way back to hold.
const KEPT_S: i64 = 60 * 60;
const LONGEST: usize = 1_000;

/// Reads `return_to` from a query: a path here, or a place in the practice's portal.
#[must_use]
pub fn from_query(app: &App, home: Option<&str>, query: Option<&str>) -> Option<String> {
    let (_, wanted) =
        url::form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == "return_to")?;
    allowed(app.config.issuer(), home, &wanted)
}

pub(crate) fn allowed(issuer: &str, home: Option<&str>, wanted: &str) -> Option<String> {
    if wanted.len() > LONGEST {
        return None;
    }
    let base = Url::parse(issuer).ok()?;
    let to = base.join(wanted).ok()?;
    let home = home.and_then(|home| Url::parse(home).ok());
    let known =
        to.origin() == base.origin() || home.is_some_and(|home| home.origin() == to.origin());
    // A `blob:` address has the origin of the one inside it.
    let known = known && matches!(to.scheme(), "https" | "http");
    (known && to.username().is_empty() && to.password().is_none()).then(|| to.to_string())
}

/// The cookie that remembers it.
#[must_use]
pub fn remember(to: &str) -> HeaderValue {
    cookie::set(cookie::RETURN, &URL_SAFE_NO_PAD.encode(to), Some(KEPT_S))
}

/// Where to go after signing in. What the cookie says is checked again: it is only a cookie.
#[must_use]
pub fn after_sign_in(app: &App, home: Option<&str>, headers: &HeaderMap) -> String {
    cookie::read(headers, cookie::RETURN)
        .and_then(|value| URL_SAFE_NO_PAD.decode(value).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|to| allowed(app.config.issuer(), home, &to))
        .unwrap_or_else(|| "/me".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_here_or_to_the_portal_and_nowhere_else() {
        let here = "https://in.example.org";
        let portal = Some("https://portal.example.org/start");
        for (wanted, to) in [
            ("/notes?x=1", Some("https://in.example.org/notes?x=1")),
            (
                "https://portal.example.org/a",
                Some("https://portal.example.org/a"),
            ),
            ("https://elsewhere.example/a", None),
            ("//elsewhere.example/a", None),
            ("/\\elsewhere.example", None),
            ("javascript:alert(1)", None),
            ("blob:https://in.example.org/1", None),
            ("https://u:p@in.example.org/", None),
            ("http://in.example.org/", None),
        ] {
            assert_eq!(allowed(here, portal, wanted).as_deref(), to, "{wanted}");
        }
        assert_eq!(
            allowed(here, portal, &format!("/{}", "a".repeat(LONGEST))),
            None
        );
    }
}
