//! Where the browser is sent back to: the desktop's own loopback listener.

use url::Url;

/// `http://127.0.0.1:PORT/callback`, any port (RFC 8252 §7.3), nothing else.
#[must_use]
pub fn is_desktop(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let Some(port) = url.port() else { return false };
    // Compared as text, so that no two readings of the address are possible.
    uri == format!("http://127.0.0.1:{port}/callback")
}

/// The answer's address with its parameters.
#[must_use]
pub fn with(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("{uri}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D1
    #[test]
    fn only_the_loopback_listener_is_answered() {
        assert!(is_desktop("http://127.0.0.1:49152/callback"));
        for bad in [
            "http://localhost:49152/callback",
            "http://127.0.0.1/callback",
            "https://127.0.0.1:49152/callback",
            "http://127.0.0.1:49152/callback?x=1",
            "http://127.0.0.1:49152/callback#x",
            "http://127.0.0.1:49152/other",
            "http://user@127.0.0.1:49152/callback",
            "http://127.0.0.1:049152/callback",
            "http://127.0.0.1:49152/callback/",
            "http://127.1:49152/callback",
            "http://evil.example:49152/callback",
            "http://127.0.0.1.evil.example:49152/callback",
            "",
        ] {
            assert!(!is_desktop(bad), "{bad}");
        }
    }
}
