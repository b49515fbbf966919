//! Parameters of a query or a form, each at most once (RFC 6749 §3.1).

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use super::answer::Problem;
use crate::server::LONGEST_BODY;

const LONGEST: usize = 2_048;

/// Read and bounded.
#[derive(Clone, Default)]
pub struct Params(pub(crate) BTreeMap<String, String>);

impl Params {
    /// Refuses what is repeated, too long, not UTF-8, or holds a control character.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let mut read = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            // What is not UTF-8 was replaced by U+FFFD.
            let odd = |c: char| c.is_control() || c == '\u{fffd}';
            if value.len() > LONGEST || name.len() > LONGEST {
                return Err(Problem::invalid("a parameter is too long"));
            }
            if value.contains(odd) || name.contains(odd) {
                return Err(Problem::invalid("a parameter is not plain UTF-8 text"));
            }
            if read.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Problem::invalid("a parameter is repeated"));
            }
        }
        Ok(Self(read))
    }

    /// A parameter; an empty one counts as missing (RFC 6749 §3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    pub fn need(&self, name: &'static str) -> Result<&str, Problem> {
        self.get(name).ok_or(Problem::missing(name))
    }
}

impl<S: Sync> FromRequest<S> for Params {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_form = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| {
                kind.trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !is_form {
            return Err(Problem::invalid(
                "the body must be application/x-www-form-urlencoded",
            ));
        }
        let bytes = to_bytes(request.into_body(), LONGEST_BODY)
            .await
            .map_err(|_| {
                Problem::invalid("the body is too long").status(StatusCode::PAYLOAD_TOO_LARGE)
            })?;
        Self::read(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES V4
    #[test]
    fn repeated_overlong_and_broken_parameters_are_refused() {
        let long = format!("a={}", "x".repeat(LONGEST + 1));
        for bad in ["a=1&a=2", "a=%ff", "a=%00", "a=%0d%0a", &long] {
            assert!(Params::read(bad.as_bytes()).is_err(), "{bad}");
        }
        let read = Params::read(b"a=1&b=&c=two+words%21").ok().unwrap();
        assert_eq!(read.get("a"), Some("1"));
        assert_eq!(read.get("b"), None);
        assert_eq!(read.get("c"), Some("two words!"));
    }
}
